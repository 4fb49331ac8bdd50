import type { BrowserContext, Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

// What a page asks for against its Content-Security-Policy is an error in the console, so every
// test of this folder would fail by it; here it is counted, also where nothing is printed.

type Violation = { directive: string; blocked: string };

async function watchPolicy(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const seen: Violation[] = [];
    Object.assign(window, { violations: seen });
    document.addEventListener("securitypolicyviolation", (event) =>
      seen.push({ directive: event.effectiveDirective, blocked: event.blockedURI }),
    );
  });
}

function violations(page: Page): Promise<Violation[]> {
  return page.evaluate(() => (window as unknown as { violations: Violation[] }).violations);
}

const PAGES = [
  ["/", "Bestand"],
  ["/planned-trunks", "Geplante SIP-Trunks"],
  ["/orders", "Aufträge"],
  ["/trunks/new", "SIP-Trunk anlegen"],
  ["/settings", "Einstellungen"],
  ["/explorer", "Explorer"],
] as const;

test("every page keeps to its policy", async ({ page, context }) => {
  await watchPolicy(context);
  for (const [path, heading] of PAGES) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(heading);
    expect(await violations(page), path).toEqual([]);
  }
  await expect(page.getByRole("region", { name: "Operation Editor" })).toContainText("query");
  await page.getByRole("button", { name: /^Execute query/ }).click();
  await expect(page.getByRole("region", { name: "Result Window" })).toContainText("Anna Brandt");
  expect(await violations(page)).toEqual([]);
});

test("nothing foreign runs, shows or is told", async ({ page, context, problems }) => {
  problems.expect(/Content Security Policy/, /request failed|another host/);
  await watchPolicy(context);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Bestand" })).toBeVisible();
  const outcome = await page.evaluate(async () => {
    const style = document.createElement("style");
    style.textContent = "body { display: none }";
    const image = document.createElement("img");
    image.src = "https://elsewhere.example/pixel.png";
    document.head.append(style);
    document.body.append(image);
    const handler = document.createElement("div");
    handler.innerHTML = '<p style="color: red" onclick="alert(1)"></p>';
    const told = await fetch("https://elsewhere.example/").then(
      () => "told",
      () => "refused",
    );
    return { told, shown: getComputedStyle(document.body).display };
  });
  expect(outcome).toEqual({ told: "refused", shown: "block" });
  expect((await violations(page)).map(({ directive }) => directive).sort()).toEqual([
    "connect-src",
    "img-src",
    "script-src-attr",
    "style-src-attr",
    "style-src-elem",
  ]);
});
