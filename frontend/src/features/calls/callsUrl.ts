import { parseAbsolute, parseDate, toCalendarDate } from "@internationalized/date";
import type { Direction, Level } from "./documents.ts";

export const levels = ["CUSTOMER", "SITE", "TRUNK"] as const satisfies readonly Level[];
export const directions = ["INCOMING", "OUTGOING"] as const satisfies readonly Direction[];

const TIME_ZONE = "Europe/Berlin";
const HOUR_MS = 3_600_000;

/** What of the page stands in the query part of its address. */
export type CallsState = {
  level: Level | null;
  /** Id of the site contract (level SITE) or trunk (level TRUNK). */
  place: string | null;
  direction: Direction | null;
  /** `2026-11-25`, a day in Germany, or the beginning of an hour: `2026-11-25T13:00Z`. */
  time: string | null;
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const HOUR = /^\d{4}-\d{2}-\d{2}T\d{2}:00Z$/;

export function parseCalls(query: URLSearchParams): CallsState {
  const given = (name: string) => query.get(name)?.toUpperCase();
  const level = levels.find((one) => one === given("level")) ?? null;
  const time = query.get("time");
  return {
    level,
    place: level === "SITE" || level === "TRUNK" ? query.get("place") : null,
    direction: directions.find((one) => one === given("direction")) ?? null,
    time: time && periodOf(time) ? time : null,
  };
}

/** With its `?`; empty where everything is at its default. */
export function formatCalls({ level, place, direction, time }: CallsState): string {
  const query = new URLSearchParams();
  if (level) query.set("level", level.toLowerCase());
  if (level && place) query.set("place", place);
  if (direction) query.set("direction", direction.toLowerCase());
  if (time) query.set("time", time);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** The moments between which a day or an hour lies; null where it is neither. */
export function periodOf(time: string): { from: string; until: string } | null {
  try {
    if (DAY.test(time)) {
      const day = parseDate(time);
      const moment = (offset: number) => day.add({ days: offset }).toDate(TIME_ZONE).toISOString();
      return { from: moment(0), until: moment(1) };
    }
    if (HOUR.test(time)) {
      const from = new Date(time);
      if (Number.isNaN(from.getTime())) return null;
      return {
        from: from.toISOString(),
        until: new Date(from.getTime() + HOUR_MS).toISOString(),
      };
    }
  } catch {
    return null;
  }
  return null;
}

/** An hour as it stands in the address. */
export function hourName(moment: string | number): string {
  return `${new Date(moment).toISOString().slice(0, 13)}:00Z`;
}

/** The day in Germany of a moment. */
export function dayOf(moment: string | number): string {
  const iso = new Date(moment).toISOString();
  return toCalendarDate(parseAbsolute(iso, TIME_ZONE)).toString();
}
