import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { Api } from "./support/api.ts";
import { freePort, Server } from "./support/dialtree.ts";
import { environment, people } from "./support/environment.ts";
import {
  countLoads,
  FRANKFURT_OPEN,
  open,
  row,
  shown,
  split,
  splitButton,
  tenBelow,
  toast,
} from "./support/inventory.ts";
import { test as base, expect } from "./support/test.ts";

/** What the browser says of a server that is away. */
const REFUSED_CONNECTIONS = /ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE/;

/** The longest pause between two attempts of the page to connect again, and a little. */
const COMES_BACK_MS = 35_000;

/** Servers of the test alone, all on the same data. */
const test = base.extend<{ newServer: () => Promise<Server> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
  newServer: async ({}, use) => {
    const dataDir = await mkdtemp(join(tmpdir(), "dialtree-e2e-"));
    const servers: Server[] = [];
    await use(async () => {
      const server = new Server(dataDir, await freePort());
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.kill();
    await rm(dataDir, { recursive: true, force: true });
  },
});

test.use({ as: null });
test.describe.configure({ timeout: 90_000 });

async function signIn(page: Page, server: Server) {
  const wanted = encodeURIComponent(FRANKFURT_OPEN);
  await page.goto(`${server.url}/login?return=${wanted}`);
  await page.getByRole("textbox", { name: "E-Mail" }).fill(people.administrator);
  await page.getByLabel("Passwort").fill(environment.password);
  await page.getByRole("button", { name: "Anmelden" }).click();
}

test("after a crash of the server the page catches up by itself", async ({
  page,
  problems,
  newServer,
}) => {
  const server = await newServer();
  await server.start();
  const other = await newServer();
  await other.start();
  problems.know(server.url);
  problems.expect(REFUSED_CONNECTIONS);
  const loads = countLoads(page);
  await signIn(page, server);
  const range = row(page, "069 90009-6xx");
  await expect(range).toContainText("frei");
  const sign = page.getByText("Verbinde neu …");
  await expect(sign).toBeHidden();

  await server.kill();
  await expect(sign).toBeVisible();
  await expect(range, "what was read stays in sight").toContainText("frei");

  // Something happens while this page hears nothing: another server works on the same data.
  const api = await Api.as("administrator", other.url);
  await api.split("069 90009-6xx");
  await api.dispose();
  await other.kill();
  await expect(range).toContainText("frei");

  await server.start();
  await expect(range).toContainText("gesplittet", { timeout: COMES_BACK_MS });
  await expect(sign).toBeHidden();
  await open(page, "069 90009-6xx");
  for (const part of tenBelow("069 90009-6xx")) {
    await expect(row(page, part)).toContainText("frei");
  }

  // And it is told again what happens from now on.
  const again = await Api.as("administrator", server.url);
  await again.split("069 90009-7xx");
  await again.dispose();
  await expect(row(page, "069 90009-7xx")).toContainText("gesplittet");
  expect(loads()).toBe(1);
});

test("an order that nobody has carried out yet is shown as waiting, and done after a restart", async ({
  page,
  problems,
  newServer,
}) => {
  const server = await newServer();
  await server.start({ DIALTREE_WORKER: "false" });
  problems.know(server.url);
  problems.expect(REFUSED_CONNECTIONS);
  const loads = countLoads(page);
  await signIn(page, server);
  const range = row(page, "069 90009-6xx");
  await expect(range).toContainText("frei");

  await split(page, "069 90009-6xx");
  await expect(range).toContainText("wird gesplittet");
  const order = range.getByRole("link", { name: /^A-\d{6}$/ });
  await expect(order).toBeVisible();
  const again = splitButton(page, "069 90009-6xx");
  await expect(again).toBeDisabled();
  await expect(again).toHaveAccessibleDescription(/gehört zum offenen Auftrag A-\d{6}/);

  await server.kill();
  await server.start();
  const [first = ""] = tenBelow("069 90009-6xx");
  await expect(row(page, first)).toContainText("frei", { timeout: COMES_BACK_MS });
  for (const part of tenBelow("069 90009-6xx")) {
    await expect(row(page, part)).toContainText("frei");
  }
  await expect(toast(page, shown("069 90009-6xx", ["", " wurde gesplittet"]))).toBeVisible();
  expect(loads()).toBe(1);
});
