import { describe, expect, it } from "vitest";
import { daysOf, ticksFor } from "./hours.ts";

const counted = (since: string, until: string, hours: Parameters<typeof daysOf>[0]["hours"]) =>
  daysOf({ since, until, total: 0, hours });

describe("the days of the plot", () => {
  it("have every hour from the oldest kept to now, in the time of Germany", () => {
    const days = counted("2026-11-18T13:40:00Z", "2026-11-25T13:40:00Z", []);
    expect(days.map(({ day, hours }) => [day, hours.length])).toEqual([
      ["2026-11-18", 10],
      ["2026-11-19", 24],
      ["2026-11-20", 24],
      ["2026-11-21", 24],
      ["2026-11-22", 24],
      ["2026-11-23", 24],
      ["2026-11-24", 24],
      ["2026-11-25", 15],
    ]);
    expect(days[0]?.hours[0]?.name).toBe("2026-11-18T13:00Z");
    expect(days.at(-1)?.hours.at(-1)?.name).toBe("2026-11-25T13:00Z");
  });

  it("have 25 hours and 23 hours where the clocks change", () => {
    const lengths = (since: string, until: string) =>
      counted(since, until, []).map(({ hours }) => hours.length);
    expect(lengths("2026-10-24T22:00:00Z", "2026-10-25T22:59:00Z")).toEqual([25]);
    expect(lengths("2027-03-27T23:00:00Z", "2027-03-28T21:59:00Z")).toEqual([23]);
  });

  it("sum up by hour, day and level", () => {
    const [day] = counted("2026-11-25T08:00:00Z", "2026-11-25T09:30:00Z", [
      { hour: "2026-11-25T08:00:00+00:00", level: "SITE", count: 2 },
      { hour: "2026-11-25T08:00:00+00:00", level: "TRUNK", count: 3 },
      { hour: "2026-11-25T09:00:00+00:00", level: "TRUNK", count: 4 },
    ]);
    expect(day?.hours.map(({ total }) => total)).toEqual([5, 4]);
    expect(day?.hours[0]?.counts).toEqual({ CUSTOMER: 0, SITE: 2, TRUNK: 3 });
    expect(day?.counts).toEqual({ CUSTOMER: 0, SITE: 2, TRUNK: 7 });
    expect(day?.total).toBe(9);
  });
});

describe("the lines of the plot", () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [4, [0, 1, 2, 3, 4]],
    [16, [0, 5, 10, 15, 20]],
    [40, [0, 10, 20, 30, 40]],
    [41, [0, 20, 40, 60]],
    [1234, [0, 500, 1000, 1500]],
  ])("are round and reach %d", (largest, ticks) => {
    expect(ticksFor(largest)).toEqual(ticks);
  });
});
