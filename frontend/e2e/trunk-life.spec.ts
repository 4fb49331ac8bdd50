import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { type Day, dayFromNow, typeDate } from "./support/days.ts";
import { freePort, registration, ShiftedServer } from "./support/dialtree.ts";
import { environment, people } from "./support/environment.ts";
import { countLoads, FRANKFURT_OPEN, row, shown, toast } from "./support/inventory.ts";
import { ElementList, NumbersPage } from "./support/numbers.ts";
import { test as base, expect } from "./support/test.ts";

const TRUNK = "Frankfurt Messe";
const FIRST = "069 90009-6xx";
const SECOND = "069 90009-7xx";

/** A server of this test alone: nobody else's days may pass. */
const test = base.extend<{ server: ShiftedServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
  server: async ({}, use) => {
    const dataDir = await mkdtemp(join(tmpdir(), "dialtree-e2e-"));
    const server = new ShiftedServer(dataDir, await freePort());
    await server.start();
    await use(server);
    await server.kill();
    await rm(dataDir, { recursive: true, force: true });
  },
});

test.use({ as: null });
test.describe.configure({ timeout: 150_000 });

async function signIn(page: Page, server: ShiftedServer) {
  await page.goto(`${server.url}/login?return=${encodeURIComponent("/trunks/new")}`);
  await page.getByRole("textbox", { name: "E-Mail" }).fill(people.administrator);
  await page.getByLabel("Passwort").fill(environment.password);
  await page.getByRole("button", { name: "Anmelden" }).click();
}

/** Goes through the wizard and reads the reference of the order. */
async function orderTrunk(page: Page, day: Day): Promise<string> {
  const step = async (title: RegExp) => {
    await page.getByRole("button", { name: "Weiter" }).click();
    await expect(page.getByRole("heading", { level: 2, name: title })).toBeVisible();
  };
  await page.getByRole("textbox", { name: /^Name/ }).fill(TRUNK);
  await page.getByRole("textbox", { name: /^Ansprechpartner/ }).fill("Telefonie");
  await step(/^Profil/);
  await step(/^Rufnummern/);
  const free = new ElementList(page, "Freie Rufnummern");
  await free.search("069 90009-6");
  await free.mark(FIRST);
  await free.move(1).click();
  await step(/^Ausführungsdatum/);
  await typeDate(page.getByRole("group", { name: /^Ausführungsdatum/ }), day);
  await step(/^Prüfen/);
  await page.getByRole("button", { name: "SIP-Trunk beauftragen" }).click();
  const title = page.getByRole("dialog").getByRole("heading", { name: /^A-\d{6}$/ });
  await expect(title).toBeVisible();
  return (await title.textContent()) ?? "";
}

/** What a PBX needs, as the page shows it. */
async function readCredentials(page: Page) {
  const value = (label: string) =>
    page
      .getByRole("term")
      .filter({ hasText: new RegExp(`^${label}$`) })
      .locator("xpath=following-sibling::dd");
  await page.getByRole("button", { name: "Passwort anzeigen" }).click();
  const password = value("Passwort").locator("code");
  await expect(password).toHaveText(/^\w{24}$/);
  return {
    userName: await value("Benutzername").locator("span > span").first().innerText(),
    password: await password.innerText(),
  };
}

