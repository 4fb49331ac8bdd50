import { describe, expect, it } from "vitest";
import { include } from "../holders/pendingChange.ts";
import {
  isNothing,
  NO_DRAFT,
  parseDraft,
  type TrunkDraft,
  toInput,
  withField,
  withProfile,
} from "./trunkDraft.ts";

const three = { id: "r3", digits: "4930231253", display: "030 23125-3xx", size: 100 };

describe("a draft of a SIP trunk", () => {
  it("is sent with null for what was left empty", () => {
    expect(toInput(withField(NO_DRAFT, "name", "Berlin"))).toEqual({
      name: "Berlin",
      contact: { name: "", phone: null, email: null },
      profile: "STANDARD",
      elements: [],
      executionDate: null,
      callLimits: { total: null, incoming: null, outgoing: null },
    });
  });

  it("takes only digits for a limit, as many as an Int has room for", () => {
    const limit = (typed: string) =>
      toInput(withField(NO_DRAFT, "callLimits.total", typed)).callLimits?.total;
    expect(limit("1.200")).toBe(1200);
    expect(limit("many")).toBeNull();
    expect(limit("99999999999")).toBe(999_999_999);
  });

  it.each<[string, (draft: TrunkDraft) => TrunkDraft]>([
    ["another name", (draft) => withField(draft, "name", "Bonn")],
    ["another profile", (draft) => withProfile(draft, "MEDIA_BYPASS")],
    ["an element more", (draft) => ({ ...draft, ...include(draft, "add", [three]) })],
  ])("is another order after %s", (_name, edit) => {
    const edited = edit({ ...NO_DRAFT, key: "key" });
    expect(edited.key).toBeNull();
    expect(isNothing(edited)).toBe(false);
  });

  it("is nothing again when everything was taken out, however far one has come", () => {
    expect(isNothing({ ...NO_DRAFT, reached: 3 })).toBe(true);
  });
});

describe("what is stored", () => {
  it("is read as it was written", () => {
    const draft = {
      ...withProfile(withField(NO_DRAFT, "contact.name", "Anna Brandt"), "MEDIA_BYPASS"),
      add: [three],
      executionDate: "2026-12-01",
      key: "key",
      reached: 3,
    };
    expect(parseDraft(JSON.stringify(draft))).toEqual(draft);
  });

  it.each([null, "{", "null", "[]", '{"fields":7,"profile":1,"reached":"9","add":[{}]}'])(
    "is no draft where it makes no sense: %s",
    (stored) => {
      expect(parseDraft(stored)).toEqual(NO_DRAFT);
    },
  );
});
