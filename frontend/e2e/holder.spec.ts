import type { Locator, Page } from "@playwright/test";
import { tree } from "./support/inventory.ts";
import { expect, test } from "./support/test.ts";

/** The page of one holder, opened from the inventory, as people do. */
async function openHolder(page: Page, holder: string): Promise<void> {
  await page.goto("/");
  // The tree comes last, and moves what stands below it.
  await expect(tree(page).getByRole("row").nth(1)).toBeVisible();
  await page.getByRole("link", { name: `Details: ${holder}` }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(holder);
}

function card(page: Page, title: string): Locator {
  return page.getByRole("region", { name: title, exact: true });
}

/** What stands beside this name. */
function fact(where: Locator, name: string): Locator {
  return where
    .locator("dl > div")
    .filter({ has: where.page().getByText(name, { exact: true }) })
    .getByRole("definition");
}

async function edit(page: Page, holder: string): Promise<Locator> {
  await page.getByRole("main").getByRole("button", { name: "Bearbeiten", exact: true }).click();
  const form = page.getByRole("dialog", { name: `${holder} bearbeiten` });
  await expect(form).toBeVisible();
  return form;
}

test("the credentials of a trunk are copied, its password only when asked for (T6, P3)", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await openHolder(page, "Hamburg Hafen");
  const credentials = card(page, "Telefonie-Anmeldedaten");
  const userName = fact(credentials, "Benutzername");
  await userName.getByRole("button", { name: "Kopieren: Benutzername" }).click();
  await expect(userName.getByRole("status")).toHaveText("Kopiert: Benutzername");
  const copied = await clipboard();
  await expect(userName).toContainText(copied);
  await expect(fact(credentials, "Authentifizierungsname")).toContainText(`${copied}@`);

  const password = fact(credentials, "Passwort");
  await expect(password).toContainText("verborgen");
  await expect(password).toContainText("im Verlauf festgehalten");
  await expect(password.locator("code")).toHaveCount(0);
  await credentials.getByRole("button", { name: "Passwort anzeigen" }).click();
  await expect(password.locator("code")).toHaveText(/^[A-Za-z0-9]{24}$/);
  await password.getByRole("button", { name: "Kopieren: Passwort" }).click();
  await expect(password.getByRole("status").first()).toHaveText("Kopiert: Passwort");
  expect(await clipboard()).toBe(await password.locator("code").textContent());

  const looked = card(page, "Verlauf").getByRole("listitem").first();
  await expect(looked).toContainText("Passwort angesehen");
  await expect(looked).toContainText("Anna Brandt");

  await credentials.getByRole("button", { name: "Passwort verbergen" }).click();
  await expect(password.locator("code")).toHaveCount(0);
  // Nobody's clipboard keeps it longer than this test.
  await page.evaluate(() => navigator.clipboard.writeText(""));
});

test("a new password replaces the old one after a warning, and is gone with the page (T4)", async ({
  page,
}) => {
  await openHolder(page, "Frankfurt");
  const password = fact(card(page, "Telefonie-Anmeldedaten"), "Passwort");
  await page.getByRole("button", { name: "Passwort anzeigen" }).click();
  const before = await password.locator("code").textContent();

  await page.getByRole("button", { name: "Neues Passwort generieren" }).click();
  const question = page.getByRole("alertdialog", { name: "Neues Passwort generieren" });
  await expect(question).toContainText("gilt sofort nicht mehr");
  await page.goBack();
  await expect(question).toBeHidden();
  await expect(password.locator("code")).toHaveText(before ?? "");

  await page.getByRole("button", { name: "Neues Passwort generieren" }).click();
  await question.getByRole("button", { name: "Neues Passwort generieren" }).click();
  await expect(question).toBeHidden();
  await expect(password).toContainText("Das ist das neue Passwort");
  await expect(password.locator("code")).not.toHaveText(before ?? "");
  await expect(card(page, "Verlauf").getByRole("listitem").first()).toContainText(
    "Neues Passwort generiert",
  );

  await page.reload();
  await expect(page.getByRole("button", { name: "Passwort anzeigen" })).toBeVisible();
  await expect(password.locator("code")).toHaveCount(0);
});

