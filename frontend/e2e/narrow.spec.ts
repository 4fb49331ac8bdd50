import type { Page } from "@playwright/test";
import { row, splitButton, tenBelow, tree } from "./support/inventory.ts";
import { expect, test } from "./support/test.ts";

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

/** Rows are in the page only while they are in sight. */
async function showTree(page: Page) {
  await tree(page).evaluate((element) => element.scrollIntoView({ block: "center" }));
}

async function expectNoSidewaysScroll(page: Page) {
  const excess = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect(excess, `${page.url()} is wider than the window`).toBeLessThanOrEqual(0);
}

test("on a phone no page scrolls sideways", async ({ page, api, openBrowser }) => {
  await page.goto("/?open=493023125000.4930231251");
  await showTree(page);
  await expect(row(page, "030 23125-0xx…5xx")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Berlin Zentrale" })).toBeVisible();
  await expectNoSidewaysScroll(page);

  await page.goto("/?number=030%2023125&open=493023125000.4930231251.49302312512&show=all");
  await showTree(page);
  await expect(row(page, "030 23125-10x")).toBeVisible();
  await expectNoSidewaysScroll(page);

  await page.goto("/orders");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.getByRole("row").filter({ hasText: "München Neubau" }).getByRole("link").tap();
  await expect(page.getByRole("dialog")).toContainText("Geplant für");
  await expectNoSidewaysScroll(page);

  await page.goto(`/holders/${await api.holder("Berlin Zentrale")}`);
  await expect(page.getByText("Authentifizierungsname")).toBeVisible();
  await expectNoSidewaysScroll(page);

  await page.goto(`/holders/${await api.holder("Berlin Zentrale")}/numbers`);
  await expect(page.getByRole("region", { name: "Freie Rufnummern" })).toBeVisible();
  await expectNoSidewaysScroll(page);

  await page.goto("/trunks/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Köln Anbau");
  await page.getByRole("textbox", { name: "Ansprechpartner" }).fill("Tarik Aydin");
  const next = page.getByRole("button", { name: "Weiter" });
  for (const step of ["Profil", "Rufnummern", "Ausführungsdatum", "Prüfen"]) {
    await expectNoSidewaysScroll(page);
    await expect(next).toBeEnabled();
    await next.tap();
    await expect(
      page.getByRole("heading", { level: 2, name: new RegExp(`^${step}`) }),
    ).toBeVisible();
  }
  await expectNoSidewaysScroll(page);
  await page.goto("/planned-trunks");
  await expect(page.getByRole("link", { name: "Datum ändern: München Neubau" })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.goto("/settings");
  await expect(page.getByRole("switch")).toBeVisible();
  await expectNoSidewaysScroll(page);

  const stranger = await openBrowser(null, { viewport: { width: 360, height: 740 } });
  await stranger.goto("/login");
  await expect(stranger.getByRole("button", { name: "Anmelden" })).toBeVisible();
  await expectNoSidewaysScroll(stranger);
});

test("a range can be split with a finger", async ({ page, borrow }) => {
  const range = "069 90009-8xx";
  await borrow(range);
  await page.goto("/?number=069%2090009-8");
  await showTree(page);
  await row(page, "069 90009-5xx…9xx")
    .getByRole("button", { name: /^Erweitern/ })
    .tap();
  await splitButton(page, range).tap();
  const dialog = page.getByRole("dialog", { name: "Durchwahlbereich splitten" });
  await expect(dialog).toBeVisible();
  await expectNoSidewaysScroll(page);
  await dialog.getByRole("button", { name: "Splitten" }).tap();
  await expect(dialog).toBeHidden();
  const [first = "", second = ""] = tenBelow(range);
  await expect(row(page, first)).toContainText("frei");
  await expect(row(page, second)).toContainText("frei");
  await expectNoSidewaysScroll(page);
});

test("why something cannot be done is told to a finger, too", async ({ page }) => {
  await page.goto("/?number=030%2023125-1&open=493023125000");
  await showTree(page);
  const merge = row(page, "030 23125-1xx").getByRole("button", { name: /^Merge/ });
  await merge.scrollIntoViewIfNeeded();
  // It counts as disabled, yet it answers.
  await merge.tap({ force: true });
  await expect(page.getByRole("tooltip")).toContainText("Berlin Zentrale");
  await expectNoSidewaysScroll(page);
});
