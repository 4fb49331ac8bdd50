import { describe, expect, it } from "vitest";
import { type CallsState, formatCalls, parseCalls, periodOf } from "./callsUrl.ts";

const nothing: CallsState = { level: null, place: null, direction: null, time: null };
const read = (query: string) => parseCalls(new URLSearchParams(query));

describe("the address of the page", () => {
  it.each<[string, Partial<CallsState>]>([
    ["", {}],
    ["?level=site&place=U2l0ZTox", { level: "SITE", place: "U2l0ZTox" }],
    ["?level=trunk&direction=outgoing", { level: "TRUNK", direction: "OUTGOING" }],
    ["?time=2026-11-25", { time: "2026-11-25" }],
    ["?time=2026-11-25T13%3A00Z", { time: "2026-11-25T13:00Z" }],
  ])("%s is read and written", (query, state) => {
    expect(read(query)).toEqual({ ...nothing, ...state });
    expect(formatCalls({ ...nothing, ...state })).toBe(query);
  });

  it.each([
    "?level=block",
    "?direction=up",
    "?place=U2l0ZTox",
    "?time=yesterday",
    "?time=2026-02-31",
    "?time=2026-11-25T13:30Z",
    "?time=2026-11-25T25:00Z",
  ])("%s says nothing", (query) => {
    expect(read(query)).toEqual(nothing);
  });
});

describe("what a time means", () => {
  it("is an hour, or a day in Germany, however long that is", () => {
    expect(periodOf("2026-11-25T13:00Z")).toEqual({
      from: "2026-11-25T13:00:00.000Z",
      until: "2026-11-25T14:00:00.000Z",
    });
    expect(periodOf("2026-10-25")).toEqual({
      from: "2026-10-24T22:00:00.000Z",
      until: "2026-10-25T23:00:00.000Z",
    });
  });
});