test("the contact of a trunk is edited; what is wrong is said at its field", async ({ page }) => {
  await openHolder(page, "Hamburg Hafen");
  const contact = fact(card(page, "Kontakt und Merkmale"), "E-Mail");
  const address = (await contact.textContent()) ?? "";

  const form = await edit(page, "Hamburg Hafen");
  await expect(form).toContainText("(SIPconnect 1.1)");
  await expect(form).toContainText("lässt sich nicht mehr ändern");
  const email = form.getByRole("textbox", { name: "E-Mail", exact: true });
  await email.fill("hafen at demo.example");
  await form.getByRole("button", { name: "Speichern" }).click();
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await expect(email).toBeFocused();
  await expect(email).toHaveAccessibleDescription(/\S/);

  await email.fill("hafen@demo.example");
  await form.getByRole("button", { name: "Speichern" }).click();
  await expect(form).toBeHidden();
  await expect(page).toHaveURL(/\/holders\/[^?]+$/);
  await expect(contact).toHaveText("hafen@demo.example");
  await expect(card(page, "Verlauf").getByRole("listitem").first()).toContainText(
    `E-Mail: ${address} → hafen@demo.example`,
  );

  const again = await edit(page, "Hamburg Hafen");
  await again.getByRole("textbox", { name: "E-Mail", exact: true }).fill(address);
  await again.getByRole("button", { name: "Speichern" }).click();
  await expect(contact).toHaveText(address);
});

test("a Cloud PBX has two addresses, and is not deleted while it holds numbers (H6)", async ({
  page,
}) => {
  await openHolder(page, "Cloud PBX Köln");
  const facts = card(page, "Kontakt und Merkmale");
  await expect(facts).toContainText("Änderungen gelten sofort");
  const support = fact(facts, "E-Mail für den Support");
  const shown = (await support.textContent()) ?? "";
  const address = shown.includes("@") ? shown : "";

  const setSupport = async (value: string) => {
    const form = await edit(page, "Cloud PBX Köln");
    await expect(
      form.getByRole("textbox", { name: "E-Mail für Buchungsinformationen" }),
    ).not.toHaveValue("");
    await form.getByRole("textbox", { name: "E-Mail für den Support" }).fill(value);
    await form.getByRole("button", { name: "Speichern" }).click();
    await expect(form).toBeHidden();
  };
  await setSupport("hilfe@demo.example");
  await expect(support).toHaveText("hilfe@demo.example");
  await setSupport(address);
  await expect(support).toHaveText(shown);

  const remove = page.getByRole("button", { name: "Löschen" });
  await expect(remove).toBeDisabled();
  await expect(remove).toHaveAccessibleDescription(/Cloud PBX Köln/);
});

test("a planned trunk is cancelled or moved by its order (T2)", async ({ page, api }) => {
  await page.goto(`/holders/${await api.holder("München Neubau")}`);
  await expect(page.getByText(/^geplant ab \d\d\.\d\d\.\d{4}$/)).toBeVisible();
  await expect(page.getByText("können schon jetzt in der TK-Anlage")).toBeVisible();
  await expect(page.getByRole("button", { name: "Löschen" })).toHaveCount(0);
  await page.getByRole("link", { name: "Datum ändern" }).click();
  await expect(page.getByRole("dialog", { name: /^Datum von A-\d{6} ändern$/ })).toBeVisible();
  await page.goBack();
  await page.getByRole("link", { name: "Auftrag stornieren" }).click();
  const question = page.getByRole("alertdialog", { name: /^Auftrag A-\d{6} stornieren\?$/ });
  await question.getByRole("button", { name: "Auftrag behalten" }).click();
  await expect(question).toBeHidden();
});

test("a UCC connection tells what its partner can do (S6, H3)", async ({ page }) => {
  await openHolder(page, "Unify Service");
  const facts = card(page, "Kontakt und Merkmale");
  await expect(fact(facts, "UCC-Partner")).toHaveText("Unify X (by RingCentral)");
  await expect(fact(facts, "Gesplittete Bereiche")).toContainText("noch keine");
});

test("deleting names what ends, and can be thought over (T5)", async ({ page }) => {
  await openHolder(page, "Berlin Zentrale");
  await page.getByRole("button", { name: "Löschen" }).click();
  const question = page.getByRole("alertdialog", { name: "Berlin Zentrale löschen?" });
  await expect(question).toContainText("030\u00a023125");
  await expect(question).toContainText("gelten sofort nicht mehr");
  await expect(question.getByRole("link", { name: /^A-\d{6}$/ })).not.toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(page.getByRole("button", { name: "Löschen" })).toBeFocused();
});

test.describe("a viewer", () => {
  test.use({ as: "viewer" });

  test("sees a trunk, but neither its credentials nor its history (H5)", async ({ page, api }) => {
    await page.goto(`/holders/${await api.holder("Hamburg Hafen")}`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Hamburg Hafen");
    const credentials = card(page, "Telephony credentials");
    await expect(credentials).toContainText(/administrator/i);
    await expect(credentials.getByRole("button")).toHaveCount(0);
    await expect(credentials.getByText("User name")).toHaveCount(0);
    await expect(card(page, "History")).toHaveCount(0);
    for (const name of ["Edit", "Delete"]) {
      await expect(page.getByRole("button", { name, exact: true })).toBeDisabled();
    }
  });
});
