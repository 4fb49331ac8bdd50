import type { Locator, Page } from "@playwright/test";
import type { Api } from "./support/api.ts";
import { dayFromNow } from "./support/days.ts";
import { dialtree } from "./support/dialtree.ts";
import { people } from "./support/environment.ts";
import { expect, test } from "./support/test.ts";

const RANGE = "040 66969-6xx";

// That nothing is asked of another host is seen to in every test, see support/problems.ts.

function result(page: Page): Locator {
  return page.getByRole("region", { name: "Result Window" });
}

function execute(page: Page): Locator {
  return page.getByRole("button", { name: /^Execute query/ });
}

function editor(page: Page): Locator {
  return page.getByRole("region", { name: "Operation Editor" });
}

/** Writes into a tab of its own, as if pasted. */
async function write(page: Page, query: string): Promise<void> {
  await page.getByRole("button", { name: "New tab" }).click();
  await expect(page.getByRole("tab", { name: "<untitled>" })).toBeVisible();
  await editor(page).getByRole("textbox", { name: "Editor content" }).focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(query);
  await expect(editor(page)).toContainText(query);
}

/** Subscribes to a planned order and sees it being cancelled. */
async function watchOrder(page: Page, api: Api): Promise<void> {
  const { id, reference } = await api.change("Hamburg Hafen", {
    add: [RANGE],
    on: dayFromNow(40).iso,
  });
  await write(page, `subscription News { orderUpdated(id: "${id}") { reference status } }`);
  await execute(page).click();
  await expect(result(page)).toContainText(`"reference": "${reference}"`);
  await expect(result(page)).toContainText('"status": "PLANNED"');
  await api.setFree(RANGE);
  await expect(result(page)).toContainText('"status": "CANCELLED"');
}

test("the explorer asks and listens with the session of the page", async ({
  page,
  api,
  borrow,
}) => {
  await borrow(RANGE);
  await page.goto("/");
  await page.getByRole("navigation").getByRole("link", { name: "Explorer" }).click();
  await expect(page.getByText("Angemeldet als Anna Brandt")).toBeVisible();
  await expect(editor(page)).toContainText("query Viewer");
  await execute(page).click();
  await expect(result(page)).toContainText('"name": "Anna Brandt"');
  await expect(result(page)).toContainText('"name": "Nordlicht Werke GmbH"');

  await page.getByRole("tab", { name: "FreeNumbers" }).getByRole("button").first().click();
  await expect(editor(page)).toContainText("query FreeNumbers");
  await execute(page).click();
  await expect(result(page)).toContainText('"kind": "STARTS_WITH"');

  await watchOrder(page, api);
});

test.describe("without a session", () => {
  test.use({ as: null });

  test("a pasted token is enough to ask and to listen", async ({ page, api, borrow }) => {
    await borrow(RANGE);
    const token = (await dialtree(["token", "create", "explorer", "--user", people.viewer])).trim();
    await page.goto("/explorer");
    await expect(page.getByText("Nicht angemeldet.")).toBeVisible();
    await expect(editor(page)).toContainText("query Viewer");
    const field = page.getByLabel("API-Token");
    await field.fill(token);
    await field.press("Enter");
    await expect(page.getByText("Angemeldet als Viktor Hansen")).toBeVisible();
    await execute(page).click();
    await expect(result(page)).toContainText('"name": "Viktor Hansen"');

    await watchOrder(page, api);

    await page.getByRole("button", { name: "Vergessen" }).click();
    await expect(page.getByText("Nicht angemeldet.")).toBeVisible();
  });
});
