import type { Page } from "@playwright/test";
import { createPerson } from "./support/dialtree.ts";
import { DEMO_COMPANY, environment, people } from "./support/environment.ts";
import { type Mail, mailTo } from "./support/mail.ts";
import { expect, test } from "./support/test.ts";

const NEW_PASSWORD = "drei wackelige Leitern";
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });
const person = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });

function linkIn({ text, html }: Mail): string {
  const [link] = /http\S+#\S+/.exec(text) ?? [];
  if (!link) throw new Error(`no link in ${text}`);
  expect(html).toContain(`href="${link}"`);
  return link;
}

async function choose(page: Page, name: string, action: string) {
  await page.getByRole("button", { name: `Aktionen für ${name}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("a person is invited, works, gets another role, and leaves", async ({ page, openBrowser }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Verwaltung" }).click();
  await page.getByRole("menuitem", { name: "Benutzer" }).click();
  await expect(heading(page, "Benutzer")).toBeVisible();
  await page.getByRole("button", { name: "Benutzer einladen" }).click();
  const dialog = page.getByRole("dialog", { name: "Benutzer einladen" });
  await dialog.getByRole("button", { name: "Einladung senden" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAccessibleDescription(/erforderlich/);
  await dialog.getByLabel("Name").fill("Nele Neu");
  await dialog.getByLabel("E-Mail").fill("nele@demo.example");
  await dialog.getByRole("button", { name: "Einladung senden" }).click();
  await expect(dialog).toBeHidden();
  await expect(person(page, "Nele Neu")).toContainText("Eingeladen");

  const mail = await mailTo("nele@demo.example", "Willkommen bei dialtree");
  expect(mail.text).toContain(`Anna Brandt hat Sie eingeladen`);
  const link = linkIn(mail);
  expect(link).toContain("/welcome#");
  const nele = await openBrowser(null, { locale: "de-DE" });
  const sent: string[] = [];
  nele.on("request", (request) => sent.push(request.url(), request.headers().referer ?? ""));
  await nele.goto(link);
  await expect(heading(nele, "Willkommen, Nele Neu")).toBeVisible();
  await nele.getByLabel("Passwort", { exact: true }).fill("passwort1234");
  await nele.getByRole("button", { name: "Passwort setzen und anmelden" }).click();
  await expect(nele.getByLabel("Passwort", { exact: true })).toHaveAccessibleDescription(
    /leicht zu erraten/,
  );
  await nele.getByLabel("Passwort", { exact: true }).fill(NEW_PASSWORD);
  await nele.getByRole("button", { name: "Passwort setzen und anmelden" }).click();
  await expect(heading(nele, "Bestand")).toBeVisible();
  await expect(nele.getByRole("button", { name: "Konto von Nele Neu" })).toBeVisible();
  // The secret is sent in no address that a server or a log would see.
  expect(sent.filter((url) => url.includes(link.split("#")[1] ?? ""))).toEqual([]);
  await nele.getByRole("button", { name: "Verwaltung" }).click();
  await expect(nele.getByRole("menuitem")).toHaveText(["Standortverträge"]);
  await nele.keyboard.press("Escape");

  await page.reload();
  await expect(person(page, "Nele Neu")).toContainText("Aktiv");
  await choose(page, "Nele Neu", "Name und Rolle ändern");
  const edit = page.getByRole("dialog", { name: "Nele Neu ändern" });
  await edit.getByText("Administrator", { exact: true }).click();
  await edit.getByRole("button", { name: "Speichern" }).click();
  await expect(person(page, "Nele Neu")).toContainText("Administrator");
  await nele.reload();
  await nele.getByRole("button", { name: "Verwaltung" }).click();
  await expect(nele.getByRole("menuitem", { name: "Benutzer" })).toBeVisible();
  await nele.keyboard.press("Escape");

  await choose(page, "Nele Neu", "Deaktivieren");
  const question = page.getByRole("alertdialog", { name: "Nele Neu deaktivieren?" });
  await question.getByRole("button", { name: "Deaktivieren" }).click();
  await expect(person(page, "Nele Neu")).toContainText("Deaktiviert");
  await expect(heading(nele, "Anmelden")).toBeVisible();
  // The link is used up.
  await nele.goto(link);
  await expect(heading(nele, "Dieser Link gilt nicht mehr")).toBeVisible();
});

test("what cannot be done with an account says why", async ({ page }) => {
  await page.goto("/users?search=Anna");
  await expect(person(page, "Anna Brandt")).toContainText("(Sie)");
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByRole("button", { name: "Aktionen für Anna Brandt" }).click();
  const item = page.getByRole("menuitem", { name: "Deaktivieren" });
  await expect(item).toContainText("Niemand ändert die eigene Rolle");
  await page.keyboard.press("Escape");

  await page.goto("/users?dialog=invite");
  const dialog = page.getByRole("dialog", { name: "Benutzer einladen" });
  await dialog.getByLabel("Name").fill("Viktor Hansen");
  await dialog.getByLabel("E-Mail").fill(people.viewer);
  await dialog.getByRole("button", { name: "Einladung senden" }).click();
  await expect(dialog.getByLabel("E-Mail")).toHaveAccessibleDescription(
    /lässt sich nicht einladen/,
  );
});

test.describe("who is not signed in", () => {
  test.use({ as: null });

  test("gets a new password by e-mail, and is signed out everywhere", async ({
    page,
    openBrowser,
  }) => {
    const email = "vergesslich@demo.example";
    await createPerson({ email, customer: DEMO_COMPANY, role: "VIEWER" });
    const elsewhere = await openBrowser({ email });
    await elsewhere.goto("/");
    await expect(heading(elsewhere, "Bestand")).toBeVisible();

    await page.goto("/login");
    await page.getByRole("link", { name: "Passwort vergessen?" }).click();
    await page.getByLabel("E-Mail").fill(email);
    await page.getByRole("button", { name: "Link senden" }).click();
    await expect(page.getByRole("status")).toContainText(`Wenn es ein Konto für ${email} gibt`);
    await page.goto(linkIn(await mailTo(email, "Neues Passwort wählen")));
    await page.getByLabel("Neues Passwort").fill(NEW_PASSWORD);
    await page.getByRole("button", { name: "Passwort setzen" }).click();
    await expect(heading(page, "Anmelden")).toBeVisible();
    await page.getByRole("textbox", { name: "E-Mail" }).fill(email);
    await page.getByLabel("Passwort", { exact: true }).fill(NEW_PASSWORD);
    await page.getByRole("button", { name: "Anmelden" }).click();
    await expect(heading(page, "Bestand")).toBeVisible();
    await expect(heading(elsewhere, "Anmelden")).toBeVisible();
    await mailTo(email, "Ihr Passwort wurde geändert");
  });

  test("signs in, and ends a session elsewhere", async ({ page, openBrowser }) => {
    const email = "unterwegs@demo.example";
    await createPerson({ email, customer: DEMO_COMPANY, role: "VIEWER" });
    const elsewhere = await openBrowser({ email });
    await elsewhere.goto("/");
    await expect(heading(elsewhere, "Bestand")).toBeVisible();

    await page.goto("/login?return=/settings");
    await page.getByRole("textbox", { name: "E-Mail" }).fill(email);
    await page.getByLabel("Passwort", { exact: true }).fill(environment.password);
    await page.getByRole("button", { name: "Anmelden" }).click();
    const sessions = page
      .locator("section")
      .filter({ has: page.getByRole("heading", { name: "Wo Sie angemeldet sind" }) });
    await expect(sessions.getByRole("listitem")).toHaveCount(2);
    await expect(sessions.getByRole("listitem").filter({ hasText: "Diese Sitzung" })).toContainText(
      "Chrome, Linux",
    );
    await sessions.getByRole("button", { name: /^Abmelden: / }).click();
    await expect(sessions.getByRole("listitem")).toHaveCount(1);
    await expect(heading(elsewhere, "Anmelden")).toBeVisible();

    await page.getByLabel("Jetziges Passwort").fill("falsch");
    await page.getByLabel("Neues Passwort").fill(NEW_PASSWORD);
    await page.getByRole("button", { name: "Passwort ändern" }).click();
    await expect(page.getByLabel("Jetziges Passwort")).toHaveAccessibleDescription(
      /nicht Ihr jetziges Passwort/,
    );
    await page.getByLabel("Jetziges Passwort").fill(environment.password);
    await page.getByRole("button", { name: "Passwort ändern" }).click();
    await expect(page.getByText("Ihr Passwort ist geändert.")).toBeVisible();
    await page.reload();
    await expect(heading(page, "Einstellungen")).toBeVisible();
  });

  test("is slowed down when guessing", async ({ page }) => {
    await page.goto("/login");
    await page.getByRole("textbox", { name: "E-Mail" }).fill("raten@demo.example");
    await page.getByLabel("Passwort", { exact: true }).fill("falsch");
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const answered = page.waitForResponse("**/graphql");
      await page.getByRole("button", { name: "Anmelden" }).click();
      await answered;
      await expect(page.getByRole("alert")).toContainText("passen nicht zusammen");
    }
    await page.getByRole("button", { name: "Anmelden" }).click();
    await expect(page.getByRole("alert")).toContainText(/zu viele Versuche.* 15 Min\./);
  });
});

test.describe("on a narrow screen", () => {
  test.use({ viewport: { width: 360, height: 800 } });

  test("users and settings need no sideways scrolling", async ({ page }) => {
    for (const [path, title] of [
      ["/users", "Benutzer"],
      ["/settings", "Einstellungen"],
    ] as const) {
      await page.goto(path);
      await expect(heading(page, title)).toBeVisible();
      await expect(page.getByText(/Anna Brandt|Chrome|Unbekannter/).first()).toBeAttached();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, path).toBe(0);
    }
  });
});
