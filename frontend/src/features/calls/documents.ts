import { graphql, type ResultOf } from "../../graphql/graphql.ts";

export const CallRow = graphql(`
  fragment CallRow on RejectedCall {
    id
    callId
    level
    direction
    at
    limit
    from {
      number
      display
      masked
    }
    to {
      number
      display
      masked
    }
    siteContract {
      id
      number
      town
    }
    sipTrunk {
      id
      name
    }
  }
`);

export type CallRowData = ResultOf<typeof CallRow>;
export type Level = CallRowData["level"];
export type Direction = CallRowData["direction"];

export const CallsQuery = graphql(
  `
    query RejectedCalls(
      $level: CallLevel
      $siteContractId: ID
      $sipTrunkId: ID
      $direction: CallDirection
      $from: DateTime
      $until: DateTime
      $after: String
    ) {
      rejectedCalls(
        level: $level
        siteContractId: $siteContractId
        sipTrunkId: $sipTrunkId
        direction: $direction
        from: $from
        until: $until
        first: 50
        after: $after
      ) {
        totalCount
        nodes {
          ...CallRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [CallRow],
);

export const CallHoursQuery = graphql(`
  query RejectedCallHours(
    $level: CallLevel
    $siteContractId: ID
    $sipTrunkId: ID
    $direction: CallDirection
  ) {
    rejectedCallHours(
      level: $level
      siteContractId: $siteContractId
      sipTrunkId: $sipTrunkId
      direction: $direction
    ) {
      since
      until
      total
      hours {
        hour
        level
        count
      }
    }
  }
`);

export type CallHours = ResultOf<typeof CallHoursQuery>["rejectedCallHours"];

export const CallLevelsQuery = graphql(`
  query RejectedCallLevels {
    rejectedCallLevels {
      level
      limits {
        total
        incoming
        outgoing
      }
      rejectedCallCount
      siteContract {
        id
        number
        street
        town
      }
      sipTrunk {
        id
        name
      }
    }
  }
`);

export type LimitedPlace = ResultOf<typeof CallLevelsQuery>["rejectedCallLevels"][number];

/** For the card of the inventory; only the expert view asks. */
export const CallCountQuery = graphql(`
  query RejectedCallCount {
    inventory {
      rejectedCallCount
    }
  }
`);
