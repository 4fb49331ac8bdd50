import { graphql, type ResultOf } from "../../graphql/graphql.ts";

/** What a message about an order needs, and what a row shows that the order holds. */
export const OrderNews = graphql(`
  fragment OrderNews on Order {
    __typename
    id
    reference
    kind
    status
    executionDate
    finishedAt
    refusal {
      message
    }
    items {
      action
      digits
      openDigits
      display
    }
    holder {
      __typename
      id
      name
    }
  }
`);

export type OrderNewsData = ResultOf<typeof OrderNews>;

export const OrdersUpdatedSubscription = graphql(
  `
    subscription OrdersUpdated {
      ordersUpdated {
        ...OrderNews
      }
    }
  `,
  [OrderNews],
);

export const OrderAgainQuery = graphql(
  `
    query OrderAgain($id: ID!) {
      node(id: $id) {
        __typename
        ...OrderNews
      }
    }
  `,
  [OrderNews],
);
