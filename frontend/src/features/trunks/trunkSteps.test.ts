import { describe, expect, it } from "vitest";
import { NO_DRAFT, withField } from "./trunkDraft.ts";
import { findingsOf, formatWizard, parseWizard, refusedAt, seenBefore } from "./trunkSteps.ts";
import type { TrunkPreview } from "./useTrunkPreview.ts";

const FINE: TrunkPreview = { problems: {}, refusal: null, meters: null, gone: [], isCurrent: true };
const refused = (code: string) => ({ ...FINE, refusal: { code, message: "No." } });

describe("the address of a step", () => {
  it("is plain for the first one", () => {
    expect(formatWizard(parseWizard(new URLSearchParams("step=other")))).toBe("");
  });

  it("comes back with the search of the numbers", () => {
    const state = { step: "date", search: { number: "*030", site: "Köln" } } as const;
    expect(parseWizard(new URLSearchParams(formatWizard(state)))).toEqual(state);
  });
});

describe("what is to be put right", () => {
  it.each([
    ["TRUNK_NAME_TAKEN", "name"],
    ["TRUNK_ELEMENT_LIMIT", "numbers"],
    ["RANGE_IN_OPEN_ORDER", "numbers"],
    ["EXECUTION_DATE_PAST", "date"],
    ["CONTRACT_NOT_STARTED", "date"],
    ["NOT_ADMINISTRATOR", "check"],
  ])("of %s stands at %s", (code, step) => {
    expect(refusedAt(refused(code))).toBe(step);
  });

  it("is named by its fields, each once", () => {
    const preview = {
      ...refused("TRUNK_NAME_TAKEN"),
      problems: { name: "Too long.", "callLimits.total": "Too many." },
    };
    expect(findingsOf("name", preview)).toEqual(["newTrunk.name"]);
    expect(findingsOf("profile", preview)).toEqual(["newTrunk.callsTotal"]);
    expect(findingsOf("numbers", preview)).toEqual([]);
  });

  it("does not keep from ordering when only the rules refuse it now", () => {
    expect(findingsOf("check", refused("RANGE_ASSIGNED"))).toEqual([]);
    const preview = { ...FINE, problems: { "contact.name": "Missing." } };
    expect(findingsOf("check", preview)).toEqual(["newTrunk.contactName"]);
  });

  it("is shown from the start at what was filled, and in the steps behind", () => {
    const draft = withField(NO_DRAFT, "callLimits.total", "0");
    expect([...seenBefore(draft)]).toEqual(["callLimits.total"]);
    expect(seenBefore({ ...draft, reached: 1 }).has("contact.name")).toBe(true);
  });
});
