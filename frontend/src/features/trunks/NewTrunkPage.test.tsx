import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { GraphQLError } from "graphql";
import { Route, Routes } from "react-router";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { change, connection, order, range } from "../../test/numbers.ts";
import { renderPage } from "../../test/renderPage.tsx";
import type { Viewer } from "../accounts/documents.ts";
import { ViewerContext } from "../accounts/viewer.ts";
import { useInventoryNews } from "../inventory/useInventoryNews.ts";
import { executionToday } from "../orders/executionDate.ts";
import NewTrunkPage from "./NewTrunkPage.tsx";

const PATH = "/trunks/new";
const PLACE = "dialtree.change.user-1.newTrunk";
const administrator = { id: "user-1", change: { allowed: true, refusal: null } } as Viewer;

function Page({ viewer = administrator }: { viewer?: Viewer }) {
  useInventoryNews();
  return (
    <ViewerContext value={viewer}>
      <Routes>
        <Route path={PATH} element={<NewTrunkPage />} />
        <Route path="*" element={<p>elsewhere</p>} />
      </Routes>
    </ViewerContext>
  );
}

type Input = { name: string; contact: { name: string }; elements: string[] };
type Refusal = { code: string; message: string };

/** The rules of the server, as far as these tests go. */
function world(
  why: (input: Input) => Refusal | null = () => null,
  more: Record<string, unknown> = {},
) {
  const missing = (field: string, value: string) =>
    value.trim() ? [] : [{ field, code: "VALUE_MISSING", message: "This value is required." }];
  return fakeSession({
    numberElements: () => connection([range("3", 2), range("4", 2)]),
    node: ({ id }: { id: string }) => (id === "range-4" ? range("4", 2) : null),
    createSipTrunkPreview: ({ input }: { input: Input }) => {
      const refusal = why(input);
      return {
        problems: [...missing("name", input.name), ...missing("contact.name", input.contact.name)],
        refusal: refusal && { __typename: "RuleRefused", ...refusal },
        meters: {
          elements: { used: input.elements.length, limit: 60 },
          blocks: [{ block: range("", 3), used: input.elements.length, limit: 10 }],
        },
      };
    },
    createSipTrunk: { __typename: "OrderAccepted", order: order("10", { kind: "CREATE_TRUNK" }) },
    ...more,
  });
}

/** Stands in the tab as if it had been entered before. */
function keepDraft(more: Record<string, unknown> = {}) {
  const draft = {
    add: [{ id: "range-3", digits: "4930231253", display: "030 23125-3xx", size: 100 }],
    remove: [],
    executionDate: null,
    key: null,
    fields: { name: "Berlin", "contact.name": "Anna Brandt" },
    profile: "STANDARD",
    reached: 4,
    ...more,
  };
  sessionStorage.setItem(PLACE, JSON.stringify(draft));
}

const heading = (name: RegExp) => screen.findByRole("heading", { level: 2, name });
const field = (name: string) => screen.getByRole("textbox", { name });
const button = (name: string) => screen.getByRole("button", { name });
const next = () => userEvent.click(button("Next"));
const part = (name: string) => within(screen.getByRole("region", { name }));
const open = async (fake: ReturnType<typeof fakeSession>, search = "") => {
  const page = renderPage(fake.session, PATH + search, <Page />);
  await screen.findAllByRole("heading", { level: 2 });
  return page;
};
const sentBy = (fake: ReturnType<typeof fakeSession>) =>
  fake.requests.filter(({ name }) => name === "CreateSipTrunk").map(({ variables }) => variables);

beforeAll(() => activateLanguage("en"));
beforeEach(() => sessionStorage.clear());

