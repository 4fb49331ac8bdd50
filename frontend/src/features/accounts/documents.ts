import { graphql, type ResultOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";

export const ViewerQuery = graphql(`
  query Viewer {
    viewer {
      id
      name
      email
      role
      language
      orderReminders
      customer {
        id
        name
      }
      change {
        allowed
        refusal {
          message
        }
      }
    }
  }
`);

export type Viewer = NonNullable<ResultOf<typeof ViewerQuery>["viewer"]>;

export const LoginMutation = graphql(
  `
    mutation Login($email: String!, $password: String!) {
      login(input: { email: $email, password: $password }) {
        __typename
        ... on LoggedIn {
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

export const LogoutMutation = graphql(`
  mutation Logout {
    logout {
      __typename
    }
  }
`);

export const UpdateViewerMutation = graphql(
  `
    mutation UpdateViewer($language: Language, $orderReminders: Boolean) {
      updateViewer(input: { language: $language, orderReminders: $orderReminders }) {
        __typename
        ... on ViewerUpdated {
          viewer {
            id
            language
            orderReminders
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);
