import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { renderPage } from "../../test/renderPage.tsx";
import type { Viewer } from "../accounts/documents.ts";
import { ViewerContext } from "../accounts/viewer.ts";
import ImportPage from "./ImportPage.tsx";

const REFUSAL = "This is set by customer service.";
const SERVICE = {
  customer: { id: "customer-1", name: "Nordlicht Werke GmbH" },
  serve: { allowed: true, refusal: null },
} as Viewer;

const REPORT = {
  __typename: "SiteContractsImported",
  contractCount: 1,
  blockCount: 1,
  singleNumberCount: 0,
  numberCount: 30,
  unchangedCount: 0,
  badRows: [],
};

function badRow(line: number) {
  return { field: "stem", line, code: "STEM_INVALID", message: `Wrong in ${line}.`, value: "x" };
}

function world(answer: (input: Record<string, unknown>) => object, viewer = SERVICE) {
  const fake = fakeSession({
    importSiteContracts: ({ input }: { input: Record<string, unknown> }) => answer(input),
  });
  renderPage(
    fake.session,
    "/import",
    <ViewerContext value={viewer}>
      <ImportPage />
    </ViewerContext>,
  );
  return fake;
}

async function paste(text: string) {
  await userEvent.click(await screen.findByRole("textbox", { name: "Or paste its content" }));
  await userEvent.paste(text);
  await userEvent.click(screen.getByRole("button", { name: "Check" }));
}

beforeAll(() => activateLanguage("en"));

describe("the import", () => {
  it("is tried before it is done", async () => {
    const fake = world(({ dryRun }) => ({ ...REPORT, dryRun }));
    await paste("contract;…");
    const checked = await screen.findByRole("region", { name: "Result of the check" });
    expect(within(checked).getByText("30")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(await screen.findByRole("region", { name: "Imported" })).toBeTruthy();
    expect(fake.requests.map(({ variables }) => variables)).toEqual([
      { input: { content: "contract;…", dryRun: true, skipBadRows: true } },
      { input: { content: "contract;…", dryRun: false, skipBadRows: true } },
    ]);
  });

  it("names every bad row, a hundred at a time", async () => {
    const badRows = Array.from({ length: 130 }, (_, place) => badRow(place + 2));
    world(({ dryRun }) => ({ ...REPORT, badRows, dryRun }));
    await paste("contract;…");
    const table = await screen.findByRole("table", { name: "Bad rows" });
    expect(within(table).getAllByRole("row")).toHaveLength(101);
    expect(within(table).getByText("Wrong in 101.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Show more (30 left)" }));
    expect(within(table).getByText("Wrong in 131.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Import" })).toBeNull();
    expect(screen.getByRole("button", { name: "Import the good rows only" })).toBeTruthy();
  });

  it("says what is wrong with a file that cannot be read, and asks for another", async () => {
    world(() => ({
      __typename: "InvalidInput",
      code: "INVALID_INPUT",
      message: "Some of the input cannot be used.",
      fields: [{ ...badRow(1), field: "town", code: "COLUMN_MISSING", message: "It is missing." }],
    }));
    await paste("contract;…");
    expect(await screen.findByText("It is missing.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Check" })).toBeTruthy();
  });

  it("does not import what holds nothing new", async () => {
    const fake = world(({ dryRun }) => ({ ...REPORT, contractCount: 0, numberCount: 0, dryRun }));
    await paste("contract;…");
    await userEvent.click(await screen.findByRole("button", { name: "Import" }));
    expect(fake.requests).toHaveLength(1);
  });

  it("is for service staff only, and says so", async () => {
    const serve = { allowed: false, refusal: { message: REFUSAL } };
    world(() => REPORT, { ...SERVICE, serve } as Viewer);
    expect(await screen.findByText(REFUSAL)).toBeTruthy();
    expect(screen.queryByRole("textbox")).toBeNull();
  });
});
