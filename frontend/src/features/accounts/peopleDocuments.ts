import { graphql, type ResultOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";

const UserParts = graphql(`
  fragment UserParts on User {
    id
    name
    email
    role
    state
    lastSeenAt
    changeRole {
      allowed
      refusal {
        message
      }
    }
    deactivate {
      allowed
      refusal {
        message
      }
    }
    reactivate {
      allowed
      refusal {
        message
      }
    }
    resendInvitation {
      allowed
      refusal {
        message
      }
    }
  }
`);

export type UserData = ResultOf<typeof UserParts>;
export type UserRole = UserData["role"];
export type UserStateName = UserData["state"];

export const UsersQuery = graphql(
  `
    query Users($search: String, $role: Role, $state: UserState, $after: String) {
      users(search: $search, role: $role, state: $state, after: $after) {
        nodes {
          ...UserParts
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [UserParts],
);

/** One of them, for a dialog whose address was opened. */
export const UserQuery = graphql(
  `
    query User($id: ID!) {
      node(id: $id) {
        __typename
        ... on User {
          ...UserParts
        }
      }
    }
  `,
  [UserParts],
);

export const GrantableRolesQuery = graphql(`
  query GrantableRoles {
    viewer {
      id
      grantableRoles
    }
  }
`);

export const InviteUserMutation = graphql(
  `
    mutation InviteUser($input: InviteUserInput!) {
      inviteUser(input: $input) {
        __typename
        ... on UserInvited {
          user {
            id
            email
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const ResendInvitationMutation = graphql(
  `
    mutation ResendInvitation($userId: ID!) {
      resendInvitation(input: { userId: $userId }) {
        __typename
        ... on InvitationResent {
          user {
            id
            email
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const UpdateUserMutation = graphql(
  `
    mutation UpdateUser($input: UpdateUserInput!) {
      updateUser(input: $input) {
        __typename
        ... on UserUpdated {
          user {
            ...UserParts
          }
        }
        ...RefusalParts
      }
    }
  `,
  [UserParts, RefusalParts],
);

export const DeactivateUserMutation = graphql(
  `
    mutation DeactivateUser($userId: ID!) {
      deactivateUser(input: { userId: $userId }) {
        __typename
        ... on UserDeactivated {
          user {
            ...UserParts
          }
        }
        ...RefusalParts
      }
    }
  `,
  [UserParts, RefusalParts],
);

export const ReactivateUserMutation = graphql(
  `
    mutation ReactivateUser($userId: ID!) {
      reactivateUser(input: { userId: $userId }) {
        __typename
        ... on UserReactivated {
          user {
            ...UserParts
          }
        }
        ...RefusalParts
      }
    }
  `,
  [UserParts, RefusalParts],
);
