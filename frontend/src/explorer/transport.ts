import type { GraphiQLProps } from "graphiql";
import { type DocumentNode, type OperationDefinitionNode, parse } from "graphql";
import { createClient } from "graphql-ws";
import { CUSTOMER_HEADER } from "../graphql/customer.ts";

type Fetcher = GraphiQLProps["fetcher"];
export type Transport = { fetcher: Fetcher; dispose: () => void };

/** Header, and payload of the socket's first message, that sign in with a token; none without. */
function authorization(token: string): { authorization?: string } {
  return token === "" ? {} : { authorization: `Bearer ${token}` };
}

/**
 * The operation of this name, or the only one there is. Read from the text that is sent: GraphiQL's
 * own reading of it, and with it the name, comes a moment late after a paste.
 */
function operationIn(
  text: string,
  name: string | null | undefined,
): OperationDefinitionNode | undefined {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch {
    // The API says better what is wrong with it.
    return undefined;
  }
  const operations = document.definitions.filter(
    (definition) => definition.kind === "OperationDefinition",
  );
  const [only] = operations;
  return (
    operations.find((operation) => operation.name?.value === name) ??
    (operations.length === 1 ? only : undefined)
  );
}

/**
 * A problem of the connection in the form of a GraphQL error, as GraphiQL shows it. (An Error it
 * shows with its stack.) A socket that was closed says so only by its code.
 */
function readableProblem(problem: unknown): unknown {
  if (Array.isArray(problem)) return problem;
  if (problem instanceof Error) return { message: problem.message };
  const { code, reason } = problem as Partial<CloseEvent>;
  return { message: reason || `The connection was closed (${code ?? "unknown reason"}).` };
}

/**
 * How the explorer talks to the API: queries and mutations over HTTP, subscriptions over
 * graphql-transport-ws; signed in by the session's cookie, or by `token` where there is one.
 * `onMutation`: after each mutation; it may have signed somebody in or out.
 */
export function createTransport(
  path: string,
  token: string,
  onMutation: () => void = () => {},
  /** Whom service staff who are signed in work for; the editor's headers may name another. */
  customer: string | null = null,
): Transport {
  const socketUrl = new URL(path, location.href);
  socketUrl.protocol = socketUrl.protocol === "https:" ? "wss:" : "ws:";
  let socketCustomer: string | undefined;
  const socket = createClient({
    url: socketUrl.href,
    connectionParams: () => ({
      ...authorization(token),
      ...(socketCustomer ? { customer: socketCustomer } : {}),
    }),
    retryAttempts: 0,
    // Without it a refused connection would also be printed to the console.
    onNonLazyError: () => {},
  });

  const fetcher: Fetcher = (asked, options) => {
    const headers: Record<string, string> = {
      ...authorization(token),
      ...(customer && token === "" ? { [CUSTOMER_HEADER]: customer } : {}),
      ...options?.headers,
    };
    const found = operationIn(asked.query, asked.operationName);
    const kind = found?.operation;
    const params = found ? { ...asked, operationName: found.name?.value } : asked;
    if (kind === "subscription") {
      // A socket is opened for the first subscription and closed after the last.
      socketCustomer = named(headers, CUSTOMER_HEADER);
      const { query, operationName, variables } = params;
      return {
        subscribe: (observer: Observer) => ({
          unsubscribe: socket.subscribe(
            { query, operationName, variables: variables as Record<string, unknown> },
            {
              next: (value) => observer.next(value),
              error: (problem) => observer.error(readableProblem(problem)),
              complete: () => observer.complete(),
            },
          ),
        }),
      } as ReturnType<Fetcher>;
    }
    const answer = send(path, params, headers);
    return kind === "mutation" ? answer.finally(onMutation) : answer;
  };
  return { fetcher, dispose: () => void socket.dispose() };
}

/** The header of this name, however it is spelled. */
function named(headers: Record<string, string>, name: string): string | undefined {
  return Object.entries(headers)
    .reverse()
    .find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

type Observer = {
  next: (value: unknown) => void;
  error: (problem: unknown) => void;
  complete: () => void;
};

async function send(path: string, params: unknown, headers: Record<string, string>) {
  const response = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { accept: "application/json", "content-type": "application/json", ...headers },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const message = `${response.status} ${response.statusText}: ${text.slice(0, 300)}`;
    return { errors: [{ message }] };
  }
}
