// Splits a range and follows its order over graphql-transport-ws, with the package graphql-ws.
//
// Usage: DIALTREE_TOKEN=… node graphql_ws_client.mjs ws://localhost:8000/graphql "030 23125-3"
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [, , url, number] = process.argv;

const client = createClient({
  url,
  webSocketImpl: WebSocket, // Node has one of its own from version 22
  connectionParams: { authorization: `Bearer ${process.env.DIALTREE_TOKEN}` },
  retryAttempts: 0,
});

async function ask(query, variables) {
  for await (const { data, errors } of client.iterate({ query, variables })) {
    if (errors) throw new Error(errors[0].message);
    return data;
  }
}

const { lookup } = await ask(
  "query($number: String!) { lookup(number: $number) { range { id } } }",
  { number },
);
const { splitRange } = await ask(
  `mutation($range: ID!) { splitRange(input: {rangeId: $range}) {
    ... on OrderAccepted { order { id reference } }
    ... on Refusal { code message }
  } }`,
  { range: lookup.range.id },
);
if (!splitRange.order) throw new Error(`${splitRange.code}: ${splitRange.message}`);
const { id, reference } = splitRange.order;
console.log(`${reference} accepted`);

// The stream ends by itself when the order is finished.
for await (const { data, errors } of client.iterate({
  query: `subscription($id: ID!) { orderUpdated(id: $id) {
    status ranges { children { display } }
  } }`,
  variables: { id },
})) {
  if (errors) throw new Error(errors[0].message);
  const { status, ranges } = data.orderUpdated;
  if (status === "QUEUED" || status === "RUNNING") continue;
  console.log(`${reference} ${status}`);
  for (const child of ranges[0].children) console.log(child.display);
}
await client.dispose();
