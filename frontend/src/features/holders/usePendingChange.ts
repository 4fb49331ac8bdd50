import { useState } from "react";
import { isEmpty, NO_CHANGE, type PendingChange, parseChange } from "./pendingChange.ts";

type Edit = (change: PendingChange) => PendingChange;

/**
 * The change that is being put together, kept in this browser tab so that a reload loses nothing.
 * It belongs to one person and one holder.
 */
export function usePendingChange(
  viewerId: string,
  holderId: string,
): [PendingChange, (edit: Edit) => PendingChange] {
  const place = `dialtree.change.${viewerId}.${holderId}`;
  const [kept, setKept] = useState(() => ({
    place,
    change: parseChange(sessionStorage.getItem(place)),
  }));
  // Another holder on the same page.
  const change = kept.place === place ? kept.change : parseChange(sessionStorage.getItem(place));
  if (kept.place !== place) setKept({ place, change });

  const edit = (how: Edit) => {
    // From the store itself: two edits in one moment must not undo each other.
    const next = how(parseChange(sessionStorage.getItem(place)));
    if (isEmpty(next) && next.executionDate === null) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, JSON.stringify(next));
    setKept({ place, change: next });
    return next;
  };
  return [change, edit];
}

export const clear: Edit = () => NO_CHANGE;
