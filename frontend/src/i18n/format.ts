import { currentLanguage } from "./i18n.ts";

const TIME_ZONE = "Europe/Berlin";
const tag = () => (currentLanguage() === "de" ? "de-DE" : "en-GB");

/** `1.234` / `1,234` */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(tag()).format(value);
}

/** A number as it is shown, so that no line breaks inside it: `030 23125-3xx` */
export function unbroken(display: string): string {
  return display.replaceAll(" ", "\u00a0").replaceAll("-", "-\u2060");
}

/** A calendar day `2026-11-23`, without a time zone: `23.11.2026` / `23/11/2026` */
export function formatDate(day: string): string {
  return new Intl.DateTimeFormat(tag(), {
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    timeZone: "UTC",
  }).format(new Date(`${day}T00:00:00Z`));
}

/** As `formatDateTime`, to the second: `23.11.2026, 14:05:09` */
export function formatMoment(moment: string): string {
  return new Intl.DateTimeFormat(tag(), {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone: TIME_ZONE,
  }).format(new Date(moment));
}

/** A moment, ISO 8601, shown as of the clock in Germany: `23.11.2026, 14:05` */
export function formatDateTime(moment: string): string {
  return new Intl.DateTimeFormat(tag(), {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: TIME_ZONE,
  }).format(new Date(moment));
}

/** A calendar day, short: `Mi., 25.11.` / `Wed, 25/11` */
export function formatWeekday(day: string): string {
  return new Intl.DateTimeFormat(tag(), {
    weekday: "short",
    day: "2-digit",
    month: "2-digit",
    timeZone: "UTC",
  }).format(new Date(`${day}T00:00:00Z`));
}

/** The hour that begins with this moment, of the clock in Germany: `10:00–11:00` */
export function formatHour(moment: string): string {
  const format = new Intl.DateTimeFormat(tag(), {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: TIME_ZONE,
  });
  const from = new Date(moment);
  return `${format.format(from)}–${format.format(new Date(from.getTime() + 3_600_000))}`;
}
