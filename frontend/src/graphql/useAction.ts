import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import { useCallback, useRef, useState } from "react";
import { useClient } from "urql";
import { type Accepted, type RefusalInfo, readOutcome } from "./refusals.ts";

export type Action<Data, Variables> = {
  /**
   * Resolves to the accepting member of the result; to null when it was refused (then `refusal` is
   * set, for the dialog or form to show) or failed (then a toast has told it). A second call while
   * one is running does nothing.
   */
  run: (variables: Variables) => Promise<Accepted<Data> | null>;
  busy: boolean;
  refusal: RefusalInfo | null;
  reset: () => void;
};

/** A mutation as a form or dialog uses it. */
export function useAction<Data extends object, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
): Action<Data, Variables> {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<RefusalInfo | null>(null);
  const running = useRef(false);

  const run = useCallback(
    async (variables: Variables) => {
      if (running.current) return null;
      running.current = true;
      setBusy(true);
      setRefusal(null);
      try {
        const { data } = await client.mutation(document, variables).toPromise();
        if (!data) return null;
        const outcome = readOutcome(data);
        setRefusal(outcome.refusal);
        return outcome.accepted;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [client, document],
  );
  const reset = useCallback(() => setRefusal(null), []);
  return { run, busy, refusal, reset };
}
