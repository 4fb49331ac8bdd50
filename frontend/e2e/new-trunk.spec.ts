import type { Locator, Page } from "@playwright/test";
import { dayFromNow, typeDate } from "./support/days.ts";
import { shown } from "./support/inventory.ts";
import { ElementList } from "./support/numbers.ts";
import { expect, test } from "./support/test.ts";

/** The page that creates a SIP trunk. */
class Wizard {
  readonly free: ElementList;
  readonly chosen: Locator;
  readonly next: Locator;
  readonly submit: Locator;

  constructor(readonly page: Page) {
    this.free = new ElementList(page, "Freie Rufnummern");
    this.chosen = page.getByRole("region", { name: "Gewählte Rufnummern" });
    this.next = page.getByRole("button", { name: "Weiter" });
    this.submit = page.getByRole("button", { name: "SIP-Trunk beauftragen" });
  }

  field(name: string): Locator {
    return this.page.getByRole("textbox", { name, exact: true });
  }

  heading(title: string): Locator {
    return this.page.getByRole("heading", { level: 2, name: new RegExp(`^${title}`) });
  }

  step(name: string): Locator {
    return this.page.getByRole("navigation", { name: "Schritte" }).getByRole("link", { name });
  }

  /** How many elements of all, or of one block, the trunk will have. */
  get elements(): Locator {
    return this.page.getByRole("meter", { name: "Rufnummernelemente von höchstens" });
  }
  ofBlock(block: string): Locator {
    return this.page.getByRole("meter", { name: `Elemente von ${block} von höchstens` });
  }

  /** A part of the summary. */
  part(title: string): Locator {
    return this.page.getByRole("region", { name: title, exact: true });
  }

  /** What opens once it is ordered; reads the reference of the order. */
  async ordered(): Promise<{ order: Locator; reference: string }> {
    const order = this.page.getByRole("dialog");
    const title = order.getByRole("heading", { name: /^A-\d{6}$/ });
    await expect(title).toBeVisible();
    return { order, reference: (await title.textContent()) ?? "" };
  }
}

/** Moves the focus with the keyboard until it is there, as somebody without a mouse does. */
async function tabTo(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const hasFocus = () => target.evaluate((element) => element.contains(document.activeElement));
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 60 && !(await hasFocus()); presses++) {
    await target.page().keyboard.press(key);
  }
  expect(await hasFocus(), `the keyboard reaches ${target}`).toBe(true);
}

