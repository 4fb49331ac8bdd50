import type { CombinedError } from "@urql/core";

/** An error that no form or dialog asked for: shown as a toast, or answered with the login page. */
export type Problem =
  | { kind: "unauthenticated" }
  /** Service staff named a customer that they cannot work for. */
  | { kind: "customer"; message: string }
  /** The server could not be reached. */
  | { kind: "network" }
  /** A bug, masked by the server. errorId: under which the server logged it. */
  | { kind: "failure"; errorId: string | null; message: string };

export function readProblem(error: CombinedError): Problem {
  if (error.networkError && !error.response) return { kind: "network" };
  for (const { extensions, message } of error.graphQLErrors) {
    if (extensions.code === "NOT_AUTHENTICATED") return { kind: "unauthenticated" };
    if (extensions.code === "CUSTOMER_NOT_AVAILABLE") return { kind: "customer", message };
  }
  const status: unknown = error.response?.status;
  if (status === 401) return { kind: "unauthenticated" };
  if (status === 502 || status === 503 || status === 504) return { kind: "network" };
  const [first] = error.graphQLErrors;
  const errorId = error.graphQLErrors
    .map(({ extensions }) => extensions.errorId)
    .find((id): id is string => typeof id === "string");
  return { kind: "failure", errorId: errorId ?? null, message: first?.message ?? error.message };
}
