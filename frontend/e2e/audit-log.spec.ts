import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

function entries(page: Page): Locator {
  return page.getByRole("table", { name: "Protokoll" }).locator("tbody tr");
}

/** Entries that are there, and no placeholders. */
async function shown(page: Page): Promise<Locator> {
  await expect(page.getByRole("table", { name: "Protokoll" })).toHaveAttribute(
    "aria-busy",
    "false",
  );
  return entries(page);
}

test("a look at a password and a split are found again, with who and by what (P3)", async ({
  page,
  api,
  borrow,
}) => {
  const range = "030 23125-7xx";
  await borrow(range);
  await page.goto(`/holders/${await api.holder("Frankfurt")}`);
  await page.getByRole("button", { name: "Passwort anzeigen" }).click();
  await expect(page.getByRole("button", { name: "Kopieren: Passwort" })).toBeVisible();
  const { reference } = await api.split(range);

  await page.getByRole("button", { name: "Verwaltung" }).click();
  await page.getByRole("menuitem", { name: "Protokoll" }).click();
  await expect(page).toHaveTitle("Protokoll · dialtree");
  await expect(page).toHaveURL("/audit-log");
  const looked = (await shown(page)).filter({ hasText: "Passwort angesehen" }).first();
  await expect(looked).toContainText("Anna Brandt");
  await expect(looked).toContainText("127.0.0.1");
  await expect(looked.getByRole("link", { name: "Frankfurt", exact: true })).toBeVisible();

  const executed = entries(page).filter({ hasText: `Ausführung von ${reference}` });
  await expect(executed).toContainText("Durchwahlbereich gesplittet");
  await expect(executed).toContainText(range);
  await executed.getByText("2 Werte").click();
  await expect(executed.getByText("Zustand: frei → gesplittet")).toBeVisible();
  await executed.getByRole("link", { name: `Ausführung von ${reference}` }).click();
  await expect(page.getByRole("dialog", { name: reference, exact: true })).toBeVisible();
});

test("filters stand in the address, and Back takes them back", async ({ page, api }) => {
  await page.goto(`/holders/${await api.holder("Hamburg Hafen")}`);
  await page.getByRole("button", { name: "Passwort anzeigen" }).click();
  await expect(page.getByRole("button", { name: "Kopieren: Passwort" })).toBeVisible();

  await page.goto("/audit-log");
  await page.getByRole("button", { name: /Was$/ }).click();
  await page.getByRole("option", { name: "Passwort angesehen" }).click();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL("/audit-log?what=PASSWORD_SHOWN");
  const found = await shown(page);
  await expect(found.filter({ hasText: "Hamburg Hafen" }).first()).toBeVisible();
  await expect(found.filter({ hasNotText: "Passwort angesehen" })).toHaveCount(0);

  await found
    .getByRole("link", { name: /nur Einträge zu Hamburg Hafen/ })
    .first()
    .click();
  await expect(page.getByText("Nur Einträge zu Hamburg Hafen", { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByText("Nur Einträge zu Hamburg Hafen", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Einträge zu allem anzeigen" }).click();
  await expect(page).toHaveURL("/audit-log?what=PASSWORD_SHOWN");
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL("/audit-log");

  await page.getByRole("searchbox", { name: "Name" }).fill("niemand heißt so");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Kein Eintrag passt zu den Filtern")).toBeVisible();
  await page.getByRole("button", { name: "Alle Filter entfernen" }).click();
  await expect((await shown(page)).first()).toBeVisible();
});

test("what is shown is exported, and that is logged, too", async ({ page }) => {
  await page.goto("/audit-log?what=TRUNK_ORDERED");
  await expect((await shown(page)).first()).toContainText("SIP-Trunk beauftragt");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Als CSV exportieren" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^dialtree-protokoll-\d{4}-\d{2}-\d{2}\.csv$/);
  const text = await readFile(await file.path(), "utf8");
  expect(text.startsWith("\ufeffZeitpunkt;Wer;")).toBe(true);
  expect(text).toContain("TRUNK_ORDERED;SIP-Trunk beauftragt;");
  expect(text).toContain("München Neubau");
  expect(text).not.toContain("RANGE_SPLIT");

  await page.goto("/audit-log");
  await expect((await shown(page)).first()).toContainText("Protokoll exportiert");
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

  test("the page is as wide as the window", async ({ page }) => {
    await page.goto("/audit-log");
    await expect((await shown(page)).first()).toBeVisible();
    for (const summary of await page.locator("summary").all()) await summary.tap();
    const excess = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(excess).toBeLessThanOrEqual(0);
  });
});

test.describe("a viewer", () => {
  test.use({ as: "viewer" });

  test("is told who may read it (H5)", async ({ page }) => {
    await page.goto("/audit-log");
    await expect(page.getByText(/administrator/i)).toBeVisible();
    await expect(page.getByRole("table")).toHaveCount(0);
    await page.getByRole("button", { name: "Administration" }).click();
    await expect(page.getByRole("menuitem")).toHaveText(["Site contracts"]);
  });
});
