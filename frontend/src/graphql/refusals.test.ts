import { describe, expect, it } from "vitest";
import { readOutcome } from "./refusals.ts";

describe("the result of a mutation", () => {
  it("is accepted when it is no refusal", () => {
    const member = { __typename: "OrderAccepted", order: { id: "1" } };
    expect(readOutcome({ splitRange: member })).toEqual({ accepted: member, refusal: null });
  });

  it.each(["RuleRefused", "NotAllowed", "NotFound"])("%s gives its sentence", (__typename) => {
    const { accepted, refusal } = readOutcome({
      splitRange: { __typename, code: "RANGE_ASSIGNED", message: "Assigned to Köln." },
    });
    expect(accepted).toBeNull();
    expect(refusal).toMatchObject({
      kind: __typename,
      code: "RANGE_ASSIGNED",
      message: "Assigned to Köln.",
      fields: {},
    });
  });

  it("InvalidInput gives sentences per field, all findings of a field together", () => {
    const { refusal } = readOutcome({
      login: {
        __typename: "InvalidInput",
        code: "INVALID_INPUT",
        message: "Check the input.",
        fields: [
          { field: "email", message: "Too long." },
          { field: "email", message: "No @ in it." },
          { field: "password", message: "Missing." },
        ],
      },
    });
    expect(refusal?.fields).toEqual({ email: "Too long. No @ in it.", password: "Missing." });
    expect(refusal?.rows).toHaveLength(3);
  });
});
