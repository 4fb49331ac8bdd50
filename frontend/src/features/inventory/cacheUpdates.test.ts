import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import { describe, expect, it } from "vitest";
import { pipe, subscribe } from "wonka";
import { graphql } from "../../graphql/graphql.ts";
import { eventually } from "../../test/eventually.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { change, connection, inventory, order, range, tenBelow } from "../../test/numbers.ts";
import { OrdersUpdatedSubscription } from "../orders/documents.ts";
import {
  ChildrenQuery,
  InventoryChangedSubscription,
  InventoryQuery,
  RootsQuery,
} from "./documents.ts";

function world() {
  const roots = [range("", 3)];
  const below = { current: tenBelow("", 2) };
  const answers = {
    inventory,
    numberRanges: () => connection(roots),
    node: () => ({ ...roots[0], children: () => below.current }),
    orders: () => connection([order("1")]),
  };
  const fake = fakeSession(answers);
  const { client } = fake.session;
  pipe(
    client.subscription(InventoryChangedSubscription, {}),
    subscribe(() => {}),
  );
  /** Keeps the query shown and returns what it shows now. */
  function show<Data, Variables extends AnyVariables>(
    query: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ) {
    const shown: { data: Data | undefined } = { data: undefined };
    pipe(
      client.query(query, variables),
      subscribe((result) => {
        shown.data = result.data ?? shown.data;
      }),
    );
    return shown;
  }
  const childrenOf = (data: unknown) =>
    (data as { node: { children: { id: string; state: string }[] } }).node.children;
  return { fake, roots, below, show, childrenOf };
}

describe("an inventoryChanged event", () => {
  it("changes a shown range without a request", async () => {
    const { fake, show, childrenOf } = world();
    const children = show(ChildrenQuery, { id: "range-", number: undefined });
    await eventually(() => expect(childrenOf(children.data)).toHaveLength(10));

    await fake.send(
      "InventoryChanged",
      change([range("3", 2, { state: "ASSIGNED", freeCount: 0 })]),
    );

    expect(childrenOf(children.data)[3]).toMatchObject({ id: "range-3", state: "ASSIGNED" });
    expect(fake.count("Children")).toBe(1);
  });

  it("brings the children of a range that was split, so that opening it asks for nothing", async () => {
    const { fake, show, childrenOf } = world();
    const split = range("3", 2, { state: "SPLIT", children: tenBelow("3", 1) });
    await fake.send("InventoryChanged", change([split]));

    const children = show(ChildrenQuery, { id: "range-3", number: undefined });
    await eventually(() => expect(children.data).toBeDefined());
    expect(childrenOf(children.data).map(({ id }) => id)).toEqual(
      tenBelow("3", 1).map(({ id }) => id),
    );
    expect(fake.count("Children")).toBe(0);
  });

  it("makes lists with a removed range be asked for again", async () => {
    const { fake, show, below, childrenOf } = world();
    const children = show(ChildrenQuery, { id: "range-", number: undefined });
    await eventually(() => expect(childrenOf(children.data)).toHaveLength(10));

    below.current = tenBelow("", 2).slice(0, 9);
    await fake.send("InventoryChanged", change([], { removedRangeIds: ["range-9"] }));

    await eventually(() => expect(childrenOf(children.data)).toHaveLength(9));
  });

  it("makes children found by a search be asked for again", async () => {
    const { fake, show, below, childrenOf } = world();
    below.current = [range("3", 2)];
    const children = show(ChildrenQuery, { id: "range-", number: "030 23125-3" });
    await eventually(() => expect(childrenOf(children.data)).toHaveLength(1));

    below.current = [];
    await fake.send("InventoryChanged", change([range("", 3)]));

    await eventually(() => expect(childrenOf(children.data)).toHaveLength(0));
  });

  it("brings a block back to the free ones when something in it became free", async () => {
    const { fake, show, roots } = world();
    const other = { ...range("", 3), id: "other-block" };
    const list = show(RootsQuery, { state: "FREE" });
    await eventually(() => expect(list.data?.numberRanges.nodes).toHaveLength(1));

    roots.push(other);
    await fake.send("InventoryChanged", change([other]));

    await eventually(() => expect(list.data?.numberRanges.nodes).toHaveLength(2));
  });

  it("leaves a list alone that already has the block", async () => {
    const { fake, show } = world();
    const list = show(RootsQuery, { state: "FREE" });
    await eventually(() => expect(list.data?.numberRanges.nodes).toHaveLength(1));

    await fake.send("InventoryChanged", change([range("", 3, { freeCount: 900 })]));

    expect(list.data?.numberRanges.nodes[0]?.freeCount).toBe(900);
    expect(fake.count("Roots")).toBe(1);
  });

  it("renews the counts of the page", async () => {
    const { fake, show } = world();
    const counts = show(InventoryQuery, {});
    await eventually(() => expect(counts.data?.inventory.freeCount).toBe(1000));

    await fake.send(
      "InventoryChanged",
      change([], { inventory: { ...inventory, freeCount: 990, assignedCount: 10 } }),
    );

    expect(counts.data?.inventory).toMatchObject({ freeCount: 990, assignedCount: 10 });
    expect(fake.count("Inventory")).toBe(1);
  });
});

