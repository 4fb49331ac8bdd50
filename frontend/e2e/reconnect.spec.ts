import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "./support/api.ts";
import { freePort, Server } from "./support/dialtree.ts";
import { environment, people } from "./support/environment.ts";
import { countLoads, row, tenBelow } from "./support/inventory.ts";
import { expect, test as base } from "./support/test.ts";

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

test("after a crash of the server the page catches up by itself", async ({
  context,
  problems,
  newServer,
}) => {
  const server = await newServer();
  await server.start("--demo");
  problems.watch(context, server.url);
  problems.expect(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
  const page = await context.newPage();
  const loads = countLoads(page);
  await page.goto(`${server.url}/login?return=${encodeURIComponent("/?number=069&open=496990009")}`);
  await page.getByRole("textbox", { name: "E-Mail" }).fill(people.administrator);
  await page.getByLabel("Passwort").fill(environment.password);
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expect(row(page, "069 90009-6xx")).toContainText("frei");
  const sign = page.getByText("Verbinde neu …");
  await expect(sign).toBeHidden();

  await server.kill();
  await expect(sign).toBeVisible();
  await expect(row(page, "069 90009-6xx"), "what was read stays in sight").toContainText("frei");

  // Something happens while this page hears nothing: another server works on the same data.
  const other = await newServer();
  await other.start();
  const api = await Api.as("administrator", other.url);
  await api.split("069 90009-6xx");
  await api.dispose();
  await other.kill();
  await expect(row(page, "069 90009-6xx")).toContainText("frei");

  await server.start();
  await expect(row(page, "069 90009-6xx")).toContainText("gesplittet");
  await expect(sign).toBeHidden();
  await row(page, "069 90009-6xx").getByRole("button", { name: /^Erweitern/ }).click();
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
