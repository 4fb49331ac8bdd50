import { FRANKFURT_OPEN, open, row, search, tree } from "./support/inventory.ts";
import { expect, test } from "./support/test.ts";

test("search, open nodes and filter survive a reload and travel with a link", async ({
  page,
  openBrowser,
}) => {
  await page.goto("/");
  await search(page, "069 90009");
  await expect(page.getByText(/Gelesen als: beginnt mit/)).toBeVisible();
  await expect(row(page, "069 90009-0xx…4xx")).toHaveAttribute("aria-expanded", "false");
  await open(page, "069 90009-0xx…4xx");
  await open(page, "069 90009-3xx");
  await expect(row(page, "069 90009-31x")).toBeVisible();
  // Assigned, so the filter hides it.
  await expect(row(page, "069 90009-30x")).toBeHidden();
  await page.getByText("Nur freie", { exact: true }).click();
  await expect(row(page, "069 90009-30x")).toContainText("Frankfurt");

  await page.reload();
  await expect(row(page, "069 90009-30x")).toContainText("Frankfurt");
  await expect(row(page, "069 90009-31x")).toBeVisible();
  await expect(page.getByRole("searchbox", { name: "Rufnummer" }).first()).toHaveValue("069 90009");
  await expect(page.getByRole("switch", { name: "Nur freie" })).not.toBeChecked();

  const colleague = await openBrowser("viewer");
  await colleague.goto(page.url());
  await expect(row(colleague, "069 90009-30x")).toContainText("Frankfurt");
  await expect(row(colleague, "069 90009-31x")).toContainText("free");
  await expect(colleague.getByRole("switch", { name: "Only free" })).not.toBeChecked();
});

test("Back takes back a search", async ({ page }) => {
  await page.goto("/");
  await search(page, "*90009");
  await expect(row(page, "069 90009-0xx…4xx")).toBeVisible();
  await expect(row(page, "040 66969-0xx…6xx")).toBeHidden();
  await search(page, "040");
  await expect(row(page, "040 66969-0xx…6xx")).toBeVisible();
  await expect(row(page, "069 90009-0xx…4xx")).toBeHidden();

  await page.goBack();
  await expect(row(page, "069 90009-0xx…4xx")).toBeVisible();
  await expect(page.getByRole("searchbox", { name: "Rufnummer" }).first()).toHaveValue("*90009");
  await page.goBack();
  await expect(page).toHaveURL("/");
  await expect(row(page, "040 66969-0xx…6xx")).toBeVisible();
  await page.goForward();
  await expect(page.getByRole("searchbox", { name: "Rufnummer" }).first()).toHaveValue("*90009");
});

test("Back closes a dialog and leaves the tree as it was", async ({ page }) => {
  await page.goto(FRANKFURT_OPEN);
  await page.getByRole("button", { name: "Split 069 90009-4xx" }).click();
  await expect(page.getByRole("dialog", { name: "Durchwahlbereich splitten" })).toBeVisible();
  const asked = page.url();
  await page.goBack();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(row(page, "069 90009-4xx")).toBeVisible();

  // The address of the question leads to the question.
  await page.goto(asked);
  const dialog = page.getByRole("dialog", { name: "Durchwahlbereich splitten" });
  await expect(dialog).toContainText("Mainzer Landstraße");
  await dialog.getByRole("button", { name: "Abbrechen" }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(FRANKFURT_OPEN);
});

test("a site is found by the beginning of its street, postcode or town (F3)", async ({ page }) => {
  await page.goto("/");
  const site = page.getByRole("searchbox", { name: "Standort" });
  for (const text of ["koln", "Sieg", "5067"]) {
    await site.fill(text);
    await site.press("Enter");
    await expect(page).toHaveURL(`/?site=${text}`);
    await expect(row(page, "0221 4710801")).toBeVisible();
    await expect(row(page, "040 66969-0xx…6xx")).toBeHidden();
  }
  await site.press("Escape");
  await expect(page).toHaveURL("/");
  await expect(row(page, "040 66969-0xx…6xx")).toBeVisible();
});

test("what is no number search is said at the field, and an empty result helps on", async ({
  page,
}) => {
  await page.goto("/");
  await search(page, "12345");
  const field = page.getByRole("searchbox", { name: "Rufnummer" }).first();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(/Beginnen Sie die Rufnummer mit 0 oder \+49/);
  await expect(tree(page)).toBeHidden();

  await search(page, "0221 4710800");
  await expect(page.getByText("Nichts gefunden")).toBeVisible();
  await page.getByRole("button", { name: "Auch in den zugewiesenen suchen" }).click();
  await expect(row(page, "0221 4710800")).toContainText("Cloud PBX Köln");
});

test("an address that leads nowhere says so", async ({ page }) => {
  await page.goto("/nowhere");
  await expect(page.getByText("Hier ist nichts")).toBeVisible();
  await page.getByRole("link", { name: "Zum Bestand" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Bestand" })).toBeVisible();
});
