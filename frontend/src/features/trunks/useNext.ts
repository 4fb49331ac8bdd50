import { type RefObject, useEffect, useEffectEvent, useState } from "react";
import { findingsOf, type Step } from "./trunkSteps.ts";
import type { TrunkPreview } from "./useTrunkPreview.ts";

/**
 * Going on from a step: once the rules have answered about what was typed last, to the next one,
 * or to the first field that is to be put right.
 */
export function useNext(
  step: Step,
  preview: TrunkPreview,
  form: RefObject<HTMLElement | null>,
  goOn: () => void,
) {
  const [from, setFrom] = useState<Step | null>(null);
  const isWaiting = from === step;
  // Somebody has gone elsewhere meanwhile: coming back here is no reason to go on.
  if (from !== null && !isWaiting) setFrom(null);
  const settle = useEffectEvent(() => {
    setFrom(null);
    if (findingsOf(step, preview).length === 0) goOn();
    else form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
  useEffect(() => {
    if (isWaiting && preview.isCurrent) settle();
  }, [isWaiting, preview.isCurrent]);
  return { next: () => setFrom(step), isWaiting };
}
