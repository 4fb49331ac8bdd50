import { isEmpty, NO_CHANGE, type PendingChange, parseChange } from "../holders/pendingChange.ts";
import type { CreateSipTrunkInput } from "./documents.ts";

/** What is typed, by the names of the API's fields. */
export const fieldNames = [
  "name",
  "contact.name",
  "contact.phone",
  "contact.email",
  "callLimits.total",
  "callLimits.incoming",
  "callLimits.outgoing",
] as const;
export type FieldName = (typeof fieldNames)[number];

export const profiles = ["STANDARD", "MEDIA_BYPASS"] as const;
export type Profile = (typeof profiles)[number];

/**
 * A SIP trunk that is not ordered yet: its elements, day and key as those of a change that only
 * adds. `reached`: how many steps lie behind, at the furthest.
 */
export type TrunkDraft = PendingChange & {
  fields: Record<FieldName, string>;
  profile: Profile;
  reached: number;
};

const NO_FIELDS = Object.fromEntries(fieldNames.map((name) => [name, ""])) as TrunkDraft["fields"];
export const NO_DRAFT: TrunkDraft = {
  ...NO_CHANGE,
  fields: NO_FIELDS,
  profile: "STANDARD",
  reached: 0,
};

export function isNothing(draft: TrunkDraft): boolean {
  const { fields, profile, executionDate } = draft;
  const isTyped = fieldNames.some((name) => fields[name] !== "");
  return !isTyped && profile === "STANDARD" && isEmpty(draft) && executionDate === null;
}

/** Limits take only digits, and not more of them than an Int has room for. */
export function withField(draft: TrunkDraft, name: FieldName, typed: string): TrunkDraft {
  const value = name.startsWith("callLimits.") ? typed.replace(/\D/g, "").slice(0, 9) : typed;
  return { ...draft, fields: { ...draft.fields, [name]: value }, key: null };
}

export function withProfile(draft: TrunkDraft, profile: Profile): TrunkDraft {
  return { ...draft, profile, key: null };
}

/** The argument of `createSipTrunk` and of its preview, but for the key. */
export function toInput({ fields, profile, add, executionDate }: TrunkDraft): CreateSipTrunkInput {
  const limit = (value: string) => (value === "" ? null : Number(value));
  return {
    name: fields.name,
    contact: {
      name: fields["contact.name"],
      phone: fields["contact.phone"] || null,
      email: fields["contact.email"] || null,
    },
    profile,
    elements: add.map(({ id }) => id),
    executionDate,
    callLimits: {
      total: limit(fields["callLimits.total"]),
      incoming: limit(fields["callLimits.incoming"]),
      outgoing: limit(fields["callLimits.outgoing"]),
    },
  };
}

/** Reads what an earlier version of the page may have stored; what makes no sense is left out. */
export function parseDraft(stored: string | null): TrunkDraft {
  const change = { ...parseChange(stored), remove: [] };
  let more: Partial<Record<keyof TrunkDraft, unknown>> = {};
  try {
    more = JSON.parse(stored ?? "null") ?? {};
  } catch {
    return NO_DRAFT;
  }
  const typed = (more.fields ?? {}) as Record<string, unknown>;
  const fields = { ...NO_FIELDS };
  for (const name of fieldNames) {
    const value = typed[name];
    if (typeof value === "string") fields[name] = value;
  }
  return {
    ...change,
    fields,
    profile: profiles.find((profile) => profile === more.profile) ?? "STANDARD",
    reached: typeof more.reached === "number" ? more.reached : 0,
  };
}
