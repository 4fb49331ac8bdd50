import type { Page } from "@playwright/test";
import { dayFromNow, typeDate } from "./support/days.ts";
import { row, tenBelow } from "./support/inventory.ts";
import { expect, test } from "./support/test.ts";

function orderRow(page: Page, reference: string) {
  return page.getByRole("table").getByRole("row", { name: reference });
}

function drawer(page: Page, reference: string) {
  return page.getByRole("dialog", { name: reference, exact: true });
}

test("the list is filtered by status, in the address, and Back takes it back", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("navigation").getByRole("link", { name: "Aufträge" }).click();
  await expect(page).toHaveTitle("Aufträge · dialtree");
  const done = page.getByRole("row").filter({ hasText: "Ausgeführt" });
  const planned = page.getByRole("row").filter({ hasText: "Geplant für" });
  await expect(done.first()).toBeVisible();
  await expect(planned.first()).toBeVisible();

  await page.getByText("Geplant", { exact: true }).click();
  await expect(page).toHaveURL("/orders?status=planned");
  await expect(planned.first()).toBeVisible();
  await expect(done).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("radio", { name: "Geplant" })).toBeChecked();
  await expect(planned.first()).toBeVisible();
  await expect(done).toHaveCount(0);

  await page.goBack();
  await expect(page.getByRole("radio", { name: "Alle" })).toBeChecked();
  await expect(done.first()).toBeVisible();
});

test("a failed order says why, in the list and in full", async ({ page }) => {
  await page.goto("/orders?status=failed");
  const failed = page.getByRole("row").filter({ hasText: "Unify Service" });
  await expect(failed).toContainText("Fehlgeschlagen");
  await expect(failed).toContainText(/gesplittete Durchwahlbereiche erst künftig/);
  const link = failed.getByRole("link");
  const reference = (await link.textContent()) ?? "";
  await link.click();
  const order = drawer(page, reference);
  await expect(order).toContainText("Es wurde nichts geändert");
  await expect(order).toContainText(/gesplittete Durchwahlbereiche erst künftig/);
  await expect(page).toHaveURL(/\/orders\/[^/]+\?status=failed$/);

  await page.reload();
  await expect(order).toContainText("Fehlgeschlagen");
  await page.keyboard.press("Escape");
  await expect(order).toBeHidden();
  await expect(page).toHaveURL("/orders?status=failed");
});

test("a planned order is moved to another day and cancelled, and frees what it reserved (O4)", async ({
  page,
  api,
  borrow,
}) => {
  const range = "040 66969-5xx";
  const first = dayFromNow(20);
  const second = dayFromNow(33);
  await borrow(range);
  const { reference } = await api.change("Hamburg Hafen", { add: [range], on: first.iso });
  await page.goto("/orders?status=planned");
  await expect(orderRow(page, reference)).toContainText(`Geplant für ${first.german}`);
  await orderRow(page, reference).getByRole("link").click();
  const order = drawer(page, reference);
  await expect(order).toContainText(`Geplant für ${first.german}`);

  await order.getByRole("button", { name: "Datum ändern" }).click();
  const question = page.getByRole("dialog", { name: `Datum von ${reference} ändern` });
  await typeDate(question, second);
  await question.getByRole("button", { name: "Datum ändern" }).click();
  await expect(question).toBeHidden();
  await expect(order).toContainText(`Geplant für ${second.german}`);
  await expect(order).not.toContainText(first.german);

  await order.getByRole("button", { name: "Stornieren" }).click();
  const sure = page.getByRole("alertdialog", { name: `Auftrag ${reference} stornieren?` });
  await sure.getByRole("button", { name: "Auftrag behalten" }).click();
  await expect(sure).toBeHidden();
  await order.getByRole("button", { name: "Stornieren" }).click();
  await sure.getByRole("button", { name: "Stornieren" }).click();
  await expect(sure).toBeHidden();
  await expect(order).toContainText("Storniert");
  await order.getByRole("button", { name: "Schließen" }).click();
  // No longer one of the planned ones.
  await expect(orderRow(page, reference)).toBeHidden();

  await page.goto("/?number=040%2066969-5&open=494066969000");
  await expect(row(page, range)).toContainText("frei");
  await expect(row(page, range)).not.toContainText("reserviert");
});

test("a new order appears by itself and its progress is followed", async ({
  page,
  api,
  borrow,
}) => {
  const range = "0221 4710-6xx";
  await borrow(range);
  await page.goto("/orders");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  const { reference } = await api.split(range);
  await expect(page.getByRole("row").nth(1)).toContainText(reference);
  await expect(orderRow(page, reference)).toContainText(`Split ${range}`);
  await expect(orderRow(page, reference)).toContainText("Ausgeführt");
  await expect(orderRow(page, reference)).toContainText("Anna Brandt");
});

test("a split is undone by an order of its own (O6)", async ({ page, api, borrow }) => {
  const range = "0221 4710-7xx";
  await borrow(range);
  const { id, reference } = await api.split(range);
  await page.goto(`/orders/${id}`);
  await drawer(page, reference).getByRole("button", { name: "Rückgängig machen" }).click();
  await page
    .getByRole("dialog", { name: `Auftrag ${reference} rückgängig machen?` })
    .getByRole("button", { name: "Rückgängig machen" })
    .click();
  // The new order takes the place of the old one.
  await expect(drawer(page, reference)).toBeHidden();
  const order = page.getByRole("dialog");
  await expect(order.getByRole("heading", { name: `Merge ${range}` })).toBeVisible();
  await expect(order).toContainText("Ausgeführt");

  await page.goto("/?number=0221%204710-7&open=492214710000");
  await expect(row(page, range)).toContainText("frei");
  for (const part of tenBelow(range)) await expect(row(page, part)).toBeHidden();
});

test("an address of no order says so", async ({ page }) => {
  await page.goto("/orders/nothing");
  await expect(page.getByText("Diesen Auftrag gibt es nicht")).toBeVisible();
});

test.describe("a viewer", () => {
  test.use({ as: "viewer" });

  test("reads orders in English and can cancel none (H5)", async ({ page }) => {
    await page.goto("/orders?status=planned");
    const planned = page.getByRole("row").filter({ hasText: "Berlin Zentrale" });
    await expect(planned).toContainText("Planned for");
    await planned.getByRole("link").click();
    const cancel = page.getByRole("dialog").getByRole("button", { name: "Cancel order" });
    await expect(cancel).toBeDisabled();
    await expect(cancel).toHaveAccessibleDescription(/Only administrators change anything/);
  });
});
