import {
  buildSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { describe, expect, it } from "vitest";
import schemaText from "../../../schema.graphql?raw";
import { examples } from "./examples.ts";

const schema = buildSchema(schemaText);
// A tab with several operations shares its fragments and variables among them.
const operationsOf = (query: string) =>
  parse(query).definitions.filter(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION,
  );
const nameOf = (query: string) => operationsOf(query)[0]?.name?.value ?? "";

describe.each(examples.map((example) => [nameOf(example.query), example] as const))(
  "the example %s",
  (_name, { query, variables }) => {
    it("is valid against the schema", () => {
      expect(validate(schema, parse(query), specifiedRules)).toEqual([]);
    });

    it("has variables that each of its operations takes", () => {
      const named = new Set<string>();
      for (const { variableDefinitions = [] } of operationsOf(query)) {
        for (const { variable } of variableDefinitions) named.add(variable.name.value);
        const { errors } = getVariableValues(schema, variableDefinitions, variables ?? {});
        expect(errors).toBeUndefined();
      }
      expect(Object.keys(variables ?? {}).sort()).toEqual([...named].sort());
    });
  },
);

it("there is an example for each main task", () => {
  const used = examples.flatMap(({ query }) =>
    operationsOf(query).flatMap(({ operation, selectionSet }) =>
      selectionSet.selections.map(
        (field) => `${operation} ${field.kind === Kind.FIELD ? field.name.value : ""}`,
      ),
    ),
  );
  expect(used).toEqual(
    expect.arrayContaining([
      "query viewer",
      "mutation login",
      "query numberElements",
      "query numberRanges",
      "mutation splitRange",
      "subscription orderUpdated",
      "mutation mergeRange",
      "query changeNumbersPreview",
      "mutation changeNumbers",
      "query lookup",
      "query orders",
      "mutation importSiteContracts",
    ]),
  );
});

it("the first has no variables: GraphiQL would not show them", () => {
  expect(examples[0]?.variables).toBeUndefined();
});
