import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { change, connection, order, range } from "../../test/numbers.ts";
import { renderPage } from "../../test/renderPage.tsx";
import type { Viewer } from "../accounts/documents.ts";
import { ViewerContext } from "../accounts/viewer.ts";
import { useInventoryNews } from "../inventory/useInventoryNews.ts";
import EditNumbersPage from "./EditNumbersPage.tsx";

const viewer = { id: "user-1" } as Viewer;

function Page() {
  useInventoryNews();
  return (
    <ViewerContext value={viewer}>
      <Routes>
        <Route path="/holders/:id/numbers" element={<EditNumbersPage />} />
        <Route path="*" element={<p>elsewhere</p>} />
      </Routes>
    </ViewerContext>
  );
}

const day = { status: "PLANNED", executionDate: "2026-12-01" };
const creation = order("7", { kind: "CREATE_TRUNK", ...day });
const other = order("9", day);
const meters = (used: number, ofBlock = used) => ({
  elements: { used, limit: 60 },
  blocks: [{ block: range("", 3), used: ofBlock, limit: 10 }],
});

/** A trunk that will start with 1; the free ones are 1, 3 and, reserved by somebody else, 5. */
function world() {
  const one = range("1", 2, { openOrder: creation });
  const trunk = {
    __typename: "SipTrunk",
    id: "trunk-1",
    name: "Bonn",
    kind: "SIP_TRUNK",
    status: "PLANNED",
    creation,
    contact: { name: "Ada", phone: null, email: null },
    elementCount: 1,
    numberCount: 100,
    takesExecutionDate: true,
    changeNumbers: { allowed: true, refusal: null },
    openOrders: [creation],
    meters: meters(1),
  };
  const server: { trunk: Record<string, unknown>; held: ReturnType<typeof range>[] } = {
    trunk,
    held: [one],
  };
  const fake = fakeSession({
    node: () => ({ ...server.trunk, numbers: () => connection(server.held) }),
    numberElements: () => connection([one, range("3", 2), range("5", 2, { openOrder: other })]),
    changeNumbersPreview: ({ add, remove }: { add: string[]; remove: string[] }) => ({
      refusal: null,
      meters: meters(1 + add.length - remove.length),
    }),
    changeNumbers: { __typename: "OrderAccepted", order: creation },
  });
  renderPage(fake.session, "/holders/trunk-1/numbers", <Page />);
  return { fake, server };
}

const list = async (name: string) => within(await screen.findByRole("region", { name }));
const held = () => list("Bonn will start with");
const row = (where: ReturnType<typeof within>, number: string) =>
  where.findByRole("row", { name: number });

async function takeOut() {
  const numbers = await held();
  await userEvent.click(await row(numbers, "030 23125-1xx"));
  await userEvent.click(numbers.getByRole("button", { name: "Remove (1)" }));
}

beforeAll(() => activateLanguage("en"));
beforeEach(() => sessionStorage.clear());
// Nothing that was pending may hold up the next test's first address.
afterEach(() => history.replaceState(null, "", "/"));

describe("the numbers of a planned trunk", () => {
  it("have the trunk's day, and no other", async () => {
    world();
    await held();
    expect(screen.getByText(/^Becomes active on 01\/12\/2026 with these numbers/)).toBeTruthy();
    expect(screen.getByRole("link", { name: "A-7" }).getAttribute("href")).toBe("/orders/7");
    expect(screen.queryByRole("group", { name: /^Execution date/ })).toBeNull();
    expect(screen.getByRole("meter", { name: "In use on 01/12/2026" })).toBeTruthy();
    expect(screen.getByRole("region", { name: "Elements per block on 01/12/2026" })).toBeTruthy();
  });

  it("can be taken out although its order has reserved them; others' cannot be had", async () => {
    const { fake } = world();
    await takeOut();
    expect(screen.getByText("−1 number elements, 01/12/2026")).toBeTruthy();
    expect(await screen.findByText("0/60")).toBeTruthy();
    expect(fake.requests.find(({ name }) => name === "ChangePreview")?.variables).toEqual({
      holderId: "trunk-1",
      add: [],
      remove: ["range-1"],
      executionDate: null,
    });

    const free = await list("Free numbers");
    expect(
      within(await row(free, "030 23125-5xx")).getByRole("link", { name: /A-9/ }),
    ).toBeTruthy();
    await userEvent.click(free.getByRole("checkbox", { name: "Mark all 3" }));
    expect(await free.findByRole("button", { name: "Add (1)" })).toBeTruthy();
  });

  it("are changed in the trunk's own order, without a date", async () => {
    const { fake } = world();
    await takeOut();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(location.pathname).toBe("/orders/7"));
    const [sent] = fake.requests.filter(({ name }) => name === "ChangeNumbers");
    expect(sent?.variables.input).toMatchObject({ remove: ["range-1"], executionDate: null });
  });

  it("are read again when somebody else has changed them", async () => {
    const { fake, server } = world();
    await row(await held(), "030 23125-1xx");
    const two = range("2", 2, { openOrder: creation });
    server.held = [two];
    await fake.send("InventoryChanged", change([two], { holders: [server.trunk] }));
    await row(await held(), "030 23125-2xx");
  });

  it("become those of an active trunk when its day comes", async () => {
    const { fake, server } = world();
    await held();
    server.trunk = { ...server.trunk, status: "ACTIVE", creation: null, openOrders: [] };
    await fake.send("InventoryChanged", change([], { holders: [server.trunk] }));
    expect(await screen.findByRole("region", { name: "Numbers of Bonn" })).toBeTruthy();
    expect(screen.getByRole("group", { name: /^Execution date/ })).toBeTruthy();
  });
});
