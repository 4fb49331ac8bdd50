import { randomUUID } from "node:crypto";
import { type APIRequestContext, type Page, request } from "@playwright/test";
import { environment } from "./support/environment.ts";
import { expect, test } from "./support/test.ts";

function tokens(page: Page) {
  return page.getByRole("region", { name: "API-Token", exact: true });
}

async function whoIs(program: APIRequestContext, token: string) {
  const answer = await program.post("/graphql", {
    headers: { Authorization: `Bearer ${token}` },
    data: { query: "{ viewer { name role } }" },
  });
  return (await answer.json()).data.viewer;
}

test("a token is made, shown once, used, and revoked", async ({ page }) => {
  const name = `Nachtlauf ${randomUUID().slice(0, 6)}`;
  const program = await request.newContext({ baseURL: environment.baseUrl });
  await page.goto("/settings");
  await tokens(page).getByRole("button", { name: "Neues API-Token" }).click();
  const dialog = page.getByRole("dialog", { name: "Neues API-Token" });
  await dialog.getByRole("textbox", { name: "Gültig für Tage" }).fill("400");
  await dialog.getByRole("button", { name: "Token anlegen" }).click();
  await expect(dialog).toContainText("Diese Angabe ist erforderlich.");
  await expect(dialog).toContainText("Wählen Sie eine Zahl von 1 bis 366.");
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByRole("textbox", { name: "Gültig für Tage" }).fill("30");
  await expect(dialog.getByRole("radio", { name: "Kundenservice" })).toBeHidden();
  await dialog.getByText("Administrator", { exact: true }).click();
  await dialog.getByRole("button", { name: "Token anlegen" }).click();
  await expect(dialog).toContainText("Kopieren Sie das Token jetzt");
  const secret = (await dialog.locator("code").textContent()) ?? "";
  expect(secret).toMatch(/^dialtree_/);
  expect(await whoIs(program, secret)).toEqual({ name: "Anna Brandt", role: "ADMINISTRATOR" });
  await dialog.getByRole("button", { name: "Ich habe das Token kopiert" }).click();

  await page.reload();
  const row = tokens(page).getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Gültig");
  await expect(row).not.toContainText("noch nie");
  await expect(page.locator("body")).not.toContainText(secret);
  await row.getByRole("button", { name: `API-Token ${name} widerrufen` }).click();
  const sure = page.getByRole("alertdialog", { name: `API-Token ${name} widerrufen?` });
  await sure.getByRole("button", { name: "Token behalten" }).click();
  await expect(sure).toBeHidden();
  expect(await whoIs(program, secret)).not.toBeNull();
  await row.getByRole("button", { name: `API-Token ${name} widerrufen` }).click();
  await sure.getByRole("button", { name: "Widerrufen", exact: true }).click();
  await expect(sure).toBeHidden();
  await expect(row.getByRole("button", { name: /widerrufen$/ })).toBeHidden();
  await expect(row).toContainText("Widerrufen");
  expect(await whoIs(program, secret)).toBeNull();
  await program.dispose();
});

test("an administrator ends the token of somebody else", async ({ page, openBrowser }) => {
  const name = `Report ${randomUUID().slice(0, 6)}`;
  const viewer = await openBrowser("viewer");
  await viewer.goto("/settings");
  await viewer.getByRole("button", { name: "New API token" }).click();
  const dialog = viewer.getByRole("dialog", { name: "New API token" });
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  // A viewer has one role to give: there is nothing to choose.
  await expect(dialog.getByRole("radio")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Create token" }).click();
  const program = await request.newContext({ baseURL: environment.baseUrl });
  const secret = (await dialog.locator("code").textContent()) ?? "";
  expect(await whoIs(program, secret)).toEqual({ name: "Viktor Hansen", role: "VIEWER" });

  await page.goto("/settings");
  const row = tokens(page).getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("von Viktor Hansen");
  await row.getByRole("button", { name: `API-Token ${name} widerrufen` }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Widerrufen" }).click();
  await expect(row.getByRole("button", { name: /widerrufen$/ })).toBeHidden();
  await expect(row).toContainText("Widerrufen");
  expect(await whoIs(program, secret)).toBeNull();
  await program.dispose();
});
