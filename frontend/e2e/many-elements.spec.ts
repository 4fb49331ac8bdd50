import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dialtree, freePort, Server } from "./support/dialtree.ts";
import { environment } from "./support/environment.ts";
import { expect, test } from "./support/test.ts";

const EMAIL = "anna@large.example";
const COMPANY = ["--customer", "Großkunde AG"];
const COLUMNS =
  "contract;street;postcode;town;status;start_date;area_code;stem;extension_digits;first_digits";

test.use({ as: null });

/** 030 23125000 to 030 23125999, each a number element. */
function thousandNumbers(): string {
  const rows = Array.from({ length: 1000 }, (_, index) => {
    const number = String(index).padStart(3, "0");
    return `SV-1;Allee 1;10623;Berlin;ACTIVE;;030;23125${number};0;`;
  });
  return [COLUMNS, ...rows].join("\n");
}

test("a thousand free elements scroll without a halt, and all that are found are marked", async ({
  page,
  problems,
}) => {
  const dataDir = await mkdtemp(join(tmpdir(), "dialtree-many-"));
  const server = new Server(dataDir, await freePort());
  try {
    const role = ["--role", "ADMINISTRATOR", "--language", "DE"];
    const input = `${environment.password}\n`;
    await dialtree(["user", "create", EMAIL, ...COMPANY, ...role], { dataDir, input });
    await dialtree(["cloud-pbx", "create", "Zentrale", ...COMPANY], { dataDir });
    const file = join(dataDir, "numbers.csv");
    await writeFile(file, thousandNumbers());
    await dialtree(["import", "contracts", file], { dataDir });
    await server.start();
    problems.know(server.url);

    await page.goto(`${server.url}/login`);
    await page.getByRole("textbox", { name: "E-Mail" }).fill(EMAIL);
    await page.getByLabel("Passwort").fill(environment.password);
    await page.getByRole("button", { name: "Anmelden" }).click();
    await page.getByRole("link", { name: "Rufnummern bearbeiten: Zentrale" }).click();
    const free = page.getByRole("region", { name: "Freie Rufnummern" });
    const list = free.getByRole("grid");
    await expect(free.getByRole("heading")).toContainText("1.000");

    // Page after page is read while scrolling; only what is in sight stands in the page.
    await list.getByRole("row").first().click();
    await expect(async () => {
      await page.keyboard.press("End");
      await expect(list.getByRole("row", { name: "030 23125999" })).toBeVisible({ timeout: 500 });
    }).toPass();
    expect(await list.getByRole("row").count()).toBeLessThan(60);

    await free.getByRole("searchbox", { name: "Rufnummer" }).fill("030 231257");
    await page.keyboard.press("Enter");
    await free.getByText("Alle 100 markieren").click();
    await free.getByRole("button", { name: "Hinzufügen (100)" }).click();
    await page.getByRole("button", { name: "Speichern" }).click();
    await expect(page.getByRole("dialog")).toContainText("+100 Rufnummernelemente: Zentrale");
    await expect(page.getByRole("dialog")).toContainText("Ausgeführt");
  } finally {
    await server.kill();
    await rm(dataDir, { recursive: true, force: true });
  }
});
