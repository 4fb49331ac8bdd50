// Audits a server against the GraphQL over HTTP specification, with the package graphql-http, and
// prints what each audit found as JSON.
//
// Usage: node http_audits.mjs http://localhost:8000/graphql
import { serverAudits } from "graphql-http";

const [, , url] = process.argv;

const found = [];
for (const { id, name, fn } of serverAudits({ url })) {
  const { status, reason = null } = await fn();
  found.push({ id, name, status, reason });
}
console.log(JSON.stringify(found));
