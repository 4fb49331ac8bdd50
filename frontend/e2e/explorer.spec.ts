import type { Locator, Page } from "@playwright/test";
import { dialtree } from "./support/dialtree.ts";
import { people } from "./support/environment.ts";
import { expect, test } from "./support/test.ts";

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

async function subscribeToOrders(page: Page): Promise<void> {
  await write(page, "subscription News { ordersUpdated { reference status } }");
  await execute(page).click();
  // The state now comes first: the planned orders of the demo company.
  await expect(result(page)).toContainText('"status": "PLANNED"');
}

test("the explorer asks and listens with the session of the page", async ({
  page,
  api,
  borrow,
}) => {
  const range = "069 90009-9xx";
  await borrow(range);
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

  await subscribeToOrders(page);
  const { reference } = await api.split(range);
  await expect(result(page)).toContainText(`"reference": "${reference}"`);
  await expect(result(page)).toContainText('"status": "SUCCEEDED"');
});

test.describe("without a session", () => {
  test.use({ as: null });

  test("a pasted token is enough to ask and to listen", async ({ page, api, borrow }) => {
    const range = "069 90009-9xx";
    await borrow(range);
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

    await subscribeToOrders(page);
    const { reference } = await api.split(range);
    await expect(result(page)).toContainText(`"reference": "${reference}"`);

    await page.getByRole("button", { name: "Vergessen" }).click();
    await expect(page.getByText("Nicht angemeldet.")).toBeVisible();
  });
});
