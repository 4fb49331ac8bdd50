import { createPerson } from "./support/dialtree.ts";
import {
  countLoads,
  FRANKFURT_OPEN,
  merge,
  open,
  row,
  shown,
  split,
  tenBelow,
  toast,
  tree,
} from "./support/inventory.ts";
import { expect, test } from "./support/test.ts";

const RANGE = "069 90009-5xx";

test("a split in one browser appears in a colleague's by itself", async ({
  page,
  openBrowser,
  borrow,
}) => {
  await borrow(RANGE);
  const colleague = await openBrowser("viewer");
  const loads = countLoads(colleague);
  await Promise.all([page.goto(FRANKFURT_OPEN), colleague.goto(FRANKFURT_OPEN)]);
  await expect(row(colleague, RANGE)).toContainText("free");
  await expect(row(page, RANGE)).toContainText("frei");

  await split(page, RANGE);
  // Who split it wants to see the parts; a colleague's view stays as it is.
  for (const part of tenBelow(RANGE)) await expect(row(page, part)).toContainText("frei");
  await expect(toast(colleague, shown(RANGE, ["Range ", " has been split"]))).toBeVisible();
  await expect(row(colleague, RANGE)).toContainText("split");
  await expect(row(colleague, RANGE)).toHaveAttribute("aria-expanded", "false");
  await open(colleague, RANGE);
  for (const part of tenBelow(RANGE)) await expect(row(colleague, part)).toContainText("free");

  await merge(page, RANGE);
  await expect(toast(colleague, shown(RANGE, ["Range ", " has been merged"]))).toBeVisible();
  for (const part of tenBelow(RANGE)) await expect(row(colleague, part)).toBeHidden();
  await expect(row(colleague, RANGE)).toContainText("free");
  expect(loads()).toBe(1);
});

test("a number assigned elsewhere leaves the free ones and joins its trunk by itself", async ({
  page,
  api,
  borrow,
}) => {
  const single = "040 66969910";
  await borrow(single);
  const loads = countLoads(page);
  await page.goto("/?number=040%2066969910");
  await expect(row(page, single)).toContainText("frei");
  const trunk = page.getByRole("listitem").filter({ hasText: "Frankfurt" });
  await expect(trunk.getByRole("meter")).toHaveAttribute("aria-valuetext", "3/60");
  await trunk.getByRole("button", { name: "Frankfurt" }).click();
  await expect(trunk.getByText("069 90009-30x")).toBeVisible();

  await api.change("Frankfurt", { add: [single] });
  await expect(row(page, single)).toBeHidden();
  await expect(trunk.getByRole("meter").first()).toHaveAttribute("aria-valuetext", "4/60");
  await expect(trunk.getByText(single)).toBeVisible();
  await expect(toast(page, /Rufnummern von Frankfurt/)).toBeVisible();

  await api.change("Frankfurt", { remove: [single] });
  await expect(row(page, single)).toContainText("frei");
  await expect(trunk.getByText(single)).toBeHidden();
  await expect(trunk.getByRole("meter").first()).toHaveAttribute("aria-valuetext", "3/60");
  expect(loads()).toBe(1);
});

test("another customer sees none of it", async ({ page, openBrowser, borrow, api }) => {
  await borrow(RANGE);
  const email = `other-${Date.now()}@other.example`;
  await createPerson({ email, customer: `Other Company ${Date.now()}`, language: "EN" });
  const stranger = await openBrowser({ email });
  const told: string[] = [];
  const events = () => told.filter((text) => text.includes('"next"'));
  stranger.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => told.push(String(payload))),
  );
  await stranger.goto("/");
  await expect(stranger.getByText("No site contracts yet")).toBeVisible();
  await expect(tree(stranger)).toBeHidden();
  // The first event of each connection says only that everything is to be read.
  await expect.poll(() => events().length).toBe(1);

  await page.goto(FRANKFURT_OPEN);
  await split(page, RANGE);
  await expect(toast(page, shown(RANGE, ["", " wurde gesplittet"]))).toBeVisible();
  const { id } = await api.range(RANGE);
  await stranger.getByRole("link", { name: "Orders" }).click();
  await expect(stranger.getByText("No orders yet")).toBeVisible();
  expect(events()).toHaveLength(1);
  await stranger.goto(`/?split=${id}`);
  await expect(stranger.getByRole("dialog")).toContainText("This range has changed meanwhile");
  expect(told.join("\n")).not.toContain("90009");
  await expect(toast(stranger, /./)).toBeHidden();
});
