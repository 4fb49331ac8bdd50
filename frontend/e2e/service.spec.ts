import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { createPerson } from "./support/dialtree.ts";
import { DEMO_COMPANY, OTHER_COMPANY } from "./support/environment.ts";
import { countLoads, row, splitButton } from "./support/inventory.ts";
import { expect, test } from "./support/test.ts";

test.use({ as: "service" });

const HEADER =
  "contract;street;postcode;town;status;start_date;area_code;stem;extension_digits;first_digits";

function strip(page: Page) {
  return page.getByRole("region", { name: "Kunde, für den Sie arbeiten" });
}

/** By the field under the header, as people do it. */
async function workFor(page: Page, typed: string, name: string) {
  await strip(page).getByRole("combobox").fill(typed);
  await page.getByRole("option", { name }).click();
  await expect(strip(page)).toContainText(`Sie arbeiten für ${name}`);
}

function menuItem(page: Page, name: string) {
  return page.getByRole("menuitem", { name, exact: true });
}

async function openPage(page: Page, name: string) {
  await page.getByRole("button", { name: "Verwaltung" }).click();
  await menuItem(page, name).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

/** An administrator of the other company, in a browser of their own. */
async function customersOwn(openBrowser: (who: { email: string }) => Promise<Page>) {
  const email = `chef-${randomUUID().slice(0, 8)}@gruenhafen.example`;
  await createPerson({ email, customer: OTHER_COMPANY });
  return openBrowser({ email });
}

test("a customer is found by a word of the name, and kept in this tab until signing out", async ({
  page,
  context,
}) => {
  await page.goto("/");
  await expect(strip(page)).toContainText("Sie arbeiten für Fernlicht Netze");
  await workFor(page, "werk", DEMO_COMPANY);
  await expect(row(page, "030 23125-0xx…5xx")).toBeVisible();
  await workFor(page, "grun", OTHER_COMPANY);
  await expect(row(page, "0221 47109-xx")).toBeVisible();
  await page.reload();
  await expect(strip(page)).toContainText(OTHER_COMPANY);
  await expect(row(page, "0221 47109-xx")).toBeVisible();

  // Another tab begins with one's own.
  const other = await context.newPage();
  await other.goto("/");
  await expect(strip(other)).toContainText("Fernlicht Netze");
  await other.close();

  expect(await page.evaluate(() => sessionStorage.getItem("dialtree.customer"))).toBeTruthy();
  // Signing out ends the session of all tests: only what it forgets is of interest here.
  await page.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes("mutation Logout")) return route.fallback();
    await route.fulfill({ json: { data: { logout: { __typename: "LoggedOut" } } } });
  });
  await page.getByRole("button", { name: /^Konto von/ }).click();
  await menuItem(page, "Abmelden").click();
  await expect
    .poll(() => page.evaluate(() => sessionStorage.getItem("dialtree.customer")))
    .toBeNull();
});

test("a choice that is none any more is given up, and the page says so", async ({ page }) => {
  await page.addInitScript(() => {
    if (!sessionStorage.getItem("begun")) sessionStorage.setItem("dialtree.customer", "bogus");
    sessionStorage.setItem("begun", "1");
  });
  await page.goto("/orders");
  await expect(page.getByText("Der gewählte Kunde ist nicht verfügbar")).toBeVisible();
  await expect(strip(page)).toContainText("Fernlicht Netze");
  await expect(page).toHaveURL("/");
});

