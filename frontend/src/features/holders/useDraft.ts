import { useState } from "react";

type Kind<Draft> = {
  /** Reads what is stored, also by an earlier version of the page; null: nothing. */
  parse: (stored: string | null) => Draft;
  /** There is nothing in it that would be missed. */
  isNothing: (draft: Draft) => boolean;
};

/**
 * What is being put together, kept in this browser tab so that a reload loses nothing. It belongs
 * to one person (`dialtree.change.<viewer>` is what signing out spares) and one thing.
 */
export function useDraft<Draft>(
  viewerId: string,
  thing: string,
  { parse, isNothing }: Kind<Draft>,
): [Draft, (edit: (draft: Draft) => Draft) => Draft, () => void] {
  const place = `dialtree.change.${viewerId}.${thing}`;
  const [kept, setKept] = useState(() => ({ place, draft: parse(sessionStorage.getItem(place)) }));
  // Another thing on the same page.
  const draft = kept.place === place ? kept.draft : parse(sessionStorage.getItem(place));
  if (kept.place !== place) setKept({ place, draft });

  const edit = (how: (draft: Draft) => Draft) => {
    // From the store itself: two edits in one moment must not undo each other.
    const next = how(parse(sessionStorage.getItem(place)));
    if (isNothing(next)) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, JSON.stringify(next));
    setKept({ place, draft: next });
    return next;
  };
  // Still shown until the page is left, so that it does not flash empty.
  const forget = () => sessionStorage.removeItem(place);
  return [draft, edit, forget];
}
