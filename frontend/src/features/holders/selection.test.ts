import { describe, expect, it } from "vitest";
import type { Side } from "./pendingChange.ts";
import { markedRows, markOfAll, rowState } from "./selection.ts";

const rows = [
  { id: "a", openOrder: null },
  { id: "b", openOrder: null },
  { id: "c", openOrder: { id: "o1" } },
  { id: "d", openOrder: null },
];
const pending = new Map<string, Side>([["d", "add"]]);

describe("marking rows", () => {
  it("tells reserved and pending rows from those that can be marked", () => {
    expect(rows.map((row) => rowState(row, { pending }))).toEqual([
      "open",
      "open",
      "reserved",
      "add",
    ]);
  });

  it("lets the order that is being edited give back what it has reserved", () => {
    const own = { pending, ownOrder: "o1" };
    expect(rows.map((row) => rowState(row, own))).toEqual(["open", "open", "open", "add"]);
    expect(markedRows(rows, new Set(["c"]), own)).toHaveLength(1);
    expect(rowState({ id: "e", openOrder: { id: "o2" } }, own)).toBe("reserved");
  });

  it("moves only what can be marked and is still there", () => {
    const marked = new Set(["b", "c", "d", "gone"]);
    expect(markedRows(rows, marked, { pending }).map(({ id }) => id)).toEqual(["b"]);
  });

  it("counts for the box of all only what can be marked", () => {
    expect(markOfAll(rows, new Set(), { pending })).toBe("none");
    expect(markOfAll(rows, new Set(["a"]), { pending })).toBe("some");
    expect(markOfAll(rows, new Set(["a", "b"]), { pending })).toBe("all");
    expect(markOfAll([], new Set(["a"]), { pending })).toBe("none");
  });
});