test("a trunk is put together for a later day, survives a reload, and is planned (T1, T2)", async ({
  page,
  borrow,
}) => {
  const range = "089 99998-2xx";
  const name = "Unterföhring Empfang";
  const day = dayFromNow(12);
  await borrow(range);
  await page.goto("/");
  await page.getByRole("link", { name: "SIP-Trunk anlegen" }).click();
  const wizard = new Wizard(page);
  await expect(page).toHaveTitle("SIP-Trunk anlegen · dialtree");
  await expect(wizard.next).toBeDisabled();
  await expect(wizard.next).toHaveAccessibleDescription("Zuerst zu klären: Name, Ansprechpartner");

  await wizard.field("Name").fill(name);
  await wizard.field("Ansprechpartner").fill("Sepp Obermaier");
  await wizard.field("E-Mail").fill("sepp.obermaier");
  await wizard.field("Telefon").focus();
  await expect(wizard.field("E-Mail")).toHaveAccessibleDescription(/ist hier nicht lesbar/);
  await wizard.field("E-Mail").fill("sepp.obermaier@demo.example");
  await expect(wizard.field("E-Mail")).not.toHaveAttribute("aria-invalid", "true");
  await wizard.next.click();

  await expect(wizard.heading("Profil und Parallele Gespräche")).toBeFocused();
  await page.getByText("Media Bypass (SIPconnect 1.1)").click();
  await wizard.field("Alle Gespräche").fill("20");
  await wizard.field("Eingehende Gespräche").fill("30");
  await wizard.field("Ausgehende Gespräche").focus();
  await expect(wizard.field("Eingehende Gespräche")).toHaveAccessibleDescription(
    /30 ist mehr als die Grenze/,
  );
  await wizard.field("Eingehende Gespräche").fill("10");
  await expect(wizard.next).toBeEnabled();
  await wizard.next.click();

  await wizard.free.search("089 99998-2");
  await wizard.free.mark(range);
  await wizard.free.move(1).click();
  await expect(wizard.elements).toHaveAttribute("aria-valuetext", "1/60");
  await expect(wizard.ofBlock("089 99998-0xx…4xx")).toHaveAttribute("aria-valuetext", "1/10");
  await expect(page).toHaveURL(/step=numbers&number=/);

  await page.reload();
  await expect(wizard.heading("Rufnummern")).toBeVisible();
  await expect(wizard.chosen.getByText(range)).toBeVisible();
  await expect(wizard.free.region.getByRole("searchbox", { name: "Rufnummer" })).toHaveValue(
    "089 99998-2",
  );
  await wizard.step("Name und Kontakt").click();
  await expect(wizard.field("Name")).toHaveValue(name);
  await page.goBack();
  await wizard.next.click();

  await expect(page.getByText(/ist der SIP-Trunk zunächst geplant/)).toBeVisible();
  await typeDate(page.getByRole("group", { name: /^Ausführungsdatum/ }), day);
  await wizard.next.click();

  await expect(wizard.heading("Prüfen")).toBeFocused();
  await expect(wizard.part("Name und Kontakt")).toContainText("sepp.obermaier@demo.example");
  await expect(wizard.part("Profil und Parallele Gespräche")).toContainText("Media Bypass");
  await expect(wizard.part("Rufnummern")).toContainText(shown(range));
  await expect(wizard.part("Ausführungsdatum")).toContainText(day.german);
  await wizard.submit.click();

  const { order } = await wizard.ordered();
  await expect(order).toContainText(`Geplant für ${day.german}`);
  await expect(order).toContainText(name);

  // Ordered is no draft any more.
  await page.goto("/trunks/new");
  await expect(wizard.field("Name")).toHaveValue("");
  await expect(page.getByRole("button", { name: "Entwurf verwerfen" })).toBeDisabled();
  await page.goto("/");
  await expect(page.getByRole("listitem").filter({ hasText: name })).toContainText(day.german);
});

test("a name that is taken is refused at the name, and stands in the check (T1)", async ({
  page,
}) => {
  await page.goto("/trunks/new");
  const wizard = new Wizard(page);
  const refusal = page.getByText(/bereits einen SIP-Trunk namens „berlin zentrale“/);
  await wizard.field("Ansprechpartner").fill("Anna Brandt");
  await wizard.field("Name").fill("berlin zentrale");
  await wizard.field("Ansprechpartner").focus();
  await expect(wizard.field("Name")).toHaveAttribute("aria-invalid", "true");
  await expect(wizard.field("Name")).toHaveAccessibleDescription(/bereits einen SIP-Trunk namens/);
  await expect(refusal).toHaveCount(1);
  await expect(wizard.next).toBeDisabled();
  await expect(wizard.next).toHaveAccessibleDescription("Zuerst zu klären: Name");

  await wizard.field("Name").fill("Berlin Anbau");
  await expect(refusal).toBeHidden();
  for (const title of ["Profil", "Rufnummern", "Ausführungsdatum", "Prüfen"]) {
    await expect(wizard.next).toBeEnabled();
    await wizard.next.click();
    await expect(wizard.heading(title)).toBeVisible();
  }
  await wizard
    .part("Name und Kontakt")
    .getByRole("link", { name: /^Ändern/ })
    .click();
  await wizard.field("Name").fill("berlin zentrale");
  await expect(refusal).toBeVisible();
  await wizard.step("Prüfen").click();
  await expect(refusal).toHaveCount(1);
  await wizard.submit.click();
  await expect(page.getByRole("alert").filter({ has: refusal })).toBeVisible();
  await expect(refusal).toHaveCount(1);
  await expect(wizard.part("Name und Kontakt")).toContainText("Anna Brandt");

  await page.getByRole("button", { name: "Entwurf verwerfen" }).click();
  const question = page.getByRole("alertdialog", { name: "Entwurf verwerfen?" });
  await question.getByRole("button", { name: "Entwurf verwerfen" }).click();
  await expect(wizard.heading("Name und Kontakt")).toBeVisible();
  await expect(wizard.field("Ansprechpartner")).toHaveValue("");
});

