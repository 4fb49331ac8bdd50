import { graphql } from "./graphql.ts";

/** Every refusing member of a mutation's result; spread it into each mutation. */
export const RefusalParts = graphql(`
  fragment RefusalParts on Refusal {
    __typename
    code
    message
    ... on InvalidInput {
      fields {
        field
        line
        message
        value
      }
    }
  }
`);

const REFUSING = ["RuleRefused", "NotAllowed", "NotFound", "InvalidInput"] as const;
type RefusingName = (typeof REFUSING)[number];

type InvalidField = { field: string; line?: number | null; message: string; value?: string | null };

/** An expected "no". `fields`: sentence per input field (InvalidInput), keyed by the field's name. */
export type RefusalInfo = {
  kind: RefusingName;
  code: string;
  message: string;
  fields: Record<string, string>;
  rows: InvalidField[];
};

/** The accepting member of a mutation's result union. */
export type Accepted<Data> = Exclude<NonNullable<Data[keyof Data]>, { __typename: RefusingName }>;

export type Outcome<Data> =
  | { accepted: Accepted<Data>; refusal: null }
  | { accepted: null; refusal: RefusalInfo };

type Member = { __typename: string; code?: string; message?: string; fields?: InvalidField[] };

/** Reads the result of a mutation document with exactly one mutation in it. */
export function readOutcome<Data extends object>(data: Data): Outcome<Data> {
  const member = Object.entries(data).find(([name]) => name !== "__typename")?.[1] as Member;
  const kind = REFUSING.find((name) => name === member.__typename);
  if (!kind) return { accepted: member as unknown as Accepted<Data>, refusal: null };
  const rows = member.fields ?? [];
  const fields: Record<string, string> = {};
  // Several findings about one field stand together at that field.
  for (const { field, message } of rows) {
    fields[field] = fields[field] ? `${fields[field]} ${message}` : message;
  }
  return {
    accepted: null,
    refusal: { kind, code: member.code ?? "", message: member.message ?? "", fields, rows },
  };
}
