export type ElementSearch = { number: string; site: string };
export const sides = ["free", "held"] as const;
export type ListSide = (typeof sides)[number];

/** What of the page stands in the query part of its address. */
export type NumbersState = {
  /** Search in the free numbers, and in the numbers of the holder. */
  free: ElementSearch;
  held: ElementSearch;
  /** Which list is in sight where there is room for one. */
  side: ListSide;
};

const NAMES = {
  free: { number: "number", site: "site" },
  held: { number: "heldNumber", site: "heldSite" },
} as const;

export function parseNumbers(query: URLSearchParams): NumbersState {
  const search = (side: ListSide) => ({
    number: query.get(NAMES[side].number) ?? "",
    site: query.get(NAMES[side].site) ?? "",
  });
  return {
    free: search("free"),
    held: search("held"),
    side: query.get("side") === "held" ? "held" : "free",
  };
}

/** With its `?`; empty where everything is at its default. */
export function formatNumbers(state: NumbersState): string {
  const query = new URLSearchParams();
  for (const side of sides) {
    const { number, site } = state[side];
    if (number) query.set(NAMES[side].number, number);
    if (site) query.set(NAMES[side].site, site);
  }
  if (state.side === "held") query.set("side", "held");
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
