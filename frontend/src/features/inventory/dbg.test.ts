import { it, vi, expect } from "vitest";
import { pipe, subscribe } from "wonka";
import { graphql } from "../../graphql/graphql.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { connection, order } from "../../test/numbers.ts";
import { OrdersUpdatedSubscription } from "../orders/documents.ts";
const OpenOrders = graphql(`query OpenOrders($status: [OrderStatus!]) { orders(status: $status) { nodes { id status } } }`);
for (const first of ["sub","query"]) it("dbg "+first, async () => {
  const fake = fakeSession({ orders: () => connection([order("1")]) });
  const { client } = fake.session; const log: string[] = [];
  const q = () => pipe(client.query(OpenOrders, { status: ["QUEUED","RUNNING"] }), subscribe((r) => {log.push(JSON.stringify([r.data, r.error, r.stale]));}));
  const s = () => pipe(client.subscription(OrdersUpdatedSubscription, {}), subscribe((r) => {log.push("SUB "+JSON.stringify([r.data?.ordersUpdated.status, r.error?.message]));}));
  if (first==="sub") { s(); q(); } else { q(); s(); }
  await vi.waitFor(() => expect(log).not.toHaveLength(0));
  await new Promise(r=>setTimeout(r,50));
  await fake.send("OrdersUpdated", { ordersUpdated: order("1", { status: "RUNNING" }) });
  await new Promise(r=>setTimeout(r,50));
  console.log(first, log.join("\n"));
});
