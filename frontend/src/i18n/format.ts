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

/** A moment, ISO 8601, shown as of the clock in Germany: `23.11.2026, 14:05` */
export function formatDateTime(moment: string): string {
  return new Intl.DateTimeFormat(tag(), {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: TIME_ZONE,
  }).format(new Date(moment));
}
