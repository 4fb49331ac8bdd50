import { expect, type Locator, type Page } from "@playwright/test";

/**
 * A number as the page may show it: with characters between which no line breaks.
 * `around`: what stands before and after it, as a regular expression.
 */
export function shown(display: string, around: [string, string] = ["", ""]): RegExp {
  const escaped = display.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const loose = escaped.replaceAll(" ", "\\s").replaceAll("-", "-\u2060?");
  return new RegExp(around[0] + loose + around[1]);
}

/** The inventory with both blocks of Frankfurt open: 069 90009-0xx…4xx and -5xx…9xx. */
export const FRANKFURT_OPEN = "/?number=069&open=496990009000.496990009500";

export function tree(page: Page): Locator {
  return page.getByRole("treegrid");
}

export function row(page: Page, display: string): Locator {
  // On a phone the name of a row goes on with what else stands in its first cell.
  return tree(page).getByRole("row", { name: shown(display, ["(^| )", "( |$)"]) });
}

export async function search(page: Page, number: string): Promise<void> {
  const field = page
    .getByRole("search", { name: /Rufnummern Ihrer Standortverträge|Numbers of your site/ })
    .getByRole("searchbox", { name: /^(Rufnummer|Number)$/ });
  await field.fill(number);
  await field.press("Enter");
}

/** Opens a block or split range by its chevron. */
export async function open(page: Page, display: string): Promise<void> {
  const it = row(page, display);
  await it.getByRole("button", { name: /^(Erweitern|Expand)/ }).click();
  await expect(it).toHaveAttribute("aria-expanded", "true");
}

export function splitButton(page: Page, display: string): Locator {
  return page.getByRole("button", { name: shown(display, ["^Split ", "$"]) });
}

export function mergeButton(page: Page, display: string): Locator {
  return page.getByRole("button", { name: shown(display, ["^Merge ", "$"]) });
}

export async function split(page: Page, display: string): Promise<void> {
  await splitButton(page, display).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^(Splitten|Split range)$/ })
    .click();
  await expect(page.getByRole("dialog")).toBeHidden();
}

export async function merge(page: Page, display: string): Promise<void> {
  await mergeButton(page, display).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^(Zusammenführen|Merge range)$/ })
    .click();
  await expect(page.getByRole("dialog")).toBeHidden();
}

/** The ten ranges that a split makes of one. */
export function tenBelow(display: string): string[] {
  return Array.from({ length: 10 }, (_, digit) => display.replace("x", String(digit)));
}

export function toast(page: Page, text: RegExp): Locator {
  return page
    .getByRole("region", { name: /^(Meldungen|Messages)/ })
    .getByRole("alertdialog")
    .filter({ hasText: text });
}

/** Counts how often the page has been loaded: what is live needs no second time. */
export function countLoads(page: Page): () => number {
  let loads = 0;
  page.on("load", () => {
    loads += 1;
  });
  return () => loads;
}
