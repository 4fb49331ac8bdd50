import { graphql, type ResultOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";

/** A number element as a row to mark. */
export const ElementRow = graphql(`
  fragment ElementRow on NumberRange {
    __typename
    id
    digits
    display
    size
    siteContract {
      id
      street
      postcode
      town
    }
    openOrder {
      id
      reference
      kind
      status
      executionDate
    }
  }
`);

export type ElementRowData = ResultOf<typeof ElementRow>;

const ElementPage = graphql(
  `
    fragment ElementPage on NumberRangeConnection {
      nodes {
        ...ElementRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
      reading {
        kind
        digits
        display
        refusal {
          message
        }
      }
    }
  `,
  [ElementRow],
);

export type ElementPageData = ResultOf<typeof ElementPage>;

export const FreeElementsQuery = graphql(
  `
    query FreeElements($number: String, $site: String, $after: String) {
      numberElements(number: $number, site: $site, state: FREE, first: 100, after: $after) {
        ...ElementPage
      }
    }
  `,
  [ElementPage],
);

export const HeldElementsQuery = graphql(
  `
    query HeldElements($holderId: ID!, $number: String, $site: String, $after: String) {
      node(id: $holderId) {
        __typename
        ... on Holder {
          id
          numbers(number: $number, site: $site, first: 100, after: $after) {
            ...ElementPage
          }
        }
      }
    }
  `,
  [ElementPage],
);

export const MeterParts = graphql(`
  fragment MeterParts on HolderMeters {
    elements {
      used
      limit
    }
    blocks {
      block {
        id
        display
      }
      used
      limit
    }
  }
`);

export type MetersData = ResultOf<typeof MeterParts>;

export const HolderQuery = graphql(
  `
    query Holder($id: ID!) {
      node(id: $id) {
        __typename
        ... on Holder {
          id
          name
          kind
          takesExecutionDate
          changeNumbers {
            allowed
            refusal {
              message
            }
          }
          meters {
            ...MeterParts
          }
        }
        ... on SipTrunk {
          status
          creation {
            id
            reference
            executionDate
          }
        }
        ... on UccConnection {
          partner {
            code
            name
          }
        }
      }
    }
  `,
  [MeterParts],
);

type NodeData = NonNullable<ResultOf<typeof HolderQuery>["node"]>;
export type HolderData = Extract<NodeData, { takesExecutionDate: boolean }>;
/** The order that makes a planned trunk active; its numbers are what the trunk will start with. */
export type PlanData = NonNullable<Extract<HolderData, { __typename: "SipTrunk" }>["creation"]>;

export const ChangePreviewQuery = graphql(
  `
    query ChangePreview($holderId: ID!, $add: [ID!]!, $remove: [ID!]!, $executionDate: Date) {
      changeNumbersPreview(
        holderId: $holderId
        add: $add
        remove: $remove
        executionDate: $executionDate
      ) {
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

/** Is there still something with this id? */
export const StillThereQuery = graphql(`
  query StillThere($id: ID!) {
    node(id: $id) {
      __typename
      id
    }
  }
`);

export const ChangeNumbersMutation = graphql(
  `
    mutation ChangeNumbers($input: ChangeNumbersInput!) {
      changeNumbers(input: $input) {
        __typename
        ... on OrderAccepted {
          order {
            id
            reference
            kind
            status
            items {
              action
              digits
              openDigits
              display
            }
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
