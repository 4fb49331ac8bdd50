import { initGraphQLTada } from "gql.tada";
import type { introspection } from "./schema.generated.d.ts";

/** Writes a document; its result and variables are typed from the schema, fragments included. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { ID: string; Date: string; DateTime: string };
  disableMasking: true;
}>();

export type { FragmentOf, ResultOf, VariablesOf } from "gql.tada";
