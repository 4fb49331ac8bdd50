import { dayFromNow, typeDate } from "./support/days.ts";
import { row, shown, splitButton, toast } from "./support/inventory.ts";
import { NumbersPage } from "./support/numbers.ts";
import { expect, test } from "./support/test.ts";

const MUNICH = "089 99998-0xx…4xx";
const MUNICH_PARTS = ["089 99998-12x", "089 99998-13x", "089 99998-14x", "089 99998-15x"];

test("several are marked with Shift and by keyboard, and go to a trunk in one order (H1)", async ({
  page,
  borrow,
}) => {
  await borrow(...MUNICH_PARTS);
  await page.goto("/");
  const numbers = await NumbersPage.open(page, "Hamburg Hafen");
  await expect(numbers.elements).toHaveAttribute("aria-valuetext", "4/60");
  await expect(numbers.save).toBeDisabled();
  await expect(numbers.save).toHaveAccessibleDescription("Es gibt noch nichts zu speichern.");

  await numbers.free.search("089 99998-1");
  await numbers.free.row("089 99998-12x").click();
  await numbers.free.row("089 99998-14x").click({ modifiers: ["Shift"] });
  await expect(numbers.free.region.getByText("3 markiert")).toBeVisible();
  await page.keyboard.press("Shift+ArrowDown");
  await expect(numbers.free.row("089 99998-15x")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await expect(numbers.free.row("089 99998-16x")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Space");
  await expect(numbers.free.row("089 99998-16x")).toHaveAttribute("aria-selected", "false");

  await numbers.free.move(4).click();
  for (const part of MUNICH_PARTS) await expect(numbers.change.getByText(part)).toBeVisible();
  await expect(numbers.elements).toHaveAttribute("aria-valuetext", "8/60");
  await expect(numbers.ofBlock(MUNICH)).toHaveAttribute("aria-valuetext", "4/10");
  await expect(page.getByText("+4 Rufnummernelemente, sofort")).toBeVisible();

  await numbers.change.getByRole("button", { name: "089 99998-15x zurücknehmen" }).click();
  await expect(numbers.elements).toHaveAttribute("aria-valuetext", "7/60");
  await expect(numbers.ofBlock(MUNICH)).toHaveAttribute("aria-valuetext", "3/10");

  await numbers.order();
  const order = page.getByRole("dialog");
  await expect(order).toContainText("Ausgeführt");
  await expect(
    order.getByRole("heading", { name: "+3 Rufnummernelemente: Hamburg Hafen" }),
  ).toBeVisible();
  await order.getByRole("link", { name: "Hamburg Hafen" }).click();
  await page.getByRole("link", { name: "Rufnummern bearbeiten" }).click();
  for (const part of MUNICH_PARTS.slice(0, 3)) await expect(numbers.held.row(part)).toBeVisible();
  await expect(numbers.free.row("089 99998-15x")).toBeHidden();
  await expect(numbers.change.getByRole("listitem")).toHaveCount(0);
});

test("all that a search finds are marked at once", async ({ page }) => {
  await page.goto("/");
  const numbers = await NumbersPage.open(page, "Hamburg Hafen");
  await numbers.free.search("040 66969-04");
  await numbers.free.region.getByText("Alle 10 markieren").click();
  await expect(numbers.free.region.getByText("10 markiert")).toBeVisible();
  await numbers.free.move(10).click();
  await expect(numbers.elements).toHaveAttribute("aria-valuetext", "14/60");
  await numbers.change.getByRole("button", { name: "Alles zurücknehmen" }).click();
  await expect(numbers.elements).toHaveAttribute("aria-valuetext", "4/60");
});

test("a planned change reserves its numbers, visibly, until its day (H3, H4)", async ({
  page,
  borrow,
}) => {
  const range = "040 66969-4xx";
  const day = dayFromNow(10);
  await borrow(range);
  await page.goto("/");
  const numbers = await NumbersPage.open(page, "Hamburg Hafen");
  await numbers.free.search("040 66969-4");
  await numbers.free.mark(range);
  await numbers.free.move(1).click();
  await typeDate(page.getByRole("group", { name: /^Ausführungsdatum/ }), day);
  await expect(page.getByText(`+1 Rufnummernelemente, ${day.german}`)).toBeVisible();
  const reference = await numbers.order();
  await expect(page.getByRole("dialog")).toContainText(`Geplant für ${day.german}`);

  await page.goto("/?number=040%2066969-4&open=494066969000");
  await expect(row(page, range)).toContainText(`reserviert für ${day.german}`);
  await expect(row(page, range).getByRole("link", { name: reference })).toBeVisible();
  await expect(splitButton(page, range)).toBeDisabled();
  await expect(splitButton(page, range)).toHaveAccessibleDescription(new RegExp(reference));

  // For another holder it is in sight, and cannot be marked.
  const other = await NumbersPage.open(page, "Cloud PBX Köln");
  await other.free.search("040 66969-4");
  await expect(other.free.row(range)).toContainText(reference);
  await other.free.row(range).getByText(range).click();
  await expect(other.free.row(range)).not.toHaveAttribute("aria-selected", "true");
  await expect(other.free.region.getByRole("button", { name: "Hinzufügen" })).toBeDisabled();

  await row(page, range).or(other.free.row(range)).getByRole("link", { name: reference }).click();
  await expect(page.getByRole("dialog", { name: reference })).toContainText(day.german);
});

test("a Cloud PBX and a UCC connection change at once: there is no date (H3)", async ({ page }) => {
  await page.goto("/");
  for (const holder of ["Cloud PBX Köln", "Zoom Vertrieb"]) {
    const numbers = await NumbersPage.open(page, holder);
    await expect(numbers.free.row("0221 4710-1xx")).toBeVisible();
    await expect(page.getByRole("group", { name: /^Ausführungsdatum/ })).toHaveCount(0);
    await expect(numbers.elements).toHaveCount(0);
    await page.getByRole("main").getByRole("link", { name: "Bestand" }).click();
  }
});

test("an eleventh range of one block is refused in one place, and nothing is lost (H2)", async ({
  page,
}) => {
  await page.goto("/");
  const numbers = await NumbersPage.open(page, "Hamburg Hafen");
  await numbers.free.search("030 23125-1");
  const first = numbers.free.row("030 23125-122");
  await first.click();
  await numbers.free.row("030 23125-129").click({ modifiers: ["Shift"] });
  await numbers.free.move(8).click();
  await numbers.free.mark("030 23125-13x", "030 23125-14x");
  await numbers.free.move(2).click();
  await expect(numbers.ofBlock("030 23125-0xx…5xx")).toHaveAttribute("aria-valuetext", "10/10");
  const refusal = page.getByText(
    /Hamburg Hafen hätte am [\d.]+ 11 Durchwahlbereiche.*höchstens 10/,
  );
  await expect(refusal).toHaveCount(0);

  await numbers.free.mark("030 23125-15x");
  await numbers.free.move(1).click();
  await expect(numbers.ofBlock("030 23125-0xx…5xx")).toHaveAttribute("aria-valuetext", "11/10");
  await expect(refusal).toBeVisible();
  await numbers.save.click();
  await expect(page.getByRole("alert").filter({ has: refusal })).toBeVisible();
  await expect(refusal).toHaveCount(1);
  await expect(toast(page, /./)).toHaveCount(0);
  await expect(numbers.change.getByRole("listitem")).toHaveCount(11);

  await numbers.change.getByRole("button", { name: "030 23125-15x zurücknehmen" }).click();
  await expect(refusal).toBeHidden();
  await expect(numbers.change.getByRole("listitem")).toHaveCount(10);
});

test("Unify X takes no split range yet, and says so (S6)", async ({ page }) => {
  await page.goto("/");
  const numbers = await NumbersPage.open(page, "Unify Service");
  await numbers.free.search("040 66969-05");
  await numbers.free.mark("040 66969-05x");
  await numbers.free.move(1).click();
  const refusal = page.getByText(/Unify X .* gesplittete Durchwahlbereiche erst künftig/);
  await expect(refusal).toBeVisible();
  await numbers.save.click();
  await expect(page.getByRole("alert").filter({ has: refusal })).toBeVisible();
  await expect(refusal).toHaveCount(1);
  await expect(numbers.change.getByText("040 66969-05x")).toBeVisible();
});

test("a change that is not saved survives a reload and is not lost by leaving", async ({
  page,
}) => {
  const asked: string[] = [];
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.accept();
  });
  await page.goto("/");
  const numbers = await NumbersPage.open(page, "Berlin Zentrale");
  await numbers.free.search("030 23125-1");
  await numbers.free.mark("030 23125-16x");
  await numbers.free.move(1).click();
  await numbers.held.mark("030 23125-11x");
  await numbers.held.move(1).click();
  await expect(page.getByText("+1 −1 Rufnummernelemente, sofort")).toBeVisible();

  await page.reload();
  expect(asked).toEqual(["beforeunload"]);
  await expect(page.getByText("+1 −1 Rufnummernelemente, sofort")).toBeVisible();
  await expect(numbers.change.getByText("030 23125-16x")).toBeVisible();
  await expect(numbers.free.region.getByRole("searchbox", { name: "Rufnummer" })).toHaveValue(
    "030 23125-1",
  );

  const question = page.getByRole("dialog", { name: "Änderung verwerfen?" });
  await page.getByRole("navigation").getByRole("link", { name: "Aufträge" }).click();
  await question.getByRole("button", { name: "Weiter bearbeiten" }).click();
  await expect(question).toBeHidden();
  await expect(numbers.change.getByText("030 23125-16x")).toBeVisible();

  await page.getByRole("navigation").getByRole("link", { name: "Aufträge" }).click();
  await question.getByRole("button", { name: "Verwerfen und gehen" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Aufträge" })).toBeVisible();
  await page.goBack();
  await expect(page.getByText("Noch nichts geändert")).toBeVisible();
  await expect(question).toBeHidden();
});

test("a message that arrives covers no button", async ({ page, api, borrow }) => {
  const range = "0221 4710-5xx";
  await borrow(range);
  await page.goto("/");
  const numbers = await NumbersPage.open(page, "Hamburg Hafen");
  await numbers.free.search("0221 4710-4");
  await numbers.free.mark("0221 4710-4xx");
  await numbers.free.move(1).click();
  await api.split(range);
  await expect(toast(page, shown(range, ["", " wurde gesplittet"]))).toBeVisible();
  // Not pressed, only whether a click would get through at once.
  await numbers.save.click({ trial: true, timeout: 3_000 });
  await expect(toast(page, shown(range, ["", " wurde gesplittet"]))).toBeVisible();
});

test("what a colleague takes meanwhile is said before saving", async ({ page, api, borrow }) => {
  const range = "0221 4710-5xx";
  await borrow(range);
  await page.goto("/");
  const numbers = await NumbersPage.open(page, "Hamburg Hafen");
  await numbers.free.search("0221 4710-5");
  await numbers.free.mark(range);
  await numbers.free.move(1).click();
  await expect(numbers.elements).toHaveAttribute("aria-valuetext", "5/60");

  await api.change("Cloud PBX Köln", { add: [range] });
  await expect(page.getByText(/0221 4710-5xx ist Cloud PBX Köln zugewiesen/)).toBeVisible();
  await expect(numbers.change.getByText(range)).toBeVisible();
  await api.change("Cloud PBX Köln", { remove: [range] });
  await expect(page.getByText(/0221 4710-5xx ist Cloud PBX Köln zugewiesen/)).toBeHidden();
});

test.describe("a viewer", () => {
  test.use({ as: "viewer" });

  test("can look at a holder's numbers and change nothing (H5)", async ({ page, api }) => {
    const reason = "Only administrators change anything. Ask an administrator of your company.";
    await page.goto("/");
    const edit = page.getByRole("button", { name: "Edit numbers of Frankfurt" });
    await expect(edit).toBeDisabled();
    await expect(edit).toHaveAccessibleDescription(reason);

    await page.goto(`/holders/${await api.holder("Frankfurt")}/numbers`);
    const held = page.getByRole("region", { name: "Numbers of Frankfurt", exact: true });
    await expect(held.getByRole("row", { name: "069 90009-30x" })).toBeVisible();
    for (const name of ["Add", "Remove", "Save"]) {
      const button = page.getByRole("button", { name, exact: true });
      await expect(button).toBeDisabled();
      await expect(button).toHaveAccessibleDescription(reason);
    }
  });
});
