import { graphql, type ResultOf } from "../../graphql/graphql.ts";
import { RefusalParts } from "../../graphql/refusals.ts";

const ContractRow = graphql(`
  fragment ContractRow on SiteContract {
    id
    number
    street
    postcode
    town
    status
    startDate
  }
`);

export const SiteContractsQuery = graphql(
  `
    query SiteContracts($site: String, $after: String) {
      siteContracts(site: $site, after: $after) {
        totalCount
        nodes {
          ...ContractRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [ContractRow],
);

export type ContractData = ResultOf<typeof SiteContractsQuery>["siteContracts"]["nodes"][number];

export const SiteContractQuery = graphql(
  `
    query SiteContract($id: ID!) {
      node(id: $id) {
        __typename
        id
        ...ContractRow
      }
    }
  `,
  [ContractRow],
);

export const UpdateSiteContractMutation = graphql(
  `
    mutation UpdateSiteContract($input: UpdateSiteContractInput!) {
      updateSiteContract(input: $input) {
        __typename
        ... on SiteContractUpdated {
          siteContract {
            ...ContractRow
          }
        }
        ...RefusalParts
      }
    }
  `,
  [ContractRow, RefusalParts],
);

export const ImportMutation = graphql(
  `
    mutation ImportSiteContracts($input: ImportSiteContractsInput!) {
      importSiteContracts(input: $input) {
        __typename
        ... on SiteContractsImported {
          dryRun
          contractCount
          blockCount
          singleNumberCount
          numberCount
          unchangedCount
          badRows {
            field
            line
            message
            value
          }
        }
        ...RefusalParts
      }
    }
  `,
  [RefusalParts],
);

export type ImportReport = Extract<
  ResultOf<typeof ImportMutation>["importSiteContracts"],
  { __typename: "SiteContractsImported" }
>;
export type BadRow = ImportReport["badRows"][number];
