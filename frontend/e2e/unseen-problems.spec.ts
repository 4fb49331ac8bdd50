import { expect, test } from "./support/test.ts";

// Every test fails on what its `problems` have seen and it did not expect.

// The policy of the page would stop a request to another host before it is one.
test.use({ bypassCSP: true });

test("what goes wrong unseen is noticed", async ({ page, problems }) => {
  await page.route("http://elsewhere.example/", (route) =>
    route.fulfill({ body: "", headers: { "access-control-allow-origin": "*" } }),
  );
  await page.route("**/provoked", (route) => route.fulfill({ status: 500, body: "" }));
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Bestand" })).toBeVisible();
  expect(problems.unexpected).toEqual([]);

  await page.evaluate("console.error('provoked by the console')");
  await page.evaluate("setTimeout(() => { throw new Error('provoked by an exception') })");
  await page.evaluate("fetch('http://elsewhere.example/')");
  await page.evaluate("fetch('/provoked')");
  const noticed = [
    /^console error: provoked by the console$/,
    /^uncaught: Error: provoked by an exception/,
    /^request to another host: http:\/\/elsewhere\.example\/$/,
    /^answered 500: http:\/\/localhost:\d+\/provoked$/,
    /^console error: Failed to load resource: .* 500/,
  ];
  await expect.poll(() => problems.unexpected.length).toBe(noticed.length);
  for (const problem of noticed) {
    expect(problems.unexpected).toContainEqual(expect.stringMatching(problem));
  }

  problems.expect(...noticed);
  expect(problems.unexpected).toEqual([]);
});
