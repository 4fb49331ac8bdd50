import type { OperationResult, TypedDocumentNode } from "@urql/core";
import { useEffect, useEffectEvent } from "react";
import { onEnd, pipe, subscribe } from "wonka";
import { retryPause } from "./live.ts";
import { useSession } from "./session.tsx";

/**
 * A subscription for as long as the component is shown. The cache takes in what it brings before
 * `onEvent` sees it. It is taken up again when the server ends it.
 */
export function useLiveUpdates<Data>(
  document: TypedDocumentNode<Data, Record<string, never>>,
  onEvent: (data: Data) => void,
): void {
  const { client } = useSession().session;
  const handle = useEffectEvent((result: OperationResult<Data>) => {
    if (result.data) onEvent(result.data);
  });
  useEffect(() => {
    let stopped = false;
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running: { unsubscribe: () => void } | undefined;
    const again = () => {
      if (stopped) return;
      clearTimeout(timer);
      timer = setTimeout(start, retryPause(failures++));
    };
    function start() {
      running = pipe(
        client.subscription(document, {}),
        onEnd(again),
        subscribe((result) => {
          if (result.data) failures = 0;
          handle(result);
        }),
      );
    }
    start();
    return () => {
      stopped = true;
      clearTimeout(timer);
      running?.unsubscribe();
    };
  }, [client, document]);
}

/** Calls `onReturn` after a lost connection is there again. */
export function useConnectionReturn(onReturn: () => void): void {
  const { live } = useSession().session;
  const handle = useEffectEvent(onReturn);
  useEffect(() => live.onReturn(() => handle()), [live]);
}