test("the keyboard alone is enough to order a trunk", async ({ page, borrow }) => {
  const range = "0221 4710-6xx";
  const name = "Köln Lager";
  const day = dayFromNow(15);
  await borrow(range);
  await page.goto("/");
  const wizard = new Wizard(page);
  const { keyboard } = page;
  await page.getByRole("link", { name: "SIP-Trunk anlegen" }).focus();
  await keyboard.press("Enter");

  await tabTo(wizard.field("Name"));
  await keyboard.type(name);
  await tabTo(wizard.field("Ansprechpartner"));
  await keyboard.type("Tarik Aydin");
  await expect(wizard.next).toBeEnabled();
  await keyboard.press("Enter");

  await expect(wizard.heading("Profil")).toBeFocused();
  await tabTo(page.getByRole("radio", { name: /^Standard/ }));
  await keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: /^Media Bypass/ })).toBeChecked();
  await tabTo(wizard.field("Alle Gespräche"));
  await keyboard.type("5");
  await keyboard.press("Enter");

  await expect(wizard.heading("Rufnummern")).toBeFocused();
  await tabTo(wizard.free.region.getByRole("searchbox", { name: "Rufnummer" }));
  await keyboard.type("0221 4710-6");
  await keyboard.press("Enter");
  await expect(page).toHaveURL(/number=0221/);
  await expect(wizard.free.row(range)).toBeVisible();
  await tabTo(wizard.free.region.getByRole("grid"));
  await keyboard.press("Space");
  await expect(wizard.free.row(range)).toHaveAttribute("aria-selected", "true");
  await tabTo(wizard.free.move(1), "Shift+Tab");
  await keyboard.press("Enter");
  await expect(wizard.chosen.getByText(range)).toBeVisible();
  await tabTo(wizard.next);
  await keyboard.press("Enter");

  await expect(wizard.heading("Ausführungsdatum")).toBeFocused();
  await tabTo(page.getByRole("spinbutton", { name: /^Tag/ }));
  await keyboard.type(day.german.replaceAll(".", ""));
  await tabTo(wizard.next);
  await keyboard.press("Enter");

  await expect(wizard.heading("Prüfen")).toBeFocused();
  await tabTo(wizard.submit);
  await keyboard.press("Enter");
  const { order } = await wizard.ordered();
  await expect(order).toContainText(`Geplant für ${day.german}`);
  await expect(order).toContainText(name);

  // Cancelled as people do: its numbers are free again.
  await order.getByRole("button", { name: "Stornieren" }).click();
  const question = page.getByRole("alertdialog", { name: /^Auftrag A-\d{6} stornieren\?$/ });
  await question.getByRole("button", { name: "Stornieren" }).click();
  await expect(order).toContainText("Storniert");
});

test.describe("a viewer", () => {
  test.use({ as: "viewer" });

  test("cannot create a trunk, and reads why (H5)", async ({ page }) => {
    const reason = "Only administrators change anything. Ask an administrator of your company.";
    await page.goto("/");
    const create = page.getByRole("button", { name: "New SIP trunk" });
    await expect(create).toBeDisabled();
    await expect(create).toHaveAccessibleDescription(reason);
    await page.goto("/trunks/new");
    await expect(page.getByText(reason)).toBeVisible();
    await expect(page.getByRole("textbox")).toHaveCount(0);
  });
});
