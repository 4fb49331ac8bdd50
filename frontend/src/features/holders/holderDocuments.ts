import { graphql, type ResultOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";
import { HolderRow } from "../inventory/documents.ts";

const CredentialsParts = graphql(`
  fragment CredentialsParts on SipTrunk {
    id
    credentials {
      userName
      authenticationName
      realm
      registrar
      primaryProxy
      secondaryProxy
      transport
      passwordSetAt
    }
  }
`);

const TrunkDetails = graphql(
  `
    fragment TrunkDetails on SipTrunk {
      ...CredentialsParts
      profile
      callLimits {
        total
        incoming
        outgoing
      }
      creation {
        id
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
      }
      showCredentials {
        allowed
        refusal {
          message
        }
      }
      update {
        allowed
        refusal {
          message
        }
      }
      # Not required, unlike that of a Cloud PBX: one query cannot ask for both by one name.
      deleteTrunk: delete {
        allowed
        refusal {
          message
        }
      }
    }
  `,
  [CredentialsParts],
);

const CloudPbxDetails = graphql(`
  fragment CloudPbxDetails on CloudPbx {
    supportEmail
    configurationUrl
    update {
      allowed
      refusal {
        message
      }
    }
    delete {
      allowed
      refusal {
        message
      }
    }
  }
`);

const UccDetails = graphql(`
  fragment UccDetails on UccConnection {
    partner {
      code
      takesSplitRanges
      takesExecutionDate
    }
  }
`);

/** Everything that the page of a holder shows, but its numbers and its history. */
export const HolderPageQuery = graphql(
  `
    query HolderPage($id: ID!) {
      node(id: $id) {
        __typename
        ...HolderRow
        ...TrunkDetails
        ...CloudPbxDetails
        ...UccDetails
      }
    }
  `,
  [HolderRow, TrunkDetails, CloudPbxDetails, UccDetails],
);

type NodeData = NonNullable<ResultOf<typeof HolderPageQuery>["node"]>;
export type HolderPageData = Extract<NodeData, { openOrders: unknown }>;
export type TrunkData = Extract<HolderPageData, { __typename: "SipTrunk" }>;
export type CloudPbxData = Extract<HolderPageData, { __typename: "CloudPbx" }>;
export type UccConnectionData = Extract<HolderPageData, { __typename: "UccConnection" }>;
export type AvailabilityData = TrunkData["update"];

/** Whether it can be deleted now; null: that does not exist for it. */
export function deletionOf(holder: HolderPageData): AvailabilityData | null {
  if (holder.__typename === "SipTrunk") return holder.deleteTrunk;
  return holder.__typename === "CloudPbx" ? holder.delete : null;
}

/** Why it cannot be done now; null: it can. */
export function reasonAgainst(availability: AvailabilityData): string | null | undefined {
  return availability.allowed ? null : availability.refusal?.message;
}

export const UpdateSipTrunkMutation = graphql(
  `
    mutation UpdateSipTrunk($input: UpdateSipTrunkInput!) {
      updateSipTrunk(input: $input) {
        __typename
        ... on SipTrunkUpdated {
          sipTrunk {
            id
            name
            contact {
              name
              phone
              email
            }
            callLimits {
              total
              incoming
              outgoing
            }
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

/** Without the holder, which the cache forgets with this answer. */
export const DeleteSipTrunkMutation = graphql(
  `
    mutation DeleteSipTrunk($input: DeleteSipTrunkInput!) {
      deleteSipTrunk(input: $input) {
        __typename
        ... on OrderAccepted {
          order {
            id
            reference
            kind
            status
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const RevealSipPasswordMutation = graphql(
  `
    mutation RevealSipPassword($input: RevealSipPasswordInput!) {
      revealSipPassword(input: $input) {
        __typename
        ... on SipPasswordRevealed {
          password
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const RegenerateSipPasswordMutation = graphql(
  `
    mutation RegenerateSipPassword($input: RegenerateSipPasswordInput!) {
      regenerateSipPassword(input: $input) {
        __typename
        ... on SipPasswordRegenerated {
          password
          sipTrunk {
            ...CredentialsParts
          }
        }
        ...RefusalParts
      }
    }
  `,
  [CredentialsParts, RefusalParts],
);

export const UpdateCloudPbxMutation = graphql(
  `
    mutation UpdateCloudPbx($input: UpdateCloudPbxInput!) {
      updateCloudPbx(input: $input) {
        __typename
        ... on CloudPbxUpdated {
          cloudPbx {
            id
            contact {
              name
              phone
              email
            }
            supportEmail
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const DeleteCloudPbxMutation = graphql(
  `
    mutation DeleteCloudPbx($input: DeleteCloudPbxInput!) {
      deleteCloudPbx(input: $input) {
        __typename
        ... on CloudPbxDeleted {
          name
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export const AuditLogQuery = graphql(`
  query AuditLog($subjectId: ID!, $after: String) {
    auditLog(subjectId: $subjectId, first: 20, after: $after) {
      nodes {
        id
        at
        action
        actor
        actorRole
        via
        order {
          id
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

export type AuditEntryData = ResultOf<typeof AuditLogQuery>["auditLog"]["nodes"][number];
