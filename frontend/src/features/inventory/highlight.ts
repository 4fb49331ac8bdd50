import type { SearchReading } from "./documents.ts";

/** A piece of a shown number; `hit`: what the search matched. */
export type Piece = { text: string; hit: boolean };

/** How many fixed digits the pattern meets at this place; null where it does not fit. */
function fixedDigitsMet(pattern: string, at: number, figures: string[]): number | null {
  if (at + pattern.length > figures.length) return null;
  let met = 0;
  for (let index = 0; index < pattern.length; index++) {
    const figure = figures[at + index];
    if (figure === pattern[index]) met++;
    // An open digit may be any digit: the pattern runs across into what is open.
    else if (figure !== "x") return null;
  }
  return met;
}

/** The digits of a shown number and where they stand; `x`: any digit. */
function figuresOf(display: string) {
  // `030 23125-0xx…5xx`: a block with some of its first digits; which of them is open, too.
  const [shown = ""] = display.split("…");
  const isPart = shown !== display;
  const firstOpen = isPart ? shown.lastIndexOf("-") + 1 : -1;
  const places: number[] = [];
  for (let index = 0; index < shown.length; index++) {
    if (/[0-9x]/.test(shown.charAt(index))) places.push(index);
  }
  const figures = places.map((place) => (place === firstOpen ? "x" : shown.charAt(place)));
  return { places, figures };
}

/**
 * Cuts a number as it is shown (`030 23125-3xx`) around what a search matched in it. Only to look
 * at: what matches is decided by the API. A match in open digits alone is not marked: it says no
 * more than that such a number is somewhere beneath.
 */
export function highlight(display: string, reading: SearchReading | null | undefined): Piece[] {
  const whole = [{ text: display, hit: false }];
  if (!reading?.digits || reading.kind === "NOT_UNDERSTOOD") return whole;
  const { places, figures } = figuresOf(display);
  // The reading has international digits where it matches from the start; shown is 030.
  const fromStart = reading.kind === "STARTS_WITH";
  const pattern = fromStart ? reading.digits.replace(/^49/, "0") : reading.digits;
  if (pattern === "") return whole;

  let best = { at: -1, met: 0 };
  for (let at = 0; at <= (fromStart ? 0 : figures.length - 1); at++) {
    const met = fixedDigitsMet(pattern, at, figures) ?? 0;
    if (met > best.met) best = { at, met };
  }
  if (best.met === 0) return whole;
  const start = places[best.at] ?? 0;
  const end = (places[best.at + pattern.length - 1] ?? start) + 1;
  return [
    { text: display.slice(0, start), hit: false },
    { text: display.slice(start, end), hit: true },
    { text: display.slice(end), hit: false },
  ].filter(({ text }) => text !== "");
}