test("a SIP trunk is planned, moved, becomes active by itself, changes and is deleted (T1-T6)", async ({
  page,
  problems,
  server,
}) => {
  problems.know(server.url);
  const tomorrow = dayFromNow(1);
  const dayAfter = dayFromNow(2);
  const later = dayFromNow(9);
  const navigation = page.getByRole("navigation", { name: "Seiten" });
  const details = page.getByRole("link", { name: `Details: ${TRUNK}`, exact: true });
  const remove = page.getByRole("button", { name: "Löschen", exact: true });
  let reference = "";
  let change = "";
  let credentials = { userName: "", password: "" };

  await test.step("order it for tomorrow, with a number", async () => {
    await signIn(page, server);
    reference = await orderTrunk(page, tomorrow);
    await expect(page.getByRole("dialog")).toContainText(`Geplant für ${tomorrow.german}`);
  });

  await test.step("its number is reserved for that day by its order", async () => {
    await page.goto(server.url + FRANKFURT_OPEN);
    const range = row(page, FIRST);
    await expect(range).toContainText(`reserviert für ${tomorrow.german}`);
    await expect(range.getByRole("link", { name: reference })).toBeVisible();
  });

  await test.step("it is among the planned trunks, with who ordered it", async () => {
    await navigation.getByRole("link", { name: "Geplante SIP-Trunks" }).click();
    await expect(page).toHaveTitle("Geplante SIP-Trunks · dialtree");
    const card = page.getByRole("listitem").filter({ has: details });
    await expect(card).toContainText(`ab ${tomorrow.german}`);
    await expect(card.getByRole("button", { name: /^K\s?: vom Kunden beauftragt/ })).toBeVisible();
    await card.getByRole("button", { name: TRUNK, exact: true }).click();
    await expect(card).toContainText(`Beginnt am ${tomorrow.german} mit:`);
  });

  await test.step("its numbers can be changed until then, without another date", async () => {
    const numbers = new NumbersPage(page, TRUNK);
    const planned = new ElementList(page, `${TRUNK} beginnt mit`);
    await page.getByRole("link", { name: `Rufnummern bearbeiten: ${TRUNK}` }).click();
    await expect(page.getByText(`Wird am ${tomorrow.german} mit diesen`)).toBeVisible();
    await expect(page.getByRole("group", { name: /^Ausführungsdatum/ })).toHaveCount(0);
    await planned.mark(FIRST);
    await planned.move(1).click();
    await expect(numbers.elements).toHaveAttribute("aria-valuetext", "0/60");
    await numbers.change.getByRole("button", { name: `${FIRST} zurücknehmen` }).click();
    await numbers.free.search("069 90009-7");
    await numbers.free.mark(SECOND);
    await numbers.free.move(1).click();
    await expect(numbers.elements).toHaveAttribute("aria-valuetext", "2/60");
    expect(await numbers.order(), "it goes to the trunk's own order").toBe(reference);
    for (const range of [FIRST, SECOND]) {
      await expect(page.getByRole("dialog")).toContainText(shown(range));
    }
  });

  await test.step("move it by a day", async () => {
    await page.goto(`${server.url}/planned-trunks`);
    await page.getByRole("link", { name: `Datum ändern: ${TRUNK}` }).click();
    const question = page.getByRole("dialog", { name: `Datum von ${reference} ändern` });
    await typeDate(question, dayAfter);
    await question.getByRole("button", { name: "Datum ändern" }).click();
    await expect(question).toBeHidden();
    await expect(page.getByRole("dialog")).toContainText(`Geplant für ${dayAfter.german}`);
  });

  await test.step("its credentials can be entered already, and do not work yet", async () => {
    await page.goto(`${server.url}/planned-trunks`);
    await details.click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(TRUNK);
    await expect(remove).toHaveCount(0);
    credentials = await readCredentials(page);
    expect(await registration(server.dataDir, credentials)).toBe("refused");
  });

  await test.step("the day it was planned for at first passes without it", async () => {
    await server.passMidnightOf(tomorrow);
    expect(await registration(server.dataDir, credentials)).toBe("refused");
    await expect(remove).toHaveCount(0);
  });

  await test.step("on its day it becomes active by itself, in the open page", async () => {
    const loads = countLoads(page);
    await server.passMidnightOf(dayAfter);
    await expect(toast(page, new RegExp(`SIP-Trunk ${TRUNK} ist aktiv`))).toBeVisible();
    await expect(remove).toBeVisible();
    expect(await registration(server.dataDir, credentials)).toBe("accepted");
    expect(loads()).toBe(0);
    await page.goto(server.url + FRANKFURT_OPEN.replace("?", "?show=all&"));
    for (const range of [FIRST, SECOND]) await expect(row(page, range)).toContainText(TRUNK);
  });

  await test.step("plan to take a number from it", async () => {
    const numbers = await NumbersPage.open(page, TRUNK);
    await numbers.held.mark(SECOND);
    await numbers.held.move(1).click();
    await typeDate(page.getByRole("group", { name: /^Ausführungsdatum/ }), later);
    const then = page.getByRole("meter", { name: `Belegt am ${later.german}` });
    await expect(then).toHaveAttribute("aria-valuetext", "1/60");
    change = await numbers.order();
    await expect(page.getByRole("dialog")).toContainText(`Geplant für ${later.german}`);
  });

  await test.step("delete it: what was planned for it ends with it", async () => {
    await page.getByRole("dialog").getByRole("link", { name: TRUNK }).click();
    await remove.click();
    const question = page.getByRole("alertdialog", { name: `${TRUNK} löschen?` });
    await expect(question).toContainText(change);
    await question.getByRole("button", { name: "Löschen", exact: true }).click();
    await expect(
      page.getByRole("dialog").getByRole("heading", { name: `SIP-Trunk löschen: ${TRUNK}` }),
    ).toBeVisible();
    await expect(toast(page, new RegExp(`${change} wurde storniert`))).toBeVisible();
  });

  await test.step("its numbers are free, and its credentials end", async () => {
    expect(await registration(server.dataDir, credentials)).toBe("refused");
    await page.goto(server.url + FRANKFURT_OPEN);
    for (const range of [FIRST, SECOND]) await expect(row(page, range)).toContainText("frei");
    await page.goto(`${server.url}/orders?status=cancelled`);
    const cancelled = page.getByRole("table").getByRole("row", { name: change });
    await expect(cancelled).toContainText(`Den SIP-Trunk ${TRUNK} gibt es nicht mehr`);
  });
});
