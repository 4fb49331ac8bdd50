import { graphql, type ResultOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";

/** A row of the tree: what it shows, and what may be done with it. */
export const TreeRow = graphql(`
  fragment TreeRow on NumberRange {
    __typename
    id
    kind
    level
    digits
    openDigits
    size
    first
    display
    state
    freeCount
    holder {
      __typename
      id
      name
      kind
    }
    siteContract {
      id
      number
      street
      postcode
      town
    }
    split {
      allowed
      refusal {
        message
      }
    }
    merge {
      allowed
      refusal {
        message
      }
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

export type TreeRowData = ResultOf<typeof TreeRow>;

const SearchReadingParts = graphql(`
  fragment SearchReadingParts on SearchReading {
    kind
    digits
    display
    refusal {
      message
    }
  }
`);

export type SearchReading = ResultOf<typeof SearchReadingParts>;

export const RootsQuery = graphql(
  `
    query Roots($number: String, $site: String, $state: RangeState, $after: String) {
      numberRanges(number: $number, site: $site, state: $state, first: 50, after: $after) {
        nodes {
          ...TreeRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
        reading {
          ...SearchReadingParts
        }
      }
    }
  `,
  [TreeRow, SearchReadingParts],
);

/** number: only children that contain a match. Without it the list is the one that events renew. */
export const ChildrenQuery = graphql(
  `
    query Children($id: ID!, $number: String) {
      node(id: $id) {
        __typename
        ... on NumberRange {
          id
          children(number: $number) {
            ...TreeRow
          }
        }
      }
    }
  `,
  [TreeRow],
);

export const RangeQuery = graphql(
  `
    query Range($id: ID!) {
      node(id: $id) {
        __typename
        ...TreeRow
      }
    }
  `,
  [TreeRow],
);

const AcceptedRangeOrder = graphql(
  `
    fragment AcceptedRangeOrder on OrderAccepted {
      order {
        id
        reference
        kind
        status
        ranges {
          ...TreeRow
        }
      }
    }
  `,
  [TreeRow],
);

export const SplitMutation = graphql(
  `
    mutation SplitRange($rangeId: ID!, $idempotencyKey: String!) {
      result: splitRange(input: { rangeId: $rangeId, idempotencyKey: $idempotencyKey }) {
        __typename
        ...AcceptedRangeOrder
        ...RefusalParts
      }
    }
  `,
  [AcceptedRangeOrder, RefusalParts],
);

export const MergeMutation = graphql(
  `
    mutation MergeRange($rangeId: ID!, $idempotencyKey: String!) {
      result: mergeRange(input: { rangeId: $rangeId, idempotencyKey: $idempotencyKey }) {
        __typename
        ...AcceptedRangeOrder
        ...RefusalParts
      }
    }
  `,
  [AcceptedRangeOrder, RefusalParts],
);

export const InventoryCounts = graphql(`
  fragment InventoryCounts on Inventory {
    bookedConcurrentCalls
    numberCount
    freeCount
    assignedCount
    blockCount
    singleNumberCount
    siteContractCount
    sipTrunkCount
    plannedSipTrunkCount
    cloudPbxCount
    uccConnectionCount
    openOrderCount
  }
`);

export const InventoryQuery = graphql(
  `
    query Inventory {
      inventory {
        ...InventoryCounts
        customerService {
          name
          phone
          email
        }
      }
    }
  `,
  [InventoryCounts],
);

/** Of the sums only this one: the others cost the server more. Events keep it up to date. */
export const PlannedCountQuery = graphql(`
  query PlannedCount {
    inventory {
      plannedSipTrunkCount
    }
  }
`);

/** A holder's row. */
export const HolderRow = graphql(`
  fragment HolderRow on Holder {
    __typename
    id
    name
    kind
    contact {
      name
      phone
      email
    }
    elementCount
    numberCount
    meters {
      elements {
        used
        limit
      }
    }
    changeNumbers {
      allowed
      refusal {
        message
      }
    }
    openOrders {
      id
      reference
      kind
      status
      executionDate
    }
    ... on SipTrunk {
      status
      creation {
        id
        reference
        creator
        requestedBy
        executionDate
        reschedule {
          allowed
          refusal {
            message
          }
        }
        cancel {
          allowed
          refusal {
            message
          }
        }
      }
    }
    ... on UccConnection {
      partner {
        code
        name
      }
    }
  }
`);

export type HolderRowData = ResultOf<typeof HolderRow>;
export type CreationData = NonNullable<
  Extract<HolderRowData, { __typename: "SipTrunk" }>["creation"]
>;

const HolderBlockMeters = graphql(`
  fragment HolderBlockMeters on Holder {
    id
    meters {
      blocks {
        block {
          id
          display
        }
        used
        limit
      }
    }
  }
`);

export const SipTrunksQuery = graphql(
  `
    query SipTrunks($name: String, $number: String, $status: TrunkStatus, $after: String) {
      sipTrunks(name: $name, number: $number, status: $status, first: 50, after: $after) {
        nodes {
          ...HolderRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
        reading {
          ...SearchReadingParts
        }
      }
    }
  `,
  [HolderRow, SearchReadingParts],
);

export const CloudPbxesQuery = graphql(
  `
    query CloudPbxes($after: String) {
      cloudPbxes(first: 50, after: $after) {
        nodes {
          ...HolderRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [HolderRow],
);

export const UccConnectionsQuery = graphql(
  `
    query UccConnections($after: String) {
      uccConnections(first: 50, after: $after) {
        nodes {
          ...HolderRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [HolderRow],
);

export const HolderMetersQuery = graphql(
  `
    query HolderMeters($id: ID!) {
      node(id: $id) {
        __typename
        ...HolderBlockMeters
      }
    }
  `,
  [HolderBlockMeters],
);

export const HolderNumbersQuery = graphql(`
  query HolderNumbers($id: ID!, $number: String, $after: String) {
    node(id: $id) {
      __typename
      ... on Holder {
        id
        numbers(number: $number, first: 50, after: $after) {
          nodes {
            id
            display
            size
            siteContract {
              id
              street
              postcode
              town
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
          totalCount
        }
      }
    }
  }
`);

export const InventoryChangedSubscription = graphql(
  `
    subscription InventoryChanged {
      inventoryChanged {
        ranges {
          ...TreeRow
          children {
            ...TreeRow
          }
        }
        removedRangeIds
        holders {
          ...HolderRow
          ...HolderBlockMeters
        }
        inventory {
          ...InventoryCounts
        }
        everything
      }
    }
  `,
  [TreeRow, InventoryCounts, HolderRow, HolderBlockMeters],
);
