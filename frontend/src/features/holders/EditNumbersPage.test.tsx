import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { GraphQLError } from "graphql";
import { Link } from "react-aria-components/Link";
import { Route, Routes } from "react-router";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { connection, order, range, refused } from "../../test/numbers.ts";
import { renderPage } from "../../test/renderPage.tsx";
import type { Viewer } from "../accounts/documents.ts";
import { ViewerContext } from "../accounts/viewer.ts";
import EditNumbersPage from "./EditNumbersPage.tsx";

const viewer = { id: "user-1" } as Viewer;
const PATH = "/holders/trunk-1/numbers";

function Page() {
  return (
    <ViewerContext value={viewer}>
      <Routes>
        <Route path="/holders/:id/numbers" element={<EditNumbersPage />} />
        <Route path="*" element={<p>elsewhere</p>} />
      </Routes>
      <Link href="/orders">To the orders</Link>
      <Link href={PATH}>To the numbers</Link>
    </ViewerContext>
  );
}

const reserved = order("9", { status: "PLANNED", executionDate: "2026-12-01" });
const metersOf = (used: number) => ({ elements: { used, limit: 60 }, blocks: [] });

/** A SIP trunk with one range; of the free ones 3 and 4 can be had and 5 is reserved. */
function world(more: Record<string, unknown> = {}, trunkMore: Record<string, unknown> = {}) {
  const trunk = {
    __typename: "SipTrunk",
    id: "trunk-1",
    name: "Berlin",
    kind: "SIP_TRUNK",
    status: "ACTIVE",
    creation: null,
    takesExecutionDate: true,
    changeNumbers: { allowed: true, refusal: null },
    meters: metersOf(1),
    numbers: () => connection([range("1", 2, { state: "ASSIGNED" })]),
    ...trunkMore,
  };
  return fakeSession({
    node: ({ id }: { id: string }) => [trunk, range("4", 2)].find((node) => node.id === id) ?? null,
    numberElements: () =>
      connection([range("3", 2), range("4", 2), range("5", 2, { openOrder: reserved })]),
    changeNumbersPreview: ({ add, remove }: { add: string[]; remove: string[] }) => ({
      refusal: null,
      meters: metersOf(1 + add.length - remove.length),
    }),
    changeNumbers: { __typename: "OrderAccepted", order: order("10") },
    ...more,
  });
}

const list = (name: string) => within(screen.getByRole("region", { name }));
const free = () => list("Free numbers");
const held = () => list("Numbers of Berlin");
const change = () => list("Your change");
const row = (where: ReturnType<typeof within>, number: string) =>
  where.findByRole("row", { name: number });

async function open(fake: ReturnType<typeof fakeSession>) {
  const page = renderPage(fake.session, PATH, <Page />);
  await screen.findByRole("region", { name: "Free numbers" });
  return page;
}

async function add(number: string) {
  await userEvent.click(await row(free(), number));
  await userEvent.click(free().getByRole("button", { name: /^Add/ }));
}

const saveButton = () => screen.getByRole("button", { name: "Save" });

beforeAll(() => activateLanguage("en"));
beforeEach(() => sessionStorage.clear());
// Nothing that was pending may hold up the next test's first address.
afterEach(() => history.replaceState(null, "", "/"));

describe("putting a change together", () => {
  it("moves what is marked into the change, where each can be taken back", async () => {
    const fake = world();
    await open(fake);
    await add("030 23125-3xx");
    await userEvent.click(await row(held(), "030 23125-1xx"));
    await userEvent.click(held().getByRole("button", { name: /^Remove/ }));

    expect(change().getAllByRole("listitem")).toHaveLength(2);
    expect(screen.getByText("+1 −1 number elements, at once")).toBeTruthy();
    expect(within(await row(free(), "030 23125-3xx")).getByText("to be added")).toBeTruthy();

    await userEvent.click(change().getByRole("button", { name: "Take back 030 23125-3xx" }));
    expect(screen.getByText("−1 number elements, at once")).toBeTruthy();
  });

  it("asks the rules and shows the meters as they will be", async () => {
    const fake = world({
      changeNumbersPreview: {
        refusal: { __typename: "RuleRefused", code: "TRUNK_ELEMENT_LIMIT", message: "Too many." },
        meters: metersOf(61),
      },
    });
    await open(fake);
    expect(screen.getByText("1/60")).toBeTruthy();
    await add("030 23125-3xx");
    expect(await screen.findByText("61/60")).toBeTruthy();
    expect(screen.getByText("Too many.")).toBeTruthy();
    expect(fake.requests.find(({ name }) => name === "ChangePreview")?.variables).toEqual({
      holderId: "trunk-1",
      add: ["range-3"],
      remove: [],
      executionDate: null,
    });
  });

  it("names the day on which the meters will be so", async () => {
    await open(world());
    await add("030 23125-3xx");
    expect(await screen.findByRole("meter", { name: "In use afterwards" })).toBeTruthy();
    const place = "dialtree.change.user-1.trunk-1";
    const kept = JSON.parse(sessionStorage.getItem(place) ?? "");
    cleanup();
    sessionStorage.setItem(place, JSON.stringify({ ...kept, executionDate: "2026-12-01" }));
    await open(world());
    const meter = await screen.findByRole("meter", { name: "In use on 01/12/2026" });
    expect(meter.getAttribute("aria-valuetext")).toBe("2/60");
  });

  it("shows for a day alone what planned orders will have made of the meters", async () => {
    const kept = { add: [], remove: [], executionDate: "2026-12-01", key: null };
    sessionStorage.setItem("dialtree.change.user-1.trunk-1", JSON.stringify(kept));
    await open(world({ changeNumbersPreview: { refusal: null, meters: metersOf(7) } }));
    const meter = await screen.findByRole("meter", { name: "In use on 01/12/2026" });
    expect(meter.getAttribute("aria-valuetext")).toBe("7/60");
  });

  it("does not mark what an open order has reserved", async () => {
    await open(world());
    const five = await row(free(), "030 23125-5xx");
    expect(within(five).getByRole("link", { name: /A-9.*01\/12\/2026/ })).toBeTruthy();
    await userEvent.click(free().getByRole("checkbox", { name: "Mark all 3" }));
    expect(await free().findByRole("button", { name: "Add (2)" })).toBeTruthy();
    expect(five.getAttribute("aria-selected")).not.toBe("true");
  });

  it("is there again after a reload", async () => {
    const page = await open(world());
    await add("030 23125-3xx");
    page.unmount();
    await open(world());
    expect(change().getByText("030 23125-3xx")).toBeTruthy();
  });

  it("lets a viewer look, and says why not more", async () => {
    const why = "Only administrators change anything.";
    await open(world({}, { changeNumbers: refused(why) }));
    await userEvent.click(await row(free(), "030 23125-3xx"));
    const button = free().getByRole("button", { name: /^Add/ });
    expect(button.getAttribute("aria-disabled")).toBe("true");
    await userEvent.click(button);
    expect(screen.getByText("Nothing changed yet")).toBeTruthy();
  });

  it("names what a merge has removed meanwhile, and takes it out", async () => {
    const fake = world({
      changeNumbersPreview: ({ add: ids }: { add: string[] }) => {
        if (ids.includes("range-3")) {
          throw new GraphQLError("No such range.", { extensions: { code: "NOT_FOUND" } });
        }
        return { refusal: null, meters: metersOf(2) };
      },
    });
    await open(fake);
    await add("030 23125-3xx");
    await add("030 23125-4xx");
    expect(await screen.findByText("One element of your change no longer exists")).toBeTruthy();

    await userEvent.click(screen.getByRole("button", { name: "Take out of the change" }));
    expect(await screen.findByText("2/60")).toBeTruthy();
    expect(change().getAllByRole("listitem")).toHaveLength(1);
    expect(change().getByText("030 23125-4xx")).toBeTruthy();
  });
});

