import { graphql, type ResultOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";

export const AccountLinkQuery = graphql(`
  query AccountLink($secret: String!) {
    accountLink(secret: $secret) {
      purpose
      name
      email
      company
    }
  }
`);

export type AccountLinkData = NonNullable<ResultOf<typeof AccountLinkQuery>["accountLink"]>;

export const AcceptInvitationMutation = graphql(
  `
    mutation AcceptInvitation($secret: String!, $password: String!) {
      acceptInvitation(input: { secret: $secret, password: $password }) {
        __typename
        ... on InvitationAccepted {
          viewer {
            id
            language
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const RequestPasswordResetMutation = graphql(
  `
    mutation RequestPasswordReset($email: String!) {
      requestPasswordReset(input: { email: $email }) {
        __typename
        ... on PasswordResetRequested {
          done
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const ResetPasswordMutation = graphql(
  `
    mutation ResetPassword($secret: String!, $password: String!) {
      resetPassword(input: { secret: $secret, password: $password }) {
        __typename
        ... on PasswordReset {
          email
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const ChangePasswordMutation = graphql(
  `
    mutation ChangePassword($current: String!, $new: String!) {
      changePassword(input: { current: $current, new: $new }) {
        __typename
        ... on PasswordChanged {
          done
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const SessionsQuery = graphql(`
  query Sessions($after: String) {
    sessions(after: $after) {
      nodes {
        id
        browser
        address
        createdAt
        lastUsedAt
        current
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export type SessionData = ResultOf<typeof SessionsQuery>["sessions"]["nodes"][number];

export const EndSessionMutation = graphql(
  `
    mutation EndSession($sessionId: ID!) {
      endSession(input: { sessionId: $sessionId }) {
        __typename
        ... on SessionEnded {
          sessionId
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const EndOtherSessionsMutation = graphql(
  `
    mutation EndOtherSessions {
      endOtherSessions(input: {}) {
        __typename
        ... on OtherSessionsEnded {
          count
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);
