import { graphql, type VariablesOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";
import { MeterParts } from "../holders/documents.ts";

export const CreateSipTrunkPreviewQuery = graphql(
  `
    query CreateSipTrunkPreview($input: CreateSipTrunkInput!) {
      createSipTrunkPreview(input: $input) {
        problems {
          field
          message
        }
        refusal {
          code
          message
        }
        meters {
          ...MeterParts
        }
      }
    }
  `,
  [MeterParts],
);

export const CreateSipTrunkMutation = graphql(
  `
    mutation CreateSipTrunk($input: CreateSipTrunkInput!) {
      createSipTrunk(input: $input) {
        __typename
        ... on OrderAccepted {
          order {
            id
            reference
            kind
            status
            ranges {
              id
              openOrder {
                id
              }
            }
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export type CreateSipTrunkInput = VariablesOf<typeof CreateSipTrunkMutation>["input"];
