import { describe, expect, it } from "vitest";
import { OrderWatch } from "./orderWatch.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const watch = () => new OrderWatch(() => NOW);
const open = { id: "1", status: "QUEUED" as const, finishedAt: null };
const finished = { id: "1", status: "SUCCEEDED" as const, finishedAt: "2026-11-23T11:59:58Z" };

describe("the end of an order", () => {
  it("is news once, however often it is told", () => {
    const orders = watch();
    expect(orders.sees(open)).toBe(false);
    expect(orders.sees({ ...open, status: "RUNNING" })).toBe(false);
    expect(orders.sees(finished)).toBe(true);
    expect(orders.sees(finished)).toBe(false);
  });

  it("is news when the order was so fast that nobody saw it open", () => {
    expect(watch().sees(finished)).toBe(true);
  });

  it("is no news when an old order is told again", () => {
    expect(watch().sees({ ...finished, finishedAt: "2026-11-22T08:00:00Z" })).toBe(false);
  });

  it("is news after a lost connection, for orders known to be open", () => {
    const orders = watch();
    orders.sees(open);
    orders.sees({ ...open, id: "2", status: "PLANNED" });
    expect(orders.openIds).toEqual(["1", "2"]);
    expect(orders.sees({ ...finished, finishedAt: "2026-11-22T08:00:00Z" })).toBe(true);
    expect(orders.openIds).toEqual(["2"]);
  });

  it("stays the end when an older event comes late", () => {
    const orders = watch();
    orders.sees(finished);
    orders.sees(open);
    expect(orders.openIds).toEqual([]);
  });
});
