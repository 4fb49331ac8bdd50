import { graphql, type ResultOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";

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

/** A row of the list of orders. */
export const OrderRow = graphql(
  `
    fragment OrderRow on Order {
      ...OrderNews
      creator
      requestedBy
      createdAt
    }
  `,
  [OrderNews],
);

export type OrderRowData = ResultOf<typeof OrderRow>;

/** An order with all that can be seen of it and done with it. */
export const OrderDetails = graphql(
  `
    fragment OrderDetails on Order {
      ...OrderRow
      startedAt
      cancel {
        allowed
        refusal {
          message
        }
      }
      reschedule {
        allowed
        refusal {
          message
        }
      }
      undo {
        allowed
        refusal {
          message
        }
      }
    }
  `,
  [OrderRow],
);

export type OrderDetailsData = ResultOf<typeof OrderDetails>;

/** Brings all that is shown of an order anywhere, so that no page has to ask again. */
export const OrdersUpdatedSubscription = graphql(
  `
    subscription OrdersUpdated {
      ordersUpdated {
        ...OrderDetails
      }
    }
  `,
  [OrderDetails],
);

export const OrdersQuery = graphql(
  `
    query Orders($status: [OrderStatus!], $after: String) {
      orders(status: $status, first: 50, after: $after) {
        nodes {
          ...OrderRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [OrderRow],
);

export const OrderQuery = graphql(
  `
    query Order($id: ID!) {
      node(id: $id) {
        __typename
        ...OrderDetails
      }
    }
  `,
  [OrderDetails],
);

const AcceptedOrder = graphql(
  `
    fragment AcceptedOrder on OrderAccepted {
      order {
        ...OrderDetails
      }
    }
  `,
  [OrderDetails],
);

export const CancelOrderMutation = graphql(
  `
    mutation CancelOrder($orderId: ID!) {
      cancelOrder(input: { orderId: $orderId }) {
        __typename
        ...AcceptedOrder
        ...RefusalParts
      }
    }
  `,
  [AcceptedOrder, RefusalParts],
);

export const RescheduleOrderMutation = graphql(
  `
    mutation RescheduleOrder($orderId: ID!, $executionDate: Date!) {
      rescheduleOrder(input: { orderId: $orderId, executionDate: $executionDate }) {
        __typename
        ...AcceptedOrder
        ...RefusalParts
      }
    }
  `,
  [AcceptedOrder, RefusalParts],
);

export const UndoOrderMutation = graphql(
  `
    mutation UndoOrder($orderId: ID!, $idempotencyKey: String!) {
      undoOrder(input: { orderId: $orderId, idempotencyKey: $idempotencyKey }) {
        __typename
        ...AcceptedOrder
        ...RefusalParts
      }
    }
  `,
  [AcceptedOrder, RefusalParts],
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