describe("going through the steps", () => {
  it("orders what was entered in all of them and goes to the order", async () => {
    const fake = world();
    await open(fake);
    await userEvent.type(field("Name"), "Berlin Mitte");
    await userEvent.type(field("Contact"), "Anna Brandt");
    await userEvent.type(field("Phone"), "030 23125-100");
    await next();

    const title = await heading(/^Profile and calls/);
    expect(document.activeElement).toBe(title);
    expect(document.querySelector("[aria-current=step]")?.textContent).toBe("2Profile and calls");
    await userEvent.click(screen.getByRole("radio", { name: /^Media Bypass/ }));
    await userEvent.type(field("All calls"), "30 calls");
    await next();

    await heading(/^Numbers/);
    await userEvent.click(await screen.findByRole("row", { name: "030 23125-3xx" }));
    await userEvent.click(button("Add (1)"));
    expect(part("Chosen numbers").getByText("030 23125-3xx")).toBeTruthy();
    expect(await screen.findByText("1/60")).toBeTruthy();
    expect(screen.getByText("1/10")).toBeTruthy();
    await next();

    await heading(/^Execution date/);
    await next();
    await heading(/^Check/);
    expect(part("Profile and calls").getByText("30")).toBeTruthy();
    expect(part("Execution date").getByText("at once")).toBeTruthy();
    await userEvent.click(button("Order SIP trunk"));
    await waitFor(() => expect(location.pathname).toBe("/orders/10"));
    expect(sessionStorage).toHaveLength(0);
    expect(sentBy(fake)).toEqual([
      {
        input: {
          name: "Berlin Mitte",
          contact: { name: "Anna Brandt", phone: "030 23125-100", email: null },
          profile: "MEDIA_BYPASS",
          elements: ["range-3"],
          executionDate: null,
          callLimits: { total: 30, incoming: null, outgoing: null },
          idempotencyKey: expect.any(String),
        },
      },
    ]);
  });

  it("shows what is missing once there was a chance to enter it", async () => {
    await open(world());
    await waitFor(() => expect(button("Next").getAttribute("aria-disabled")).toBe("true"));
    expect(screen.queryByText("This value is required.")).toBeNull();
    const reasonId = button("Next").getAttribute("aria-describedby") ?? "";
    expect(document.getElementById(reasonId)?.textContent).toBe(
      "To be put right first: Name, Contact",
    );

    await userEvent.click(field("Name"));
    await userEvent.tab();
    expect(screen.getAllByText("This value is required.")).toHaveLength(1);
    await next();
    expect(screen.getAllByText("This value is required.")).toHaveLength(2);
    expect(document.activeElement).toBe(field("Name"));
    expect(field("Name").getAttribute("aria-invalid")).toBe("true");
  });

  it("leads back to each step behind, and no further than one has come", async () => {
    keepDraft({ reached: 2 });
    await open(world(), "?step=check&number=030");
    await heading(/^Name and contact/);
    const steps = within(screen.getByRole("navigation", { name: "Steps" }));
    expect(steps.getAllByRole("listitem")).toHaveLength(5);
    expect(steps.queryByRole("link", { name: "Check" })).toBeNull();
    await userEvent.click(steps.getByRole("link", { name: "Numbers" }));
    await heading(/^Numbers/);
    expect(location.search).toBe("?step=numbers&number=030");
    history.back();
    await heading(/^Name and contact/);
  });
});

describe("the draft", () => {
  it("is there again after a reload, in the same step", async () => {
    const page = await open(world());
    await userEvent.type(field("Name"), "Berlin Mitte");
    await userEvent.type(field("Contact"), "Anna Brandt");
    await next();
    await heading(/^Profile and calls/);
    page.unmount();
    await open(world(), location.search);
    await heading(/^Profile and calls/);
    await userEvent.click(screen.getByRole("link", { name: "Back" }));
    await heading(/^Name and contact/);
    expect(field("Name").getAttribute("value")).toBe("Berlin Mitte");
  });

  it("is gone when it was discarded", async () => {
    keepDraft();
    await open(world(), "?step=check");
    await userEvent.click(button("Discard draft"));
    const question = within(await screen.findByRole("alertdialog"));
    await userEvent.click(question.getByRole("button", { name: "Discard draft" }));
    await heading(/^Name and contact/);
    expect(field("Name").getAttribute("value")).toBe("");
    expect(sessionStorage).toHaveLength(0);
    await waitFor(() => expect(button("Discard draft").getAttribute("aria-disabled")).toBe("true"));
  });
});

