import { expect, it } from "vitest";
import { formatNumbers, type NumbersState, parseNumbers } from "./numbersUrl.ts";

const PLAIN: NumbersState = {
  free: { number: "", site: "" },
  held: { number: "", site: "" },
  side: "free",
};

it("the plain page has a plain address", () => {
  expect(formatNumbers(PLAIN)).toBe("");
  expect(parseNumbers(new URLSearchParams())).toEqual(PLAIN);
});

it("both searches and the side come back from the address", () => {
  const state: NumbersState = {
    free: { number: "*030", site: "Köln" },
    held: { number: "+49 30 & more", site: "" },
    side: "held",
  };
  expect(parseNumbers(new URLSearchParams(formatNumbers(state)))).toEqual(state);
});

it("an unknown side is the first one", () => {
  expect(parseNumbers(new URLSearchParams("side=other")).side).toBe("free");
});
