import type { AnyVariables, RequestPolicy, TypedDocumentNode } from "@urql/core";
import { useEffect, useRef, useState } from "react";
import { useQuerySet } from "./useQueries.ts";

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

/**
 * A list read page by page. The document takes `$after: String`; every page that was loaded stays
 * a query of its own and so up to date. Other `variables` start again at the first page.
 * `requestPolicy`: see useQuerySet.
 */
export function usePages<Data, Variables extends AnyVariables & { after?: string | null }, Row>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "after">,
  connection: (data: Data) => Connection<Row>,
  requestPolicy?: RequestPolicy,
): Pages<Data, Row> {
  const signature = JSON.stringify(variables);
  const [asked, setAsked] = useState({ signature, count: 1 });
  const count = asked.signature === signature ? asked.count : 1;
  const read = useQuerySet(document, requestPolicy);

  // Each page begins where the one before it ends now: a row that came in on an earlier page
  // pushes another one over its end, which would otherwise stand on no page.
  const states = [];
  const rows: Row[] = [];
  let after: string | null | undefined;
  let settled = false;
  let failed = false;
  while (states.length < count) {
    const state = read({ ...variables, after } as unknown as Variables);
    states.push(state);
    failed = !state.data && state.failed;
    settled = state.data !== null || failed;
    if (!state.data) break;
    const { nodes, pageInfo } = connection(state.data);
    rows.push(...nodes);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    if (after === null) break;
  }

  // While the later pages follow a shifted first one, the list keeps its length.
  const before = useRef({ signature, rows });
  const keep =
    !settled && before.current.signature === signature && before.current.rows.length > rows.length;
  const shown = keep ? before.current.rows : rows;
  useEffect(() => {
    before.current = { signature, rows: shown };
  });

  const [first] = states;
  // A page that could not be read is asked for again when the connection returns.
  const next = settled && !failed ? (after ?? null) : null;
  return {
    rows: shown,
    first: first?.data ?? null,
    loading: !first?.data && !first?.failed,
    loadingMore: !settled && states.length > 1,
    failed: Boolean(first?.failed && !first.data),
    hasMore: next !== null,
    loadMore: () => {
      if (next !== null) setAsked({ signature, count: states.length + 1 });
    },
  };
}