describe("a refusal", () => {
  const taken = { code: "TRUNK_NAME_TAKEN", message: "There is one named so." };
  const tooMany = { code: "TRUNK_BLOCK_LIMIT", message: "Too many of one block." };
  const tooSoon = { code: "CONTRACT_NOT_STARTED", message: "It starts later." };

  it("of the name stands at the name and in the check", async () => {
    keepDraft();
    await open(world(() => taken));
    expect(await screen.findByText(taken.message)).toBeTruthy();
    await waitFor(() => expect(field("Name").getAttribute("aria-invalid")).toBe("true"));
    await userEvent.click(screen.getByRole("link", { name: "Numbers" }));
    await heading(/^Numbers/);
    expect(screen.queryByText(taken.message)).toBeNull();
    await userEvent.click(screen.getByRole("link", { name: "Check" }));
    await heading(/^Check/);
    expect(screen.getAllByText(taken.message)).toHaveLength(1);
  });

  it.each([
    ["numbers", tooMany],
    ["date", tooSoon],
  ])("stands in its step only: %s", async (step, refusal) => {
    keepDraft();
    await open(
      world(() => refusal),
      `?step=${step}`,
    );
    expect(await screen.findAllByText(refusal.message)).toHaveLength(1);
    expect(button("Next").getAttribute("aria-disabled")).toBe("true");
    await userEvent.click(screen.getByRole("link", { name: "Profile and calls" }));
    await heading(/^Profile/);
    expect(screen.queryByText(refusal.message)).toBeNull();
  });

  it("of the order loses nothing, and the next try has the same key", async () => {
    keepDraft();
    const message = "030 23125-3xx is held by Hamburg.";
    const refused = { __typename: "RuleRefused", code: "RANGE_ASSIGNED", message };
    const fake = world(() => null, { createSipTrunk: refused });
    await open(fake, "?step=check");
    await userEvent.click(button("Order SIP trunk"));
    expect((await screen.findByRole("alert")).textContent).toBe(message);
    expect(part("Numbers").getByText(/3xx/)).toBeTruthy();
    await userEvent.click(button("Order SIP trunk"));
    await waitFor(() => expect(sentBy(fake)).toHaveLength(2));
    const [first, second] = sentBy(fake);
    expect(first).toEqual(second);
  });

  it("of the input names its fields", async () => {
    keepDraft();
    const field = { field: "contact.email", code: "VALUE_NOT_UNDERSTOOD", message: "No address." };
    const refused = { __typename: "InvalidInput", code: "INVALID_INPUT", message: "Not so." };
    await open(
      world(() => null, { createSipTrunk: { ...refused, fields: [field] } }),
      "?step=check",
    );
    await userEvent.click(button("Order SIP trunk"));
    expect((await screen.findByRole("alert")).textContent).toBe("Not so.E-mail: No address.");
  });

  it("is asked about again when the inventory changes", async () => {
    keepDraft();
    let refusal: Refusal | null = null;
    const fake = world(() => refusal);
    await open(fake, "?step=numbers");
    await screen.findByText("1/60");
    refusal = { code: "RANGE_ASSIGNED", message: "It is held by Hamburg." };
    await fake.send("InventoryChanged", change([range("3", 2)]));
    expect(await screen.findByText(refusal.message)).toBeTruthy();
  });

  it("of a range that a merge removed takes it out", async () => {
    keepDraft();
    const fake = world((input) => {
      if (!input.elements.includes("range-3")) return null;
      throw new GraphQLError("No such range.", { extensions: { code: "NOT_FOUND" } });
    });
    await open(fake, "?step=numbers");
    await userEvent.click(await screen.findByRole("button", { name: "Take out of the choice" }));
    expect(await screen.findByText("0/60")).toBeTruthy();
    expect(part("Chosen numbers").queryByText("030 23125-3xx")).toBeNull();
  });
});

it("goes on with Enter in a field", async () => {
  await open(world());
  await userEvent.type(field("Name"), "Berlin Mitte{Enter}");
  await waitFor(() => expect(document.activeElement).toBe(field("Contact")));
  // Before the rules have answered about the last letters.
  await userEvent.type(field("Contact"), "Anna Brandt{Enter}");
  await heading(/^Profile and calls/);
});

it("takes a day, and says what a later one means", async () => {
  const day = executionToday().add({ days: 10 }).toString();
  keepDraft({ executionDate: day });
  const fake = world();
  await open(fake, "?step=date");
  expect(screen.getByText(/reserved as soon as it is ordered/)).toBeTruthy();
  expect(screen.getByText("Active from 00:00 on that day.")).toBeTruthy();
  await next();
  await heading(/^Check/);
  await userEvent.click(button("Order SIP trunk"));
  await waitFor(() => expect(sentBy(fake)).toHaveLength(1));
  expect(sentBy(fake)[0]?.input).toMatchObject({ executionDate: day });
});

it("tells a viewer why not", async () => {
  const message = "Only administrators change anything.";
  const viewer = { id: "user-2", change: { allowed: false, refusal: { message } } } as Viewer;
  const fake = world();
  renderPage(fake.session, PATH, <Page viewer={viewer} />);
  expect(await screen.findByText(message)).toBeTruthy();
  expect(screen.queryByRole("textbox")).toBeNull();
  expect(fake.count("CreateSipTrunkPreview")).toBe(0);
});
