import type { Page } from "@playwright/test";
import { environment, people } from "./support/environment.ts";
import {
  countLoads,
  merge,
  mergeButton,
  open,
  row,
  search,
  shown,
  split,
  splitButton,
  tenBelow,
  toast,
} from "./support/inventory.ts";
import { mailAbout } from "./support/mail.ts";
import { NumbersPage } from "./support/numbers.ts";
import { expect, test } from "./support/test.ts";

test.use({ as: null });
test.describe.configure({ timeout: 90_000 });

const BLOCK = "030 23125-6xx…8xx";
const RANGE = "030 23125-7xx";
const PARTS = ["030 23125-71x", "030 23125-72x"];
const TRUNK = "Frankfurt";

test("split a range, assign two parts to a trunk, take them back, merge: told live and by e-mail", async ({
  page,
  borrow,
}) => {
  await borrow(RANGE);
  const loads = countLoads(page);
  const orders: Record<"split" | "add" | "remove" | "merge", string> = {
    split: "",
    add: "",
    remove: "",
    merge: "",
  };

  await test.step("sign in and find the block", async () => {
    await page.goto("/");
    await page.getByRole("textbox", { name: "E-Mail" }).fill(people.administrator);
    await page.getByLabel("Passwort").fill(environment.password);
    await page.getByRole("button", { name: "Anmelden" }).click();
    await search(page, "*030");
    await expect(page.getByText(/^Gelesen als: enthält \*?030$/)).toBeVisible();
    // 0221 4710-30x contains it, too: the search looks into what is open.
    await expect(row(page, "0221 4710-0xx…7xx")).toBeVisible();
    await expect(row(page, BLOCK)).toContainText("Rudower Chaussee 48");
    // A block itself has neither.
    await expect(row(page, BLOCK).getByRole("button", { name: /^(Split|Merge)/ })).toHaveCount(0);
    await open(page, BLOCK);
  });

  await test.step("split a range and see its ten parts arrive", async () => {
    await expect(row(page, RANGE)).toContainText("frei");
    await split(page, RANGE);
    for (const part of tenBelow(RANGE)) await expect(row(page, part)).toContainText("frei");
    await expect(splitButton(page, RANGE)).toBeHidden();
    orders.split = await referenceIn(page, shown(RANGE, ["", " wurde gesplittet"]));
  });

  await test.step("assign two of them to a trunk", async () => {
    const numbers = await NumbersPage.open(page, TRUNK);
    await numbers.free.search("030 23125-7");
    await numbers.free.mark(...PARTS);
    await numbers.free.move(2).click();
    await expect(numbers.change).toContainText(PARTS[0] ?? "");
    await expect(numbers.elements).toHaveAttribute("aria-valuetext", "5/60");
    await expect(numbers.ofBlock(BLOCK)).toHaveAttribute("aria-valuetext", "2/10");
    orders.add = await numbers.order();
    await expect(page.getByRole("dialog")).toContainText("Ausgeführt");
  });

  await test.step("see them at the trunk", async () => {
    await toInventory(page);
    const trunk = page.getByRole("listitem").filter({ hasText: TRUNK });
    await expect(trunk.getByRole("meter").first()).toHaveAttribute("aria-valuetext", "5/60");
    await trunk.getByRole("button", { name: TRUNK, exact: true }).click();
    for (const part of PARTS) await expect(trunk.getByText(part)).toBeVisible();
  });

  await test.step("the range cannot be merged, and the reason names the trunk", async () => {
    await search(page, "030 23125-7");
    await open(page, BLOCK);
    await expect(mergeButton(page, RANGE)).toBeDisabled();
    await expect(mergeButton(page, RANGE)).toHaveAccessibleDescription(
      /kann nicht zusammengeführt werden: .*030 23125-71x.*Frankfurt/,
    );
    await mergeButton(page, RANGE).hover();
    await expect(page.getByRole("tooltip")).toContainText(TRUNK);
  });

  await test.step("take them back", async () => {
    const numbers = await NumbersPage.open(page, TRUNK);
    await numbers.held.mark(...PARTS);
    await numbers.held.move(2).click();
    await expect(numbers.elements).toHaveAttribute("aria-valuetext", "3/60");
    orders.remove = await numbers.order();
    await expect(page.getByRole("dialog")).toContainText("Ausgeführt");
  });

  await test.step("merge, and the range is one free element again", async () => {
    await toInventory(page);
    await search(page, "030 23125-7");
    await open(page, BLOCK);
    await merge(page, RANGE);
    await expect(splitButton(page, RANGE)).toBeEnabled();
    await expect(row(page, RANGE)).toContainText("frei");
    for (const part of tenBelow(RANGE)) await expect(row(page, part)).toBeHidden();
    orders.merge = await referenceIn(page, shown(RANGE, ["", " wurde zusammengeführt"]));
  });
  expect(loads(), "everything came by itself").toBe(1);

  await test.step("four e-mails in German, with a link to the order", async () => {
    const mails = await Promise.all(Object.values(orders).map(mailAbout));
    expect(mails.map(({ subject }) => subject)).toEqual([
      `Durchwahlbereich ${RANGE} gesplittet (Auftrag ${orders.split})`,
      `Rufnummern von ${TRUNK} bearbeitet (Auftrag ${orders.add})`,
      `Rufnummern von ${TRUNK} bearbeitet (Auftrag ${orders.remove})`,
      `Durchwahlbereich ${RANGE} zusammengeführt (Auftrag ${orders.merge})`,
    ]);
    for (const mail of mails) {
      expect(mail.to).toBe("Anna Brandt <admin@demo.example>");
      expect(mail.language).toBe("de");
      expect(mail.text).toContain("Guten Tag Anna Brandt,");
      expect(mail.html).toContain("Guten Tag Anna Brandt,");
    }
    const [, added] = mails;
    for (const part of PARTS) expect(added?.text).toContain(part);
    const [link = ""] = /^http\S+$/m.exec(added?.text ?? "") ?? [];
    expect(added?.html).toContain(`href="${link}"`);
    expect(new URL(link).origin).toBe(environment.baseUrl);

    await page.goto(link);
    const order = page.getByRole("dialog", { name: orders.add });
    await expect(order).toContainText("Ausgeführt");
    for (const part of PARTS) await expect(order.getByText(part)).toBeVisible();
  });
});

async function toInventory(page: Page): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: "Schließen" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.getByRole("link", { name: "Bestand" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Bestand" })).toBeVisible();
}

/** The reference of the order that a message tells of; the message is closed. */
async function referenceIn(page: Page, text: RegExp): Promise<string> {
  const message = toast(page, text);
  await expect(message).toBeVisible();
  const link = await message.getByRole("link").textContent();
  await message.getByRole("button", { name: "Schließen" }).click();
  return /A-\d{6}/.exec(link ?? "")?.[0] ?? "";
}
