import { gql } from "@urql/core";
import { afterEach, expect, it, vi } from "vitest";
import { createSession } from "./client.ts";

afterEach(() => vi.unstubAllGlobals());

function sessionAnswering(code: string) {
  const errors = [{ message: "No.", extensions: { code } }];
  vi.stubGlobal("fetch", async () => Response.json({ data: null, errors }));
  const onProblem = vi.fn();
  return {
    onProblem,
    ...createSession({ url: "/graphql", language: () => "en", customer: null, onProblem }),
  };
}

const QUERY = gql("{ viewer { id } }");

it.each([
  ["an error is told", "NOT_FOUND", undefined, 1],
  ["one that the page shows in its place is not", "NOT_FOUND", { toldByPage: ["NOT_FOUND"] }, 0],
  ["another one of the same query is", "INTERNAL_ERROR", { toldByPage: ["NOT_FOUND"] }, 1],
])("%s", async (_name, code, context, times) => {
  const { client, onProblem } = sessionAnswering(code);
  await client.query(QUERY, {}, context).toPromise();
  expect(onProblem).toHaveBeenCalledTimes(times);
});

it.each([
  [null, undefined],
  ["Q3VzdG9tZXI6Mg", "Q3VzdG9tZXI6Mg"],
])("each request names the customer that was chosen: %s", async (customer, sent) => {
  const asked: Headers[] = [];
  vi.stubGlobal("fetch", async (_url: string, { headers }: RequestInit) => {
    asked.push(new Headers(headers));
    return Response.json({ data: { viewer: null } });
  });
  const { client } = createSession({
    url: "/graphql",
    language: () => "en",
    customer,
    onProblem: () => {},
  });
  await client.query(QUERY, {}).toPromise();
  expect(asked.map((headers) => headers.get("Dialtree-Customer") ?? undefined)).toEqual([sent]);
});
