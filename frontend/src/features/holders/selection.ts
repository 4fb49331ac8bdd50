import type { Side } from "./pendingChange.ts";

export type RowState =
  /** Can be marked. */
  | "open"
  /** Already in the pending change. */
  | Side
  /** In an open order: nothing else may touch it. */
  | "reserved";

type Row = { id: string; openOrder: unknown };

export function rowState(row: Row, pending: ReadonlyMap<string, Side>): RowState {
  return pending.get(row.id) ?? (row.openOrder ? "reserved" : "open");
}

/** The rows that are marked and can be moved; a mark does not outlive its row. */
export function markedRows<T extends Row>(
  rows: T[],
  marked: ReadonlySet<string>,
  pending: ReadonlyMap<string, Side>,
): T[] {
  return rows.filter((row) => marked.has(row.id) && rowState(row, pending) === "open");
}

/** For the box that marks all rows: none, some or all of those that can be marked. */
export function markOfAll(
  rows: Row[],
  marked: ReadonlySet<string>,
  pending: ReadonlyMap<string, Side>,
): "none" | "some" | "all" {
  const open = rows.filter((row) => rowState(row, pending) === "open");
  const count = open.filter(({ id }) => marked.has(id)).length;
  return count === 0 ? "none" : count === open.length ? "all" : "some";
}
