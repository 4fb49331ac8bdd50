import { expect, type Locator, type Page } from "@playwright/test";
import { shown } from "./inventory.ts";

/** The page "Edit numbers" of one holder. */
export class NumbersPage {
  readonly free: ElementList;
  readonly held: ElementList;
  readonly change: Locator;
  readonly save: Locator;

  constructor(
    readonly page: Page,
    holder: string,
  ) {
    this.free = new ElementList(page, "Freie Rufnummern");
    this.held = new ElementList(page, `Rufnummern von ${holder}`);
    this.change = page.getByRole("region", { name: "Ihre Änderung" });
    this.save = page.getByRole("button", { name: "Speichern" });
  }

  /** Opened from the inventory, as people do. */
  static async open(page: Page, holder: string): Promise<NumbersPage> {
    await page.getByRole("link", { name: `Rufnummern bearbeiten: ${holder}` }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(holder);
    return new NumbersPage(page, holder);
  }

  /** The measure at the foot: elements of the holder, after the change if there is one. */
  get elements(): Locator {
    return this.page.getByRole("meter", { name: /^(Belegt|Danach belegt)( am [\d.]+)?$/ });
  }

  /** How many elements of this block the holder will have. */
  ofBlock(block: string): Locator {
    return this.page.getByRole("meter", { name: `Elemente von ${block} von höchstens` });
  }

  /** Orders the change and reads the reference of the order that opens. */
  async order(): Promise<string> {
    await this.save.click();
    const title = this.page.getByRole("dialog").getByRole("heading", { name: /^A-\d{6}$/ });
    await expect(title).toBeVisible();
    return (await title.textContent()) ?? "";
  }
}

export class ElementList {
  readonly region: Locator;

  constructor(page: Page, title: string) {
    this.region = page.getByRole("region", { name: title, exact: true });
  }

  async search(number: string): Promise<void> {
    const field = this.region.getByRole("searchbox", { name: "Rufnummer" });
    await field.fill(number);
    await field.press("Enter");
  }

  row(display: string): Locator {
    return this.region.getByRole("row", { name: shown(display, ["^", "$"]) });
  }

  async mark(...displays: string[]): Promise<void> {
    for (const display of displays) {
      await this.row(display).click();
      await expect(this.row(display)).toHaveAttribute("aria-selected", "true");
    }
  }

  /** The button under the list; it names how many are marked. */
  move(count: number): Locator {
    return this.region.getByRole("button", {
      name: new RegExp(`(Hinzufügen|Entfernen) \\(${count}\\)`),
    });
  }
}
