import { graphql, type ResultOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";

const CustomerRow = graphql(`
  fragment CustomerRow on Customer {
    id
    name
    bookedConcurrentCalls
    siteContractCount
  }
`);

export const CustomersQuery = graphql(
  `
    query Customers($search: String, $first: Int, $after: String) {
      customers(search: $search, first: $first, after: $after) {
        totalCount
        nodes {
          ...CustomerRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [CustomerRow],
);

export type CustomerRowData = ResultOf<typeof CustomersQuery>["customers"]["nodes"][number];

/** For the chooser in the header: names are enough. */
export const CustomerNamesQuery = graphql(`
  query CustomerNames($search: String) {
    customers(search: $search, first: 20) {
      nodes {
        id
        name
      }
    }
  }
`);

export const CustomerQuery = graphql(
  `
    query Customer($id: ID!) {
      node(id: $id) {
        __typename
        id
        ...CustomerRow
      }
    }
  `,
  [CustomerRow],
);

export const CreateCustomerMutation = graphql(
  `
    mutation CreateCustomer($input: CreateCustomerInput!) {
      createCustomer(input: $input) {
        __typename
        ... on CustomerCreated {
          customer {
            ...CustomerRow
          }
        }
        ...RefusalParts
      }
    }
  `,
  [CustomerRow, RefusalParts],
);

export const UpdateCustomerMutation = graphql(
  `
    mutation UpdateCustomer($input: UpdateCustomerInput!) {
      updateCustomer(input: $input) {
        __typename
        ... on CustomerUpdated {
          customer {
            ...CustomerRow
          }
        }
        ...RefusalParts
      }
    }
  `,
  [CustomerRow, RefusalParts],
);
