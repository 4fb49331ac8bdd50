import { useEffect, useMemo, useState } from "react";
import { useClient, useQuery } from "urql";
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
  /** Pending elements that do not exist any more. */
  gone: PendingElement[];
};

/** Asks the rules about the change while it is put together, a moment after the last edit. */
export function usePreview(holderId: string, change: PendingChange): Preview {
  const wanted = toVariables(holderId, change);
  const signature = JSON.stringify(wanted);
  const [settled, setSettled] = useState({ signature, variables: wanted });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `signature` stands for `wanted`
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ signature, variables: wanted }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [signature]);

  const { add, remove } = settled.variables;
  const empty = isEmpty(change) || add.length + remove.length === 0;
  const [{ data, error }] = useQuery({
    query: ChangePreviewQuery,
    variables: settled.variables,
    pause: empty,
    context: CONTEXT,
  });
  const isGone = error?.graphQLErrors.some(({ extensions }) => extensions.code === "NOT_FOUND");
  const goneIds = useGone(isGone === true && !empty, settled.variables);
  const gone = [...change.add, ...change.remove].filter(({ id }) => goneIds.has(id));

  const preview = empty ? null : data?.changeNumbersPreview;
  return {
    refusal: gone.length === 0 ? (preview?.refusal?.message ?? null) : null,
    meters: preview?.meters ?? null,
    gone,
  };
}

const NONE: ReadonlySet<string> = new Set();

/** Which of the ids name nothing any more; asked only when one of them does. */
function useGone(isAsked: boolean, ids: { add: string[]; remove: string[] }): ReadonlySet<string> {
  const client = useClient();
  const [gone, setGone] = useState(NONE);
  const all = useMemo(() => [...ids.add, ...ids.remove], [ids]);
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
