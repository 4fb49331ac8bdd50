import { today } from "@internationalized/date";
import type { Locator } from "@playwright/test";

/** A day of the German calendar: for the API and as a German page shows it. */
export type Day = { iso: string; german: string };

export function dayFromNow(days: number): Day {
  const iso = today("Europe/Berlin").add({ days }).toString();
  return { iso, german: iso.split("-").reverse().join(".") };
}

/** Types a day into the field "Ausführungsdatum", from its first part on. */
export async function typeDate(place: Locator, { german }: Day): Promise<void> {
  await place.getByRole("spinbutton", { name: /^Tag/ }).focus();
  await place.page().keyboard.type(german.replaceAll(".", ""));
}
