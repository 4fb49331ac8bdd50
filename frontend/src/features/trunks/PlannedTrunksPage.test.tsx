import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { change, connection, inventory, order, range, refused } from "../../test/numbers.ts";
import { renderPage } from "../../test/renderPage.tsx";
import { useInventoryNews } from "../inventory/useInventoryNews.ts";
import PlannedTrunksPage from "./PlannedTrunksPage.tsx";

function Page() {
  useInventoryNews();
  return <PlannedTrunksPage />;
}

const RUNNING = "The order A-7 is already running.";

function trunk(more: Record<string, unknown> = {}) {
  const creation = order("7", {
    kind: "CREATE_TRUNK",
    status: "PLANNED",
    creator: "SERVICE",
    executionDate: "2026-12-01",
    reschedule: { allowed: true, refusal: null },
  });
  return {
    __typename: "SipTrunk",
    id: "trunk-1",
    name: "Bonn",
    kind: "SIP_TRUNK",
    status: "PLANNED",
    contact: { name: "Ada", phone: null, email: null },
    elementCount: 1,
    numberCount: 100,
    meters: { elements: { used: 1, limit: 60 }, blocks: [] },
    changeNumbers: { allowed: true, refusal: null },
    openOrders: [creation],
    creation,
    numbers: () => connection([range("1", 2, { openOrder: creation })]),
    ...more,
  };
}

function world(trunks: unknown[]) {
  const answers = {
    inventory: () => ({ ...inventory, plannedSipTrunkCount: trunks.length }),
    sipTrunks: ({ name }: { name?: string }) => connection(name === "X" ? [] : trunks),
    node: () => trunks[0],
  };
  return { answers, trunks, fake: fakeSession(answers) };
}

const link = (name: string) => screen.findByRole("link", { name });

beforeAll(() => activateLanguage("en"));

describe("the page of planned trunks", () => {
  it("leads to all that can be done with one", async () => {
    const { fake } = world([trunk()]);
    renderPage(fake.session, "/planned-trunks", <Page />);
    const hrefOf = async (name: string) => (await link(name)).getAttribute("href");
    expect(await hrefOf("Details: Bonn")).toBe("/holders/trunk-1");
    expect(await hrefOf("Edit numbers of Bonn")).toBe("/holders/trunk-1/numbers");
    expect(await hrefOf("Change date of Bonn")).toBe("/orders/7?dialog=reschedule");
    expect(await hrefOf("Cancel order of Bonn")).toBe("/orders/7?dialog=cancel");
    expect(screen.getByText("from 01/12/2026")).toBeTruthy();
    expect(screen.getByRole("button", { name: /^T\s?: ordered by .* service staff/ })).toBeTruthy();
    expect(fake.requests.find(({ name }) => name === "SipTrunks")?.variables.status).toBe(
      "PLANNED",
    );
  });

  it("says why something cannot be done", async () => {
    const creation = order("7", { status: "RUNNING", cancel: refused(RUNNING) });
    const { fake } = world([trunk({ creation, openOrders: [creation] })]);
    renderPage(fake.session, "/planned-trunks", <Page />);
    const cancel = await screen.findByRole("button", { name: "Cancel order of Bonn" });
    expect(cancel.getAttribute("aria-disabled")).toBe("true");
    expect(screen.getByText(RUNNING)).toBeTruthy();
    expect(screen.queryByRole("link", { name: "Change date of Bonn" })).toBeNull();
  });

  it("opens one to show what it will start with", async () => {
    const { fake } = world([trunk()]);
    renderPage(fake.session, "/planned-trunks", <Page />);
    await userEvent.click(await screen.findByRole("button", { name: "Bonn" }));
    expect(await screen.findByText("Will start on 01/12/2026 with:")).toBeTruthy();
    expect(await screen.findByText("Invalidenstraße 44, 10115 Berlin")).toBeTruthy();
    expect(location.search).toBe("?holders=trunk-1");
  });

  it("searches by name, in the address", async () => {
    const { fake } = world([trunk()]);
    renderPage(fake.session, "/planned-trunks", <Page />);
    await link("Details: Bonn");
    const search = within(screen.getByRole("search", { name: "Search planned SIP trunks" }));
    await userEvent.type(search.getByRole("searchbox", { name: "Name" }), "X{Enter}");
    expect(await screen.findByText("No SIP trunk matches.")).toBeTruthy();
    expect(location.search).toBe("?planned=X");
  });

  it("says that there is none as soon as the last one is active", async () => {
    const { fake, trunks } = world([trunk()]);
    renderPage(fake.session, "/planned-trunks", <Page />);
    await link("Details: Bonn");
    const active = trunk({ status: "ACTIVE", creation: null, openOrders: [] });
    trunks.length = 0;
    await fake.send("InventoryChanged", change([], { holders: [active] }));
    expect(await screen.findByText("No planned SIP trunk")).toBeTruthy();
    await waitFor(() => expect(screen.queryByText("Bonn")).toBeNull());
  });
});
