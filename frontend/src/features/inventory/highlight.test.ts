import { describe, expect, it } from "vitest";
import { highlight } from "./highlight.ts";

function marked(
  display: string,
  kind: "STARTS_WITH" | "CONTAINS" | "NOT_UNDERSTOOD",
  digits: string,
) {
  const reading = { kind, digits, display: digits, refusal: null };
  return highlight(display, reading)
    .map(({ text, hit }) => (hit ? `[${text}]` : text))
    .join("");
}

describe("what a search matched", () => {
  it("from the start is marked from the area code on, whatever stands between the digits", () => {
    expect(marked("030 23125-3xx", "STARTS_WITH", "493023125")).toBe("[030 23125]-3xx");
    expect(marked("030 23125-3xx", "STARTS_WITH", "4930231253")).toBe("[030 23125-3]xx");
  });

  it("may run across into the open digits", () => {
    expect(marked("030 23125-3xx", "STARTS_WITH", "49302312534")).toBe("[030 23125-3x]x");
    expect(marked("030 23125-3xx", "CONTAINS", "537")).toBe("030 2312[5-3x]x");
  });

  it("anywhere is marked where most of it is fixed", () => {
    expect(marked("040 66969-xxx", "CONTAINS", "969")).toBe("040 66[969]-xxx");
  });

  it("in a block sold with some first digits runs across into those", () => {
    expect(marked("030 23125-0xx…5xx", "STARTS_WITH", "4930231253")).toBe("[030 23125-0]xx…5xx");
    expect(marked("030 23125-0xx…5xx", "CONTAINS", "3125")).toBe("030 2[3125]-0xx…5xx");
  });

  it("only in open digits is not marked", () => {
    expect(marked("030 23125-xxx", "CONTAINS", "77")).toBe("030 23125-xxx");
  });

  it("is nothing where the search was not understood or matched elsewhere", () => {
    expect(marked("030 23125-3xx", "NOT_UNDERSTOOD", "30")).toBe("030 23125-3xx");
    expect(marked("030 23125-3xx", "STARTS_WITH", "4940")).toBe("030 23125-3xx");
    expect(highlight("030 23125-3xx", null)).toEqual([{ text: "030 23125-3xx", hit: false }]);
  });
});
