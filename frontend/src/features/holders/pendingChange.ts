/** What the page needs to show a number element that is in no loaded list any more. */
export type PendingElement = { id: string; digits: string; display: string; size: number };

export type Side = "add" | "remove";

/**
 * A change of a holder's numbers that is not ordered yet.
 *
 * `executionDate`: calendar day, null for "at once". `key`: made when it was first sent and kept
 * for every further try; a change that was edited is another one and gets another key (O5).
 */
export type PendingChange = {
  add: PendingElement[];
  remove: PendingElement[];
  executionDate: string | null;
  key: string | null;
};

export const NO_CHANGE: PendingChange = { add: [], remove: [], executionDate: null, key: null };

const order = (a: PendingElement, b: PendingElement) =>
  a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0;

export function isEmpty({ add, remove }: PendingChange): boolean {
  return add.length === 0 && remove.length === 0;
}

/** Puts elements into one side; what is in it already stays once. In order of digits. */
export function include(
  change: PendingChange,
  side: Side,
  elements: PendingElement[],
): PendingChange {
  const all = new Map([...change[side], ...elements].map((element) => [element.id, element]));
  return { ...change, [side]: [...all.values()].sort(order), key: null };
}

/** Takes elements back, on whichever side they are. */
export function takeBack(change: PendingChange, ids: Iterable<string>): PendingChange {
  const gone = new Set(ids);
  const stays = ({ id }: PendingElement) => !gone.has(id);
  return {
    ...change,
    add: change.add.filter(stays),
    remove: change.remove.filter(stays),
    key: null,
  };
}

/** `today` is the same as at once. */
export function onDate(change: PendingChange, day: string | null, today: string): PendingChange {
  return { ...change, executionDate: day === today ? null : day, key: null };
}

/** The change as it is sent, with the key of this attempt. */
export function attempt(change: PendingChange, makeKey: () => string): PendingChange {
  return change.key === null ? { ...change, key: makeKey() } : change;
}

/** What is still to be ordered once `sent` was accepted: what was put together meanwhile. */
export function leftAfter(change: PendingChange, sent: PendingChange): PendingChange {
  if (change.key === sent.key) return NO_CHANGE;
  return takeBack(
    change,
    [...sent.add, ...sent.remove].map(({ id }) => id),
  );
}

export type ChangeVariables = {
  holderId: string;
  add: string[];
  remove: string[];
  executionDate: string | null;
};

/** The arguments of `changeNumbers` and of its preview. */
export function toVariables(holderId: string, change: PendingChange): ChangeVariables {
  return {
    holderId,
    add: change.add.map(({ id }) => id),
    remove: change.remove.map(({ id }) => id),
    executionDate: change.executionDate,
  };
}

/** `+3 −1`; what there is none of is left out. */
export function countsOf({ add, remove }: PendingChange): string {
  return [add.length > 0 && `+${add.length}`, remove.length > 0 && `−${remove.length}`]
    .filter(Boolean)
    .join(" ");
}

function isElement(value: unknown): value is PendingElement {
  if (typeof value !== "object" || value === null) return false;
  const { id, digits, display, size } = value as Record<string, unknown>;
  return (
    typeof id === "string" &&
    typeof digits === "string" &&
    typeof display === "string" &&
    typeof size === "number"
  );
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** Reads what an earlier version of the page may have stored; what makes no sense is no change. */
export function parseChange(stored: string | null): PendingChange {
  if (stored === null) return NO_CHANGE;
  try {
    const { add, remove, executionDate, key } = JSON.parse(stored);
    if (!Array.isArray(add) || !Array.isArray(remove)) return NO_CHANGE;
    if (![...add, ...remove].every(isElement)) return NO_CHANGE;
    return { add, remove, executionDate: text(executionDate), key: text(key) };
  } catch {
    return NO_CHANGE;
  }
}
