import { dayOf, hourName } from "./callsUrl.ts";
import type { CallHours, Level } from "./documents.ts";

const HOUR_MS = 3_600_000;

export type Counts = Record<Level, number>;
export type Hour = {
  /** As in the address. */
  name: string;
  day: string;
  counts: Counts;
  total: number;
};
export type Day = { day: string; hours: Hour[]; counts: Counts; total: number };

const none = (): Counts => ({ CUSTOMER: 0, SITE: 0, TRUNK: 0 });

/** Every hour that is kept, those without a call among them, in days of Germany. */
export function daysOf({ since, until, hours }: CallHours): Day[] {
  const counted = new Map<string, Counts>();
  for (const { hour, level, count } of hours) {
    const name = hourName(hour);
    const counts = counted.get(name) ?? none();
    counts[level] += count;
    counted.set(name, counts);
  }
  const days: Day[] = [];
  const last = new Date(until).getTime();
  let moment = Math.floor(new Date(since).getTime() / HOUR_MS) * HOUR_MS;
  for (; moment <= last; moment += HOUR_MS) {
    const name = hourName(moment);
    const counts = counted.get(name) ?? none();
    const total = counts.CUSTOMER + counts.SITE + counts.TRUNK;
    const day = dayOf(moment);
    let current = days.at(-1);
    if (current?.day !== day) {
      current = { day, hours: [], counts: none(), total: 0 };
      days.push(current);
    }
    current.hours.push({ name, day, counts, total });
    for (const level of ["CUSTOMER", "SITE", "TRUNK"] as const) {
      current.counts[level] += counts[level];
    }
    current.total += total;
  }
  return days;
}

/** Values to draw lines at: round ones, at most five, the last no less than `largest`. */
export function ticksFor(largest: number): number[] {
  if (largest <= 0) return [0, 1];
  const most = 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, largest / most)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((s) => s * most >= largest);
  const width = step ?? largest;
  const ticks = [0];
  while ((ticks.at(-1) ?? 0) < largest) ticks.push((ticks.at(-1) ?? 0) + width);
  return ticks;
}