describe("saving", () => {
  it("orders everything at once and goes to the order", async () => {
    const fake = world();
    await open(fake);
    await add("030 23125-3xx");
    await userEvent.click(saveButton());
    await waitFor(() => expect(location.pathname).toBe("/orders/10"));
    expect(sessionStorage).toHaveLength(0);
    const [sent] = fake.requests.filter(({ name }) => name === "ChangeNumbers");
    expect(sent?.variables.input).toEqual({
      holderId: "trunk-1",
      add: ["range-3"],
      remove: [],
      executionDate: null,
      idempotencyKey: expect.any(String),
    });
  });

  it("loses nothing when it is refused, and keeps the key for the next try", async () => {
    const message = "030 23125-3xx is held by Hamburg.";
    const fake = world({
      changeNumbers: { __typename: "RuleRefused", code: "RANGE_ASSIGNED", message },
    });
    await open(fake);
    await add("030 23125-3xx");
    await userEvent.click(saveButton());
    expect((await screen.findByRole("alert")).textContent).toBe(message);
    expect(change().getByText("030 23125-3xx")).toBeTruthy();

    await userEvent.click(saveButton());
    await waitFor(() => expect(fake.count("ChangeNumbers")).toBe(2));
    const keys = fake.requests
      .filter(({ name }) => name === "ChangeNumbers")
      .map(({ variables }) => (variables.input as { idempotencyKey: string }).idempotencyKey);
    expect(keys[0]).toBe(keys[1]);

    await add("030 23125-4xx");
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("leaving with an unsaved change", () => {
  const isAsked = () => screen.findByRole("dialog", { name: "Discard the change?" });

  it("asks before a link is followed", async () => {
    await open(world());
    await add("030 23125-3xx");
    await userEvent.click(screen.getByRole("link", { name: "To the orders" }));
    const dialog = within(await isAsked());
    expect(location.pathname).toBe(PATH);
    await userEvent.click(dialog.getByRole("button", { name: "Keep editing" }));
    expect(change().getByText("030 23125-3xx")).toBeTruthy();

    await userEvent.click(screen.getByRole("link", { name: "To the orders" }));
    await userEvent.click(
      within(await isAsked()).getByRole("button", { name: "Discard and leave" }),
    );
    await waitFor(() => expect(location.pathname).toBe("/orders"));
    expect(sessionStorage).toHaveLength(0);
  });

  it("asks before a step back, and steps back when it may", async () => {
    const fake = world();
    renderPage(fake.session, "/orders", <Page />);
    await userEvent.click(screen.getByRole("link", { name: "To the numbers" }));
    await screen.findByRole("region", { name: "Free numbers" });
    await add("030 23125-3xx");

    history.back();
    const dialog = within(await isAsked());
    await waitFor(() => expect(location.pathname).toBe(PATH));
    await userEvent.click(dialog.getByRole("button", { name: "Discard and leave" }));
    await waitFor(() => expect(location.pathname).toBe("/orders"));
    expect(await screen.findByText("elsewhere")).toBeTruthy();
  });

  it("does not ask where nothing is pending", async () => {
    await open(world());
    await userEvent.click(screen.getByRole("link", { name: "To the orders" }));
    await waitFor(() => expect(location.pathname).toBe("/orders"));
  });
});
