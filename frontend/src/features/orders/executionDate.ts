import { type CalendarDate, today } from "@internationalized/date";

/** Execution dates are days of the German calendar, wherever the browser is. */
export function executionToday(): CalendarDate {
  return today("Europe/Berlin");
}
