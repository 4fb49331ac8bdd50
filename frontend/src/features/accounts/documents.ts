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
      viewMode
      customer {
        id
        name
      }
      serve {
        allowed
        refusal {
          message
        }
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

export const ExplorerQuery = graphql(`
  query Explorer {
    explorer
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
            serve {
              allowed
            }
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const SignInOptionsQuery = graphql(`
  query SignInOptions {
    signInOptions {
      password
      oidc {
        name
        url
      }
    }
  }
`);

export const LogoutMutation = graphql(`
  mutation Logout {
    logout {
      __typename
    }
  }
`);

export const UpdateViewerMutation = graphql(
  `
    mutation UpdateViewer($language: Language, $orderReminders: Boolean, $viewMode: ViewMode) {
      updateViewer(
        input: { language: $language, orderReminders: $orderReminders, viewMode: $viewMode }
      ) {
        __typename
        ... on ViewerUpdated {
          viewer {
            id
            language
            orderReminders
            viewMode
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);
