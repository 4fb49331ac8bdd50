import { useEffect, useMemo, useState } from "react";
import { type CombinedError, useClient, useQuery } from "urql";
import { ChangePreviewQuery, type MetersData, StillThereQuery } from "./documents.ts";
import { isEmpty, type PendingChange, type PendingElement, toVariables } from "./pendingChange.ts";

const PAUSE_MS = 250;
// A pending element that a merge has removed is an error here: the page tells it itself.
const CONTEXT = { toldByPage: ["NOT_FOUND"] };

export type Preview = {
  /** What ordering the change would be answered now; null: it would be accepted. */
  refusal: string | null;
  /** After the change; null: no limit applies, or not known yet. */
  meters: MetersData | null;
  /** The day of the meters; null: at once. */
  day: string | null;
  /** Pending elements that do not exist any more. */
  gone: PendingElement[];
};

/** The value a moment after its last change, and whether that is the present one. */
export function useSettled<Value>(value: Value): [settled: Value, isSettled: boolean] {
  const signature = JSON.stringify(value);
  const [settled, setSettled] = useState({ signature, value });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `signature` stands for `value`
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ signature, value }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [signature]);
  return [settled.value, settled.signature === signature];
}

/** Asks the rules about the change while it is put together, a moment after the last edit. */
export function usePreview(holderId: string, change: PendingChange): Preview {
  const [variables] = useSettled(toVariables(holderId, change));
  const { add, remove, executionDate } = variables;
  // A day alone asks, too: planned orders may have changed the meters by then.
  const empty =
    (isEmpty(change) && change.executionDate === null) ||
    (add.length + remove.length === 0 && executionDate === null);
  const [{ data, error }] = useQuery({
    query: ChangePreviewQuery,
    variables,
    pause: empty,
    context: CONTEXT,
  });
  const all = useMemo(() => [...add, ...remove], [add, remove]);
  const goneIds = useGone(saysNotFound(error) && !empty, all);
  const gone = [...change.add, ...change.remove].filter(({ id }) => goneIds.has(id));

  const preview = empty ? null : data?.changeNumbersPreview;
  return {
    refusal: gone.length === 0 ? (preview?.refusal?.message ?? null) : null,
    meters: preview?.meters ?? null,
    day: executionDate,
    gone,
  };
}

export function saysNotFound(error: CombinedError | undefined): boolean {
  const errors = error?.graphQLErrors ?? [];
  return errors.some(({ extensions }) => extensions.code === "NOT_FOUND");
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Which of the ids name nothing any more; asked only when one of them does.
 * `all`: the same list as long as it has the same ids.
 */
export function useGone(isAsked: boolean, all: string[]): ReadonlySet<string> {
  const client = useClient();
  const [gone, setGone] = useState(NONE);
  useEffect(() => {
    if (!isAsked) {
      setGone(NONE);
      return;
    }
    let stopped = false;
    const ask = async (id: string) => {
      const { data } = await client
        .query(StillThereQuery, { id }, { requestPolicy: "network-only" })
        .toPromise();
      return data && data.node === null ? id : null;
    };
    void Promise.all(all.map(ask)).then((answers) => {
      if (!stopped) setGone(new Set(answers.filter((id) => id !== null)));
    });
    return () => {
      stopped = true;
    };
  }, [client, isAsked, all]);
  return gone;
}
