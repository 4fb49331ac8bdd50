import {
  type Client,
  type CombinedError,
  createClient,
  fetchExchange,
  mapExchange,
  type Operation,
  subscriptionExchange,
} from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { ActiveQueries } from "./activeQueries.ts";
import { cacheOptions } from "./cache.ts";
import { CUSTOMER_HEADER } from "./customer.ts";
import { LiveConnection } from "./live.ts";
import { type Problem, readProblem } from "./problems.ts";

/** What belongs to one signed-in person: thrown away together when somebody else signs in. */
export type GraphQLSession = {
  client: Client;
  live: Pick<LiveConnection, "state" | "onState" | "onReturn">;
  queries: ActiveQueries;
  dispose(): void;
};

type Options = {
  url: string;
  /** Sent as Accept-Language: the language of sentences before anybody signed in. */
  language: () => string;
  /** Global id of the customer that service staff work for; null: their own. */
  customer: string | null;
  onProblem: (problem: Problem) => void;
};

function socketUrl(url: string): string {
  const socket = new URL(url, location.href);
  socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
  return socket.href;
}

/** A query may name, in its context, the codes of errors that its page shows in their place. */
function isToldByPage(error: CombinedError, { context }: Operation): boolean {
  const codes = context.toldByPage as string[] | undefined;
  return error.graphQLErrors.some(({ extensions }) => codes?.includes(String(extensions.code)));
}

export function createSession(options: Options): GraphQLSession {
  const { url, language, customer, onProblem } = options;
  const live = new LiveConnection(
    socketUrl(url),
    () => onProblem({ kind: "unauthenticated" }),
    customer ? { customer } : undefined,
  );
  const queries = new ActiveQueries();
  const client = createClient({
    url,
    preferGetMethod: false,
    fetchOptions: () => ({
      credentials: "same-origin",
      headers: {
        "Accept-Language": language(),
        ...(customer ? { [CUSTOMER_HEADER]: customer } : {}),
      },
    }),
    exchanges: [
      mapExchange({
        onError: (error, operation) => {
          // A lost socket has its own sign; subscriptions are taken up again by themselves.
          const problem = readProblem(error);
          const isTold = problem.kind === "unauthenticated" || problem.kind === "customer";
          if (operation.kind === "subscription" && !isTold) return;
          if (!isToldByPage(error, operation)) onProblem(problem);
        },
      }),
      queries.exchange,
      cacheExchange(cacheOptions()),
      queries.wireExchange,
      subscriptionExchange({ forwardSubscription: live.forward }),
      fetchExchange,
    ],
  });
  return { client, live, queries, dispose: () => live.dispose() };
}
