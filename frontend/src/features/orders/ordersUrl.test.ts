import { describe, expect, it } from "vitest";
import { filters, formatOrders, parseOrders, statusesOf } from "./ordersUrl.ts";

describe("the address of the orders", () => {
  it.each(filters)("keeps the filter %s", (filter) => {
    const query = new URLSearchParams(formatOrders({ filter, dialog: null }));
    expect(parseOrders(query)).toEqual({ filter, dialog: null });
  });

  it("keeps the dialog", () => {
    const state = { filter: "open", dialog: "undo" } as const;
    expect(parseOrders(new URLSearchParams(formatOrders(state)))).toEqual(state);
  });

  it("is plain for all orders, and reads nonsense as all orders", () => {
    expect(formatOrders({ filter: "all", dialog: null })).toBe("");
    const nonsense = new URLSearchParams("status=gone&dialog=delete");
    expect(parseOrders(nonsense)).toEqual({ filter: "all", dialog: null });
  });
});

describe("the filter as the API's argument", () => {
  it("leaves out the argument for all", () => {
    expect(statusesOf("all")).toBeUndefined();
  });

  it("takes every status that is not final for open", () => {
    expect(statusesOf("open")).toEqual(["PLANNED", "QUEUED", "RUNNING"]);
  });

  it("finds every status by some filter", () => {
    const found = new Set(filters.flatMap((filter) => statusesOf(filter) ?? []));
    expect([...found].sort()).toEqual(
      ["CANCELLED", "FAILED", "PLANNED", "QUEUED", "RUNNING", "SUCCEEDED"].sort(),
    );
  });
});
