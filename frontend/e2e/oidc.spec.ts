import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { freePort, Server } from "./support/dialtree.ts";
import { people } from "./support/environment.ts";
import { OidcProvider } from "./support/oidcProvider.ts";
import { test as base, expect } from "./support/test.ts";

/** A dialtree and a provider of the tests of this file alone. */
const test = base.extend<
  { server: Server; provider: OidcProvider },
  { pair: [Server, OidcProvider] }
>({
  pair: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
    async ({}, use) => {
      const dataDir = await mkdtemp(join(tmpdir(), "dialtree-oidc-"));
      const server = new Server(dataDir, await freePort());
      const provider = new OidcProvider(await freePort(), `${server.url}/oidc/callback`);
      await server.start(provider.settings);
      await use([server, provider]);
      await provider.stop();
      await server.kill();
      await rm(dataDir, { recursive: true });
    },
    { scope: "worker" },
  ],
  server: async ({ pair: [server], problems }, use) => {
    problems.know(server.url);
    await use(server);
  },
  provider: async ({ pair: [, provider], problems }, use) => {
    problems.know(provider.url);
    await provider.start();
    await use(provider);
    await provider.stop();
  },
});

test.use({ as: null });

async function goToProvider(page: Page) {
  await page.getByRole("link", { name: "Mit Nordlicht ID anmelden" }).click();
  await expect(page.getByRole("heading", { name: "Test provider" })).toBeVisible();
}

async function signInThere(page: Page, email: string) {
  await page.getByLabel("Your e-mail").fill(email);
  await page.getByRole("button", { name: "Continue" }).click();
}

test("the provider leads back to the page that was asked for, signed in", async ({
  page,
  context,
  server,
  provider,
}) => {
  await page.goto(`${server.url}/orders`);
  await expect(page.getByRole("heading", { level: 1, name: "Anmelden" })).toBeVisible();
  await goToProvider(page);
  expect(new URL(page.url()).origin).toBe(provider.url);
  // The session does not come with the page, to which another site led, but with all it asks for.
  const admitted = page
    .waitForEvent("websocket")
    .then((socket) =>
      socket.waitForEvent("framereceived", ({ payload }) =>
        String(payload).includes("connection_ack"),
      ),
    );
  await signInThere(page, people.administrator);

  await expect(page.getByRole("heading", { level: 1, name: "Aufträge" })).toBeVisible();
  await expect(page).toHaveURL(`${server.url}/orders`);
  await expect(page.getByRole("button", { name: "Konto von Anna Brandt" })).toBeVisible();
  const cookies = await context.cookies(server.url);
  expect(cookies.map(({ name, sameSite, httpOnly }) => ({ name, sameSite, httpOnly }))).toEqual([
    { name: "dialtree_session", sameSite: "Strict", httpOnly: true },
  ]);

  await admitted;
  // The same after a reload.
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Aufträge" })).toBeVisible();

  await page.getByRole("button", { name: "Konto von Anna Brandt" }).click();
  await page.getByRole("menuitem", { name: "Abmelden" }).click();
  await expect(page.getByRole("link", { name: "Mit Nordlicht ID anmelden" })).toBeVisible();
});

test("who cancels there is told so here, and can still go where they wanted", async ({
  page,
  server,
  provider,
}) => {
  await page.goto(`${server.url}/orders`);
  await goToProvider(page);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("alert")).toHaveText(
    "Die Anmeldung bei Nordlicht ID wurde abgebrochen oder abgelehnt.",
  );
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("alert")).toHaveText(
    "The sign-in with Nordlicht ID was cancelled or refused.",
  );
  await page.getByRole("button", { name: "Deutsch" }).click();

  await goToProvider(page);
  await signInThere(page, people.administrator);
  await expect(page).toHaveURL(`${server.url}/orders`);
  await expect(page.getByRole("heading", { level: 1, name: "Aufträge" })).toBeVisible();
  expect(provider.url).toBeTruthy();
});

test("nobody gets in by knowing an address that was not invited", async ({
  page,
  server,
  provider,
}) => {
  await page.goto(`${server.url}/login`);
  await goToProvider(page);
  await signInThere(page, `nobody@${new URL(provider.url).hostname}.example`);
  await expect(page.getByRole("alert")).toHaveText(
    /Für Ihr Konto bei Nordlicht ID gibt es hier keinen aktiven Zugang/,
  );
  await page.goto(`${server.url}/`);
  await expect(page.getByRole("heading", { level: 1, name: "Anmelden" })).toBeVisible();
});

test("passwords still work", async ({ page, server }) => {
  await page.goto(`${server.url}/login`);
  await expect(page.getByRole("link", { name: "Mit Nordlicht ID anmelden" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "E-Mail" })).toBeFocused();
  await expect(page.getByLabel("Passwort")).toBeVisible();
});
