import { graphql, type ResultOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";

const TokenRow = graphql(`
  fragment TokenRow on ApiToken {
    id
    name
    role
    state
    createdAt
    expiresAt
    lastUsedAt
    isOwn
    owner
    revoke {
      allowed
      refusal {
        message
      }
    }
  }
`);

export const ApiTokensQuery = graphql(
  `
    query ApiTokens($after: String) {
      apiTokens(first: 20, after: $after) {
        nodes {
          ...TokenRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [TokenRow],
);

export type TokenData = ResultOf<typeof ApiTokensQuery>["apiTokens"]["nodes"][number];

export const CreateApiTokenMutation = graphql(
  `
    mutation CreateApiToken($input: CreateApiTokenInput!) {
      createApiToken(input: $input) {
        __typename
        ... on ApiTokenCreated {
          secret
          apiToken {
            ...TokenRow
          }
        }
        ...RefusalParts
      }
    }
  `,
  [TokenRow, RefusalParts],
);

export const RevokeApiTokenMutation = graphql(
  `
    mutation RevokeApiToken($id: ID!) {
      revokeApiToken(input: { apiTokenId: $id }) {
        __typename
        ... on ApiTokenRevoked {
          apiToken {
            ...TokenRow
          }
        }
        ...RefusalParts
      }
    }
  `,
  [TokenRow, RefusalParts],
);
