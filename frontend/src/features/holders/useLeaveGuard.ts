import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useLocation } from "react-router";
import { guardHistory } from "../../ui/historyGuard.ts";

export type LeaveGuard = {
  /** Somebody wants to leave and has to be asked. */
  isAsking: boolean;
  stay: () => void;
  leave: () => void;
};

/** Position in the history, as React Router notes it in each entry. */
function positionOf(state: unknown): number | null {
  const index = (state as { idx?: unknown } | null)?.idx;
  return typeof index === "number" ? index : null;
}

/**
 * While `active`, following a link or going back to another page is held up until the person has
 * answered; closing the tab is asked about by the browser. The page's own navigation after saving
 * is not held up. (React Router can do this only with its data router.)
 */
export function useLeaveGuard(active: boolean): LeaveGuard {
  const place = useLocation();
  const [held, setHeld] = useState<{ go: () => void } | null>(null);
  const isOff = useRef(false);
  const here = useRef<number | null>(null);
  const hold = useEffectEvent((go: () => void) => setHeld({ go }));

  // biome-ignore lint/correctness/useExhaustiveDependencies: noted anew for every address
  useEffect(() => {
    here.current = positionOf(history.state);
  }, [place]);

  useEffect(() => {
    if (!active) return;
    const page = location.pathname;
    let isReturning = false;

    const onClick = (event: MouseEvent) => {
      const { target, ctrlKey, metaKey, shiftKey, altKey, button } = event;
      const link = target instanceof Element ? target.closest<HTMLAnchorElement>("a[href]") : null;
      const opensElsewhere =
        ctrlKey || metaKey || shiftKey || altKey || button !== 0 || link?.target === "_blank";
      if (isOff.current || !link || opensElsewhere) return;
      // What leads to another site is asked about by the browser.
      if (link.origin !== location.origin || link.pathname === page) return;
      event.preventDefault();
      event.stopPropagation();
      hold(() => (link.isConnected ? link.click() : location.assign(link.href)));
    };
    const onPopState = (event: PopStateEvent) => {
      if (isReturning) {
        isReturning = false;
        event.stopImmediatePropagation();
        return;
      }
      const there = positionOf(event.state);
      if (isOff.current || location.pathname === page) return;
      if (here.current === null || there === null) return;
      // The address has already changed: back to ours before the router sees it.
      const steps = there - here.current;
      event.stopImmediatePropagation();
      isReturning = true;
      history.go(-steps);
      hold(() => history.go(steps));
    };
    const onUnload = (event: BeforeUnloadEvent) => {
      if (!isOff.current) event.preventDefault();
    };

    addEventListener("click", onClick, { capture: true });
    guardHistory(onPopState);
    addEventListener("beforeunload", onUnload);
    return () => {
      removeEventListener("click", onClick, { capture: true });
      guardHistory(null);
      removeEventListener("beforeunload", onUnload);
    };
  }, [active]);

  return {
    isAsking: held !== null,
    stay: () => setHeld(null),
    leave: () => {
      setHeld(null);
      isOff.current = true;
      held?.go();
    },
  };
}
