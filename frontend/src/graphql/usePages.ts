import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import { useState } from "react";
import { useQueries } from "./useQueries.ts";

type Connection<Row> = {
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};

export type Pages<Data, Row> = {
  rows: Row[];
  /** The first page's whole answer, for what stands beside the rows (totalCount, reading). */
  first: Data | null;
  /** Nothing to show yet. */
  loading: boolean;
  loadingMore: boolean;
  /** The first page could not be read (a toast has told it). */
  failed: boolean;
  hasMore: boolean;
  loadMore: () => void;
};

const FIRST_PAGE: (string | undefined)[] = [undefined];

/**
 * A list read page by page. The document takes `$after: String`; every page that was loaded stays
 * a query of its own and so up to date. Other `variables` start again at the first page.
 */
export function usePages<Data, Variables extends AnyVariables & { after?: string | null }, Row>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "after">,
  connection: (data: Data) => Connection<Row>,
): Pages<Data, Row> {
  const signature = JSON.stringify(variables);
  const [loaded, setLoaded] = useState({ signature, cursors: FIRST_PAGE });
  const cursors = loaded.signature === signature ? loaded.cursors : FIRST_PAGE;
  const pages = useQueries(
    document,
    cursors.map((after) => ({ ...variables, after }) as unknown as Variables),
  );

  const read = pages.flatMap(({ data }) => (data ? [connection(data)] : []));
  const last = read.at(-1);
  const complete = read.length === pages.length;
  const next = complete && last?.pageInfo.hasNextPage ? last.pageInfo.endCursor : null;
  const [first] = pages;
  return {
    rows: read.flatMap(({ nodes }) => nodes),
    first: first?.data ?? null,
    loading: !first?.data && !first?.failed,
    loadingMore: !complete && read.length > 0,
    failed: Boolean(first?.failed && !first.data),
    hasMore: next !== null,
    loadMore: () => {
      if (next && !cursors.includes(next)) setLoaded({ signature, cursors: [...cursors, next] });
    },
  };
}