describe("an ordersUpdated event", () => {
  const OpenOrders = graphql(`
    query OpenOrders($status: [OrderStatus!]) {
      orders(status: $status) {
        nodes {
          id
          status
        }
      }
    }
  `);

  async function openOrders() {
    const orders = [order("1")];
    const fake = fakeSession({ orders: () => connection(orders) });
    const { client } = fake.session;
    const shown: { current: { id: string; status: string }[] } = { current: [] };
    pipe(
      client.query(OpenOrders, { status: ["QUEUED", "RUNNING"] }),
      subscribe(({ data }) => {
        shown.current = data?.orders.nodes ?? shown.current;
      }),
    );
    pipe(
      client.subscription(OrdersUpdatedSubscription, {}),
      subscribe(() => {}),
    );
    await eventually(() => expect(shown.current).toHaveLength(1));
    return { fake, orders, shown };
  }

  it("changes a shown order without a request", async () => {
    const { fake, shown } = await openOrders();
    await fake.send("OrdersUpdated", { ordersUpdated: order("1", { status: "RUNNING" }) });
    expect(shown.current[0]?.status).toBe("RUNNING");
    expect(fake.count("OpenOrders")).toBe(1);
  });

  it("makes a list be asked for again that an order should enter or leave", async () => {
    const { fake, orders, shown } = await openOrders();
    orders.unshift(order("2"));
    await fake.send("OrdersUpdated", { ordersUpdated: order("2") });
    await eventually(() => expect(shown.current.map(({ id }) => id)).toEqual(["2", "1"]));

    orders.pop();
    await fake.send("OrdersUpdated", { ordersUpdated: order("1", { status: "SUCCEEDED" }) });
    await eventually(() => expect(shown.current.map(({ id }) => id)).toEqual(["2"]));
  });

  it("makes everything be asked for again that shows a trunk that was deleted", async () => {
    const Names = graphql(`
      query Names {
        sipTrunks {
          nodes {
            id
            name
          }
        }
      }
    `);
    const trunk = { __typename: "SipTrunk", id: "t1", name: "Bonn" };
    const trunks = [trunk];
    const deletion = order("2", { kind: "DELETE_TRUNK", status: "SUCCEEDED", holder: trunk });
    const fake = fakeSession({ sipTrunks: () => connection(trunks) });
    const { client } = fake.session;
    let names: string[] = [];
    pipe(
      client.query(Names, {}),
      subscribe(({ data }) => {
        names = data?.sipTrunks.nodes.map(({ name }) => name) ?? names;
      }),
    );
    pipe(
      client.subscription(OrdersUpdatedSubscription, {}),
      subscribe(() => {}),
    );
    await eventually(() => expect(names).toEqual(["Bonn"]));

    trunks.pop();
    await fake.send("OrdersUpdated", { ordersUpdated: deletion });
    await eventually(() => expect(names).toEqual([]));
  });
});
