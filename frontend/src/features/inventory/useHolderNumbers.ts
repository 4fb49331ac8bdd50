import { usePages } from "../../graphql/usePages.ts";
import { HolderNumbersQuery } from "./documents.ts";

const NOTHING = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };

export type HolderNumberPages = ReturnType<typeof useHolderNumbers>;

/** The numbers of a holder, or those of them that match `number`. */
export function useHolderNumbers(id: string, number?: string) {
  return usePages(HolderNumbersQuery, { id, number: number || undefined }, ({ node }) =>
    node && "numbers" in node ? node.numbers : NOTHING,
  );
}
