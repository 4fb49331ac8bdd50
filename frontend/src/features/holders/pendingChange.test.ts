import { describe, expect, it } from "vitest";
import {
  attempt,
  countsOf,
  include,
  isEmpty,
  leftAfter,
  NO_CHANGE,
  onDate,
  parseChange,
  takeBack,
  toVariables,
} from "./pendingChange.ts";

const three = { id: "r3", digits: "4930231253", display: "030 23125-3xx", size: 100 };
const four = { id: "r4", digits: "4930231254", display: "030 23125-4xx", size: 100 };
const single = { id: "s1", digits: "4940669699", display: "040 669699", size: 1 };

describe("a pending change", () => {
  it("holds each element once, in order of digits", () => {
    const change = include(include(NO_CHANGE, "add", [four]), "add", [three, four]);
    expect(change.add).toEqual([three, four]);
    expect(change.remove).toEqual([]);
  });

  it("is empty again when everything is taken back, on both sides", () => {
    const change = include(include(NO_CHANGE, "add", [three]), "remove", [single]);
    expect(isEmpty(change)).toBe(false);
    expect(countsOf(change)).toBe("+1 −1");
    const back = takeBack(change, ["r3", "s1"]);
    expect(isEmpty(back)).toBe(true);
    expect(countsOf(back)).toBe("");
  });

  it("is sent as ids, with null for at once", () => {
    const change = include(include(NO_CHANGE, "add", [four, three]), "remove", [single]);
    expect(toVariables("trunk", change)).toEqual({
      holderId: "trunk",
      add: ["r3", "r4"],
      remove: ["s1"],
      executionDate: null,
    });
  });

  it("takes today for at once", () => {
    const planned = onDate(NO_CHANGE, "2026-12-01", "2026-11-23");
    expect(planned.executionDate).toBe("2026-12-01");
    expect(onDate(planned, "2026-11-23", "2026-11-23").executionDate).toBeNull();
    expect(onDate(planned, null, "2026-11-23").executionDate).toBeNull();
  });
});

describe("its idempotency key", () => {
  const change = include(NO_CHANGE, "add", [three]);
  let made = 0;
  const makeKey = () => `key-${++made}`;

  it("stays for every try of the same change", () => {
    const first = attempt(change, makeKey);
    expect(attempt(first, makeKey).key).toBe(first.key);
    expect(attempt(parseChange(JSON.stringify(first)), makeKey).key).toBe(first.key);
  });

  it.each([
    ["an element more", () => include(attempt(change, makeKey), "remove", [single])],
    ["an element less", () => takeBack(attempt(change, makeKey), ["r3"])],
    ["another day", () => onDate(attempt(change, makeKey), "2026-12-01", "2026-11-23")],
  ])("is another one after %s", (_name, edit) => {
    expect(edit().key).toBeNull();
  });
});

describe("what is left when it was accepted", () => {
  const sent = attempt(include(NO_CHANGE, "add", [three]), () => "key");

  it("is nothing, when it was not edited meanwhile", () => {
    expect(leftAfter(sent, sent)).toEqual(NO_CHANGE);
  });

  it("is what was put together meanwhile", () => {
    const edited = include(include(sent, "add", [four]), "remove", [single]);
    expect(leftAfter(edited, sent)).toEqual({ ...NO_CHANGE, add: [four], remove: [single] });
  });
});

describe("what is stored", () => {
  it("is read as it was written", () => {
    const change = onDate(include(NO_CHANGE, "add", [three]), "2026-12-01", "2026-11-23");
    expect(parseChange(JSON.stringify(change))).toEqual(change);
  });

  it.each([null, "", "null", "[]", '{"add":[{"id":1}],"remove":[]}', '{"add":[]}'])(
    "is no change where it makes no sense: %s",
    (stored) => {
      expect(parseChange(stored)).toEqual(NO_CHANGE);
    },
  );
});
