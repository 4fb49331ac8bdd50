import { graphql, type ResultOf } from "../../graphql/graphql.ts";

export const AuditLogPageQuery = graphql(`
  query AuditLogPage(
    $subjectId: ID
    $userId: ID
    $actions: [AuditAction!]
    $from: Date
    $until: Date
    $search: String
    $after: String
  ) {
    auditLog(
      subjectId: $subjectId
      userId: $userId
      actions: $actions
      from: $from
      until: $until
      search: $search
      first: 50
      after: $after
    ) {
      nodes {
        id
        at
        action
        actor
        actorRole
        address
        via
        subjectId
        subjectName
        subject {
          __typename
          id
          ... on NumberRange {
            digits
          }
        }
        order {
          id
          reference
          refusal {
            message
          }
        }
        changes {
          field
          before
          after
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const AuditActorsQuery = graphql(`
  query AuditActors {
    auditActors {
      id
      name
      role
    }
  }
`);

export type AuditRowData = ResultOf<typeof AuditLogPageQuery>["auditLog"]["nodes"][number];
export type AuditAction = AuditRowData["action"];
export type AuditChange = AuditRowData["changes"][number];
