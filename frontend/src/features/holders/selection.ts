import type { Side } from "./pendingChange.ts";

export type RowState =
  /** Can be marked. */
  | "open"
  /** Already in the pending change. */
  | Side
  /** In an open order: nothing else may touch it. */
  | "reserved";

type Row = { id: string; openOrder: { id: string } | null };

/** What is known of the rows of a list. */
export type Marking = {
  pending: ReadonlyMap<string, Side>;
  /** The order that is being edited itself: what it has reserved can be taken out of it. */
  ownOrder?: string;
};

export function rowState(row: Row, { pending, ownOrder }: Marking): RowState {
  const isReserved = row.openOrder !== null && row.openOrder.id !== ownOrder;
  return pending.get(row.id) ?? (isReserved ? "reserved" : "open");
}

/** The rows that are marked and can be moved; a mark does not outlive its row. */
export function markedRows<T extends Row>(
  rows: T[],
  marked: ReadonlySet<string>,
  marking: Marking,
): T[] {
  return rows.filter((row) => marked.has(row.id) && rowState(row, marking) === "open");
}

/** For the box that marks all rows: none, some or all of those that can be marked. */
export function markOfAll(
  rows: Row[],
  marked: ReadonlySet<string>,
  marking: Marking,
): "none" | "some" | "all" {
  const open = rows.filter((row) => rowState(row, marking) === "open");
  const count = open.filter(({ id }) => marked.has(id)).length;
  return count === 0 ? "none" : count === open.length ? "all" : "some";
}
