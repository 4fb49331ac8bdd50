import { afterEach, describe, expect, it, vi } from "vitest";
import { pipe, subscribe } from "wonka";
import { eventually } from "../test/eventually.ts";
import { fakeSession } from "../test/fakeSession.ts";
import { change, inventory } from "../test/numbers.ts";
import { graphql } from "./graphql.ts";

const InventoryQuery = graphql(`
  query Inventory {
    inventory {
      freeCount
    }
  }
`);

const InventorySubscription = graphql(`
  subscription InventoryChanged {
    inventoryChanged {
      ranges {
        id
        level
        freeCount
      }
      holders {
        id
      }
      removedRangeIds
      inventory {
        freeCount
      }
    }
  }
`);

async function shownInventory() {
  const server = { freeCount: 1 };
  const fake = fakeSession({ inventory: () => ({ ...inventory, ...server }) });
  const shown: { free: (number | undefined)[] } = { free: [] };
  pipe(
    fake.session.client.subscription(InventorySubscription, {}),
    subscribe(() => {}),
  );
  const { unsubscribe } = pipe(
    fake.session.client.query(InventoryQuery, {}),
    subscribe(({ data }) => {
      const free = data?.inventory.freeCount;
      if (free !== shown.free.at(-1)) shown.free.push(free);
    }),
  );
  await eventually(() => expect(shown.free).toEqual([1]));
  const event = (freeCount: number) =>
    fake.send("InventoryChanged", change([], { inventory: { ...inventory, freeCount } }));
  return { ...fake, server, shown, unsubscribe, event };
}

afterEach(() => vi.useRealTimers());

describe("the queries that are shown", () => {
  it("are asked when they are shown again after everything may have changed", async () => {
    const { session, server, unsubscribe } = await shownInventory();
    unsubscribe();
    server.freeCount = 2;
    session.queries.refetch();
    const seen: (number | undefined)[] = [];
    const again = pipe(
      session.client.query(InventoryQuery, {}),
      subscribe(({ data }) => seen.push(data?.inventory.freeCount)),
    );
    await eventually(() => expect(seen.at(-1)).toBe(2));
    again.unsubscribe();
  });

  it("are asked again on request, past the cache", async () => {
    const { session, server, shown } = await shownInventory();
    server.freeCount = 2;
    session.queries.refetch();
    await eventually(() => expect(shown.free).toEqual([1, 2]));
  });

  it("are asked again only as long as they are shown", async () => {
    const { session, unsubscribe, count } = await shownInventory();
    unsubscribe();
    session.queries.refetch();
    expect(count("Inventory")).toBe(1);
  });
});

describe("an event", () => {
  it("is taken in at once when nothing is under way", async () => {
    const { shown, event } = await shownInventory();
    await event(2);
    expect(shown.free).toEqual([1, 2]);
  });

  it("waits for an answer that was read before it, so that this does not undo it", async () => {
    const { session, shown, count, holdAnswers, event } = await shownInventory();
    const release = holdAnswers();
    session.queries.refetch();
    await event(2);
    await event(3);
    expect(shown.free).toEqual([1]);

    release();

    await eventually(() => expect(shown.free.at(-1)).toBe(3));
    expect(count("Inventory")).toBe(2);
  });

  it("waits no longer than a moment; the late answer is then asked for once more", async () => {
    const { session, server, shown, count, holdAnswers, event } = await shownInventory();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const release = holdAnswers();
    session.queries.refetch();
    await event(2);
    vi.advanceTimersByTime(3_000);
    vi.useRealTimers();
    await eventually(() => expect(shown.free.at(-1)).toBe(2));

    server.freeCount = 2;
    release();

    await eventually(() => expect(count("Inventory")).toBe(3));
    await eventually(() => expect(shown.free.at(-1)).toBe(2));
  });
});
