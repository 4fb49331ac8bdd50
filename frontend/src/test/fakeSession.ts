import {
  createClient,
  type Exchange,
  makeErrorResult,
  makeResult,
  type Operation,
  type OperationResult,
  stringifyDocument,
} from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { buildSchema, type GraphQLSchema, graphql, isAbstractType } from "graphql";
import { filter, fromPromise, makeSubject, mergeMap, pipe, type Subject, tap } from "wonka";
import sdl from "../../../schema.graphql?raw";
import { ActiveQueries } from "../graphql/activeQueries.ts";
import { cacheOptions } from "../graphql/cache.ts";
import type { GraphQLSession } from "../graphql/client.ts";
import type { ConnectionState } from "../graphql/live.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers come in every shape of the schema
type Answers = Record<string, any>;

function realSchema(): GraphQLSchema {
  const schema = buildSchema(sdl);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type))
      type.resolveType = (value: { __typename: string }) => value.__typename;
  }
  return schema;
}

const schema = realSchema();
const OFFLINE = "offline";

/** As an answer: the server cannot be reached. */
export function offline(): never {
  throw new Error(OFFLINE);
}

/**
 * The page's own cache and exchanges over a server that answers from `answers` (values or resolver
 * functions per root field), checked against the real schema.
 */
export function fakeSession(answers: Answers) {
  const subscriptions = new Map<string, Subject<OperationResult>[]>();
  const running = new Map<string, Operation>();
  const asked = new Map<number, symbol>();
  const requests: { name: string; variables: Record<string, unknown> }[] = [];
  const queries = new ActiveQueries();
  let hold: Promise<void> | null = null;

  async function answer(operation: Operation, rootValue: Answers): Promise<OperationResult> {
    const result = await graphql({
      schema,
      source: stringifyDocument(operation.query),
      // Asked by every page, and of no interest to its test.
      rootValue: { explorer: true, ...rootValue },
      variableValues: { ...operation.variables },
    });
    const [error] = result.errors ?? [];
    // Without a code of the API it is a mistake of the test, not of the page.
    if (error && error.message !== OFFLINE && !error.extensions.code) throw error;
    return error?.message === OFFLINE
      ? makeErrorResult(operation, new Error(OFFLINE))
      : makeResult(operation, JSON.parse(JSON.stringify(result)));
  }
  const nameOf = ({ query }: Operation) => {
    const [definition] = query.definitions;
    return definition?.kind === "OperationDefinition" ? (definition.name?.value ?? "") : "";
  };

  const server: Exchange = () => (operations) =>
    pipe(
      operations,
      tap(({ kind, key }) => kind === "teardown" && asked.delete(key)),
      filter(({ kind }) => kind !== "teardown"),
      mergeMap((operation) => {
        const name = nameOf(operation);
        if (operation.kind === "subscription") {
          const subject = makeSubject<OperationResult>();
          subscriptions.set(name, [...(subscriptions.get(name) ?? []), subject]);
          running.set(name, operation);
          return subject.source;
        }
        const token = Symbol(name);
        asked.set(operation.key, token);
        const waits = hold;
        return pipe(
          fromPromise(
            // As with a real request: one that is given up in the same moment is never sent.
            Promise.resolve().then(async () => {
              if (asked.get(operation.key) !== token) return null;
              requests.push({ name, variables: { ...operation.variables } });
              const result = await answer(operation, answers);
              await waits;
              return result;
            }),
          ),
          filter((result) => result !== null),
        );
      }),
    );

  const stateListeners = new Set<() => void>();
  const returnListeners = new Set<() => void>();
  const live = {
    state: "connected" as ConnectionState,
    onState: (listener: () => void) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    onReturn: (listener: () => void) => {
      returnListeners.add(listener);
      return () => returnListeners.delete(listener);
    },
  };
  const client = createClient({
    url: "/graphql",
    preferGetMethod: false,
    exchanges: [queries.exchange, cacheExchange(cacheOptions()), queries.wireExchange, server],
  });
  const session: GraphQLSession = { client, live, queries, dispose: () => {} };

  return {
    session,
    requests,
    count: (name: string) => requests.filter((request) => request.name === name).length,
    /** An event of the subscription document with this name. */
    async send(name: string, event: Answers) {
      const operation = running.get(name);
      if (!operation) throw new Error(`nobody subscribed to ${name}`);
      const result = await answer(operation, event);
      for (const subject of subscriptions.get(name) ?? []) subject.next(result);
    },
    /** Answers to what is asked from now on are read at once, but wait for the returned function. */
    holdAnswers(): () => void {
      let release = () => {};
      hold = new Promise((resolve) => {
        release = () => {
          hold = null;
          resolve();
        };
      });
      return () => release();
    },
    connection(state: ConnectionState) {
      const returned = live.state === "lost" && state === "connected";
      live.state = state;
      for (const listener of stateListeners) listener();
      if (returned) for (const listener of returnListeners) listener();
    },
  };
}
