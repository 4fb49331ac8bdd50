import { defineConfig } from "@playwright/test";

// Needs a running dialtree with demo data of its own: scripts/e2e.py starts one (`make e2e`).
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  forbidOnly: Boolean(process.env.CI),
  // One after the other: whoever changes something is seen live by everybody of the company.
  workers: 1,
  timeout: 60_000,
  // Generous, for slow machines; nothing waits longer than what it waits for.
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.E2E_BASE_URL ?? "http://localhost:8000",
    locale: "de-DE",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 1000 },
    actionTimeout: 15_000,
    screenshot: "only-on-failure",
    // Without its film, which costs as much as the tests themselves.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: true, sources: true },
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
