import type {
  AnyVariables,
  Client,
  OperationResult,
  RequestPolicy,
  TypedDocumentNode,
} from "@urql/core";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useClient } from "urql";
import { pipe, subscribe } from "wonka";

export type QueryState<Data> = { data: Data | null; failed: boolean };

const LOADING: QueryState<never> = { data: null, failed: false };

/** Holds one running query per set of variables and tells when any of them has news. */
class QuerySet<Data, Variables extends AnyVariables> {
  private readonly running = new Map<string, () => void>();
  private states: ReadonlyMap<string, QueryState<Data>> = new Map();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly client: Client,
    private readonly document: TypedDocumentNode<Data, Variables>,
    private readonly requestPolicy: RequestPolicy,
  ) {}

  /** Starts what is new in the list and stops what is no longer in it. */
  set(list: Map<string, Variables>) {
    for (const [key, stop] of this.running) {
      if (list.has(key)) continue;
      stop();
      this.running.delete(key);
      this.change((states) => states.delete(key));
    }
    for (const [key, variables] of list) if (!this.running.has(key)) this.start(key, variables);
  }

  isRunning(key: string) {
    return this.running.has(key);
  }

  stop() {
    this.set(new Map());
  }

  onChange = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = () => this.states;

  private start(key: string, variables: Variables) {
    // Reserved first: the cache may answer before `subscribe` returns.
    this.running.set(key, () => {});
    const { unsubscribe } = pipe(
      this.client.query(this.document, variables, { requestPolicy: this.requestPolicy }),
      subscribe((result: OperationResult<Data, Variables>) => {
        if (result.stale && !result.data) return;
        this.change((states) => {
          const data = result.data ?? states.get(key)?.data ?? null;
          states.set(key, { data, failed: Boolean(result.error) });
        });
      }),
    );
    this.running.set(key, unsubscribe);
  }

  private change(edit: (states: Map<string, QueryState<Data>>) => void) {
    const states = new Map(this.states);
    edit(states);
    this.states = states;
    for (const listener of this.listeners) listener();
  }
}

/**
 * The same query for as many sets of variables as this render asks for by calling the returned
 * function. What a render no longer asks for is stopped after it. So what has to be read may depend
 * on what was read (the children of open nodes of a tree).
 *
 * `requestPolicy`: "cache-and-network" for what no event tells of; it does not change.
 */
export function useQuerySet<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  requestPolicy: RequestPolicy = "cache-first",
): (variables: Variables) => QueryState<Data> {
  const client = useClient();
  const create = () => ({ client, set: new QuerySet(client, document, requestPolicy) });
  const [owner, setOwner] = useState(create);
  if (owner.client !== client) setOwner(create());
  const { set } = owner;

  const wanted = new Map<string, Variables>();
  useEffect(() => set.set(wanted));
  useEffect(() => () => set.stop(), [set]);

  const states = useSyncExternalStore(set.onChange, set.snapshot);
  return (variables) => {
    const key = JSON.stringify(variables);
    wanted.set(key, variables);
    const state = states.get(key);
    if (state) return state;
    if (set.isRunning(key)) return LOADING;
    // Before the query runs: what the cache has is shown without a moment of "loading".
    const cached = client.readQuery(document, variables, { requestPolicy: "cache-only" });
    return cached?.data ? { data: cached.data, failed: false } : LOADING;
  };
}

/** As `useQuerySet` for a known list; the answers stand in its order. */
export function useQueries<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables[],
): QueryState<Data>[] {
  const read = useQuerySet(document);
  return variables.map(read);
}
