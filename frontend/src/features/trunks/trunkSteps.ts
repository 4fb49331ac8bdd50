import type { TextId } from "../../i18n/i18n.ts";
import type { ElementSearch } from "../holders/numbersUrl.ts";
import { type FieldName, fieldNames, type TrunkDraft } from "./trunkDraft.ts";
import type { TrunkPreview } from "./useTrunkPreview.ts";

export const steps = ["name", "profile", "numbers", "date", "check"] as const;
export type Step = (typeof steps)[number];

/** What of the wizard stands in the query part of its address. */
export type WizardState = {
  step: Step;
  /** Search in the free numbers. */
  search: ElementSearch;
};

export function parseWizard(query: URLSearchParams): WizardState {
  return {
    step: steps.find((step) => step === query.get("step")) ?? "name",
    search: { number: query.get("number") ?? "", site: query.get("site") ?? "" },
  };
}

/** With its `?`; empty where everything is at its default. */
export function formatWizard({ step, search }: WizardState): string {
  const query = new URLSearchParams();
  if (step !== "name") query.set("step", step);
  if (search.number) query.set("number", search.number);
  if (search.site) query.set("site", search.site);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

export const FIELD_LABELS: Record<FieldName, TextId> = {
  name: "newTrunk.name",
  "contact.name": "newTrunk.contactName",
  "contact.phone": "newTrunk.contactPhone",
  "contact.email": "newTrunk.contactEmail",
  "callLimits.total": "newTrunk.callsTotal",
  "callLimits.incoming": "newTrunk.callsIncoming",
  "callLimits.outgoing": "newTrunk.callsOutgoing",
};

export function fieldsOf(step: Step): FieldName[] {
  if (step === "profile") return fieldNames.filter((name) => name.startsWith("callLimits."));
  if (step === "name") return fieldNames.filter((name) => !name.startsWith("callLimits."));
  return [];
}

const REFUSED_AT: Record<string, Step> = {
  TRUNK_NAME_TAKEN: "name",
  EXECUTION_DATE_PAST: "date",
  EXECUTION_DATE_TOO_FAR: "date",
  CONTRACT_NOT_STARTED: "date",
  NOT_ADMINISTRATOR: "check",
};

/** Where the rule's refusal belongs; what is not about name or day is about the elements. */
export function refusedAt({ refusal }: TrunkPreview): Step | null {
  return refusal && (REFUSED_AT[refusal.code] ?? "numbers");
}

const REFUSED_LABELS: Partial<Record<Step, TextId>> = {
  name: "newTrunk.name",
  numbers: "newTrunk.elements",
  date: "order.executionDate",
};

/**
 * What has to be put right in this step: names of it. In the last one only what is surely in vain:
 * whether the rules still refuse it is for the order to say.
 */
export function findingsOf(step: Step, preview: TrunkPreview): TextId[] {
  if (step === "check") {
    const missing = { ...preview, refusal: null };
    return steps.slice(0, -1).flatMap((each) => findingsOf(each, missing));
  }
  const labels = fieldsOf(step)
    .filter((name) => preview.problems[name])
    .map((name) => FIELD_LABELS[name]);
  const label = REFUSED_LABELS[step];
  const isRefused = refusedAt(preview) === step || (step === "numbers" && preview.gone.length > 0);
  return label && isRefused && !labels.includes(label) ? [...labels, label] : labels;
}

/** Fields whose problems may be shown from the start: filled before, or in a step left behind. */
export function seenBefore({ fields, reached }: TrunkDraft): ReadonlySet<FieldName> {
  const behind = steps.slice(0, reached).flatMap(fieldsOf);
  return new Set([...behind, ...fieldNames.filter((name) => fields[name] !== "")]);
}
