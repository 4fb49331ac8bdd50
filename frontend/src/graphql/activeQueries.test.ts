import { describe, expect, it, vi } from "vitest";
import { pipe, subscribe } from "wonka";
import { fakeSession } from "../test/fakeSession.ts";
import { inventory } from "../test/numbers.ts";
import { graphql } from "./graphql.ts";

const InventoryQuery = graphql(`
  query Inventory {
    inventory {
      freeCount
    }
  }
`);

function shownInventory() {
  const server = { freeCount: 1 };
  const fake = fakeSession({ inventory: () => ({ ...inventory, ...server }) });
  const shown: { free: number | undefined } = { free: undefined };
  const { unsubscribe } = pipe(
    fake.session.client.query(InventoryQuery, {}),
    subscribe(({ data }) => {
      shown.free = data?.inventory.freeCount;
    }),
  );
  return { ...fake, server, shown, unsubscribe };
}

describe("the queries that are shown", () => {
  it("are asked again on request, past the cache", async () => {
    const { session, server, shown } = shownInventory();
    await vi.waitFor(() => expect(shown.free).toBe(1));
    server.freeCount = 2;
    session.queries.refetch();
    await vi.waitFor(() => expect(shown.free).toBe(2));
  });

  it("are asked again only as long as they are shown", async () => {
    const { session, shown, unsubscribe, count } = shownInventory();
    await vi.waitFor(() => expect(shown.free).toBe(1));
    unsubscribe();
    session.queries.refetch();
    expect(count("Inventory")).toBe(1);
  });

  it("are asked once more when an event came while the answer was under way", async () => {
    const { session, server, shown, count, holdAnswers } = shownInventory();
    await vi.waitFor(() => expect(shown.free).toBe(1));
    const release = holdAnswers();
    session.queries.refetch();
    await vi.waitFor(() => expect(count("Inventory")).toBe(2));
    server.freeCount = 3;
    session.queries.outdate();
    release();
    await vi.waitFor(() => expect(shown.free).toBe(3));
    expect(count("Inventory")).toBe(3);
  });
});