test("booked calls are raised, and the customer sees it at once (C1)", async ({
  page,
  openBrowser,
}) => {
  const customer = await customersOwn(openBrowser);
  const loads = countLoads(customer);
  await customer.goto("/");
  const booked = customer.getByText("gebuchte Parallele Gespräche").locator("..");
  await expect(booked).toContainText("12");

  await page.goto("/");
  await openPage(page, "Kunden");
  await page.getByRole("searchbox", { name: "Name" }).fill("logis");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/customers?search=logis");
  await page.getByRole("button", { name: `${OTHER_COMPANY} bearbeiten` }).click();
  const dialog = page.getByRole("dialog", { name: `${OTHER_COMPANY} bearbeiten` });
  await dialog.getByRole("textbox", { name: "Gebuchte Parallele Gespräche" }).fill("viele");
  await dialog.getByRole("button", { name: "Speichern" }).click();
  await expect(dialog).toContainText("Geben Sie eine ganze Zahl ein.");
  await dialog.getByRole("textbox", { name: "Gebuchte Parallele Gespräche" }).fill("48");
  await dialog.getByRole("button", { name: "Speichern" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("row").filter({ hasText: OTHER_COMPANY })).toContainText("48");
  await expect(booked).toContainText("48");
  expect(loads()).toBe(1);

  await page.getByRole("button", { name: `${OTHER_COMPANY} bearbeiten` }).click();
  await dialog.getByRole("textbox", { name: "Gebuchte Parallele Gespräche" }).fill("12");
  await dialog.getByRole("button", { name: "Speichern" }).click();
  await expect(booked).toContainText("12");
});

test("a new customer is made and worked for", async ({ page }) => {
  const name = `Öresund Werft ${randomUUID().slice(0, 6)}`;
  await page.goto("/customers?edit=new");
  const dialog = page.getByRole("dialog", { name: "Neuer Kunde" });
  await dialog.getByRole("button", { name: "Speichern" }).click();
  await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(
    "Diese Angabe ist erforderlich.",
  );
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByRole("textbox", { name: "Gebuchte Parallele Gespräche" }).fill("4");
  await dialog.getByRole("button", { name: "Speichern" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: `Für ${name} arbeiten` }).click();
  await expect(page).toHaveURL("/");
  await expect(strip(page)).toContainText(`Sie arbeiten für ${name}`);
});

test("a file is tried first and names its bad row; a good one is imported, and split as T", async ({
  page,
  openBrowser,
}) => {
  const customer = await customersOwn(openBrowser);
  await customer.goto("/");
  await expect(row(customer, "0221 47109-xx")).toBeVisible();

  await page.goto("/");
  await workFor(page, "grün", OTHER_COMPANY);
  await openPage(page, "Standortverträge importieren");
  await expect(page.getByText(`Für ${OTHER_COMPANY}.`)).toBeVisible();
  const good = "GL-201;Kaistraße 5;40221;Düsseldorf;ACTIVE;;040;669699;2;2-4";
  const bad = "GL-202;Kaistraße 7;40221;Düsseldorf;ACTIVE;;0999;1;1;";
  await page.locator("input[type=file]").setInputFiles({
    name: "nummern.csv",
    mimeType: "text/csv",
    buffer: Buffer.from([HEADER, good, bad].join("\r\n"), "latin1"),
  });
  const checked = page.getByRole("region", { name: "Ergebnis der Prüfung" });
  await expect(checked).toContainText("nummern.csv: Das würde hinzukommen");
  const badRow = checked.getByRole("row").filter({ hasText: "area_code" });
  await expect(badRow).toContainText("3");
  await expect(badRow).toContainText("Die Ortsvorwahl „0999“ gibt es in Deutschland nicht.");
  await expect(
    checked.getByRole("button", { name: "Nur die guten Zeilen importieren" }),
  ).toBeVisible();
  await expect(row(customer, "040 669699-2x…4x")).toBeHidden();

  await checked.getByRole("button", { name: "Andere Datei" }).click();
  await page
    .getByRole("textbox", { name: "Oder fügen Sie den Inhalt ein" })
    .fill(`${HEADER}\n${good}\n`);
  await page.getByRole("button", { name: "Prüfen" }).click();
  await expect(checked).toContainText("Eingefügter Text");
  await checked.getByRole("button", { name: "Importieren", exact: true }).click();
  const done = page.getByRole("region", { name: "Importiert" });
  await expect(done).toContainText("30");
  // Nobody reloads.
  await expect(customer.getByText(/040\s669699/).first()).toBeVisible();

  await page.goto("/?number=040%20669699&open=49406696992000");
  await expect(strip(page)).toContainText(OTHER_COMPANY);
  await page
    .getByRole("treegrid")
    .getByRole("button", { name: /^Erweitern/ })
    .first()
    .click();
  await splitButton(page, "040 669699-2x").click();
  await page.getByRole("dialog").getByRole("button", { name: "Splitten" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.goto("/orders");
  const order = page.getByRole("row").filter({ hasText: /Split 040\s669699/ });
  await expect(order).toContainText("Sven Okafor");
  await expect(order.getByRole("button", { name: /^T ?: Kundenservice/ })).toBeVisible();
  await expect(order).toContainText("Ausgeführt");
});

test("a contract's address is changed, and found by the new one", async ({ page }) => {
  await page.goto("/");
  await workFor(page, "grün", OTHER_COMPANY);
  await openPage(page, "Standortverträge");
  await page.getByRole("button", { name: "Standortvertrag GL-102 bearbeiten" }).click();
  const dialog = page.getByRole("dialog", { name: "Standortvertrag GL-102 bearbeiten" });
  await dialog.getByRole("textbox", { name: "Straße und Hausnummer" }).fill("Nordhafen 2");
  await dialog.getByRole("button", { name: "Speichern" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("row").filter({ hasText: "GL-102" })).toContainText("Nordhafen 2");
  await page.goto("/site-contracts?site=nordh");
  await expect(page.getByRole("row").filter({ hasText: "GL-102" })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "GL-101" })).toBeHidden();
});

test.describe("an administrator of a customer", () => {
  test.use({ as: "administrator" });

  test("reads contracts, and is told who sets them (P2)", async ({ page }) => {
    await page.goto("/site-contracts");
    await expect(strip(page)).toBeHidden();
    const edit = page.getByRole("button", { name: "Standortvertrag SV-1001 bearbeiten" });
    await expect(edit).toBeDisabled();
    await expect(edit).toHaveAccessibleDescription(/Kundenservice/);
    for (const address of ["/customers", "/import"]) {
      await page.goto(address);
      await expect(page.getByText("Das legt der Kundenservice fest.")).toBeVisible();
    }
  });
});
