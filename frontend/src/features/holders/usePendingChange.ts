import { isEmpty, NO_CHANGE, type PendingChange, parseChange } from "./pendingChange.ts";
import { useDraft } from "./useDraft.ts";

type Edit = (change: PendingChange) => PendingChange;

const KIND = {
  parse: parseChange,
  isNothing: (change: PendingChange) => isEmpty(change) && change.executionDate === null,
};

/** The change of one holder's numbers that this person is putting together. */
export function usePendingChange(
  viewerId: string,
  holderId: string,
): [PendingChange, (edit: Edit) => PendingChange] {
  const [change, edit] = useDraft(viewerId, holderId, KIND);
  return [change, edit];
}

export const clear: Edit = () => NO_CHANGE;
