import type { Page } from "@playwright/test";
import { createPerson } from "./support/dialtree.ts";
import { DEMO_COMPANY, environment, people } from "./support/environment.ts";
import { FRANKFURT_OPEN, row } from "./support/inventory.ts";
import { expect, test } from "./support/test.ts";

test.use({ as: null });

async function signIn(page: Page, email: string, password = environment.password) {
  await page.getByRole("textbox", { name: "E-Mail" }).fill(email);
  await page.getByLabel(/^(Passwort|Password)$/).fill(password);
  await page.getByRole("button", { name: /^(Anmelden|Sign in)$/ }).click();
}

test("a wrong password is refused in words, the right one leads to the inventory", async ({
  page,
}) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Anmelden" })).toBeVisible();
  await expect(page).toHaveTitle("Anmelden · dialtree");

  await signIn(page, people.administrator, "not the password");
  await expect(page.getByRole("alert")).toHaveText(/E-Mail-Adresse und Passwort passen nicht/);
  await expect(page.getByRole("textbox", { name: "E-Mail" })).toHaveValue(people.administrator);

  await page.getByRole("textbox", { name: "E-Mail" }).fill("Nobody@demo.example");
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expect(page.getByRole("alert")).toHaveText(/E-Mail-Adresse und Passwort passen nicht/);

  await signIn(page, "ADMIN@demo.example");
  await expect(page.getByRole("heading", { level: 1, name: "Bestand" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Konto von Anna Brandt" })).toBeVisible();
});

test("what is missing is said at its field", async ({ page }) => {
  await page.goto("/login");
  await page.getByRole("button", { name: "Anmelden" }).click();
  const email = page.getByRole("textbox", { name: "E-Mail" });
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await expect(email).toHaveAccessibleDescription("Diese Angabe ist erforderlich.");
  await expect(page.getByLabel("Passwort")).toHaveAccessibleDescription(
    "Diese Angabe ist erforderlich.",
  );
});

test("signing in returns to the page that was asked for", async ({ page }) => {
  await page.goto(FRANKFURT_OPEN);
  await expect(page).toHaveURL(/\/login\?return=/);
  await signIn(page, people.administrator);
  await expect(page).toHaveURL(FRANKFURT_OPEN);
  await expect(row(page, "069 90009-2xx")).toBeVisible();
});

test("a link to the sign-in page cannot lead to another site", async ({ page }) => {
  await page.goto("/login?return=https://elsewhere.example/");
  await signIn(page, people.administrator);
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("heading", { level: 1, name: "Bestand" })).toBeVisible();
});

test("signing out ends the session, in every tab", async ({ page, context }) => {
  await page.goto("/");
  await signIn(page, people.administrator);
  await expect(page.getByRole("heading", { level: 1, name: "Bestand" })).toBeVisible();
  const otherTab = await context.newPage();
  await otherTab.goto("/orders");
  await expect(otherTab.getByRole("heading", { level: 1, name: "Aufträge" })).toBeVisible();

  await page.bringToFront();
  await page.getByRole("button", { name: "Konto von Anna Brandt" }).click();
  await page.getByRole("menuitem", { name: "Abmelden" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Anmelden" })).toBeVisible();

  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Anmelden" })).toBeVisible();
  // Without a click: its socket is told that the session is over.
  await expect(otherTab.getByRole("heading", { level: 1, name: "Anmelden" })).toBeVisible();
});

test("the language chosen stays, after a reload and in another browser", async ({
  page,
  openBrowser,
}) => {
  const email = `language-${Date.now()}@demo.example`;
  await createPerson({ email, customer: DEMO_COMPANY, language: "DE" });
  await page.goto("/");
  await signIn(page, email);
  await expect(page.getByRole("heading", { level: 1, name: "Bestand" })).toBeVisible();

  await page.getByRole("button", { name: "Sprache: DE" }).click();
  await page.getByRole("menuitemradio", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Inventory" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Inventory" })).toBeVisible();
  // Sentences of the server change with it.
  await page.goto("/?number=123");
  await expect(page.getByText(/Begin the number with 0 or \+49/)).toBeVisible();

  const other = await openBrowser({ email }, { locale: "de-DE" });
  await other.goto("/");
  await expect(other.getByRole("heading", { level: 1, name: "Inventory" })).toBeVisible();
});

test.describe("in an English browser", () => {
  test.use({ locale: "en-GB" });

  test("the sign-in page is English and can be switched", async ({ page }) => {
    await page.goto("/login");
    await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
    await signIn(page, people.viewer, "not the password");
    await expect(page.getByRole("alert")).toHaveText(/E-mail address and password do not match/);
    await page.getByRole("button", { name: "Deutsch" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Anmelden" })).toBeVisible();
  });
});

test.describe("a viewer", () => {
  test.use({ as: "viewer" });

  test("sees by keyboard alone why nothing can be split (H5)", async ({ page }) => {
    await page.goto(FRANKFURT_OPEN);
    const range = row(page, "069 90009-2xx");
    await expect(range).toBeVisible();

    await page.getByRole("switch", { name: "Only free" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await expect(range).toBeFocused();
    const split = range.getByRole("button", { name: "Split 069 90009-2xx" });
    // From the row over its cells to what stands in the last one.
    for (let cell = 0; cell < 6; cell++) await page.keyboard.press("ArrowRight");
    await expect(split).toBeFocused();
    await expect(split).toBeDisabled();
    const reason = "Only administrators change anything. Ask an administrator of your company.";
    await expect(split).toHaveAccessibleDescription(reason);
    await expect(page.getByRole("tooltip")).toHaveText(reason);

    await page.keyboard.press("Enter");
    await expect(page.getByRole("tooltip")).toHaveText(reason);
    await expect(page.getByRole("dialog")).toBeHidden();
  });
});
