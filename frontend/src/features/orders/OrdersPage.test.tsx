import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { beforeAll, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { order, refused } from "../../test/numbers.ts";
import { renderPage } from "../../test/renderPage.tsx";
import OrdersPage from "./OrdersPage.tsx";
import { useOrderNews } from "./useOrderNews.ts";

type Order = ReturnType<typeof order>;

function Page() {
  useOrderNews();
  return (
    <Routes>
      <Route path="/orders/:id?" element={<OrdersPage />} />
      <Route path="*" element={<p>elsewhere</p>} />
    </Routes>
  );
}

const NOT_NOW = refused("The order A-1 is already finished.");

/** Orders, newest first, in pages of two; `orders` can be changed. */
function world(orders: Order[], more: Record<string, unknown> = {}) {
  const fake = fakeSession({
    orders: ({ after, status }: { after?: string; status?: string[] }) => {
      const all = orders.filter((each) => !status || status.includes(each.status));
      const start = after ? all.findIndex(({ id }) => id === after) + 1 : 0;
      const nodes = all.slice(start, start + 2);
      const pageInfo = {
        hasNextPage: start + 2 < all.length,
        hasPreviousPage: start > 0,
        endCursor: nodes.at(-1)?.id ?? null,
      };
      return { nodes, pageInfo };
    },
    node: ({ id }: { id: string }) => orders.find((each) => each.id === id) ?? null,
    ...more,
  });
  return { orders, fake };
}

const shown = () => screen.queryAllByRole("link", { name: /^A-/ }).map((link) => link.textContent);
const row = (reference: string) =>
  screen.getByRole("link", { name: reference }).closest("tr") as HTMLElement;

beforeAll(() => activateLanguage("en"));

describe("the list of orders", () => {
  it("changes a row by itself and puts a new order on top", async () => {
    const { orders, fake } = world([order("1", { status: "RUNNING" })]);
    renderPage(fake.session, "/orders", <Page />);
    await screen.findByRole("link", { name: "A-1" });
    expect(within(row("A-1")).getByText("Running")).toBeTruthy();

    orders[0] = order("1", { status: "SUCCEEDED", finishedAt: "2026-11-23T10:01:00Z" });
    await fake.send("OrdersUpdated", { ordersUpdated: orders[0] });
    expect(await within(row("A-1")).findByText("Done")).toBeTruthy();

    orders.unshift(order("2"));
    await fake.send("OrdersUpdated", { ordersUpdated: orders[0] });
    await waitFor(() => expect(shown()).toEqual(["A-2", "A-1"]));
  });

  it("loses no row between two pages when a new order comes", async () => {
    const { orders, fake } = world(["4", "3", "2", "1"].map((id) => order(id)));
    renderPage(fake.session, "/orders", <Page />);
    await userEvent.click(await screen.findByRole("button", { name: "Show more" }));
    await waitFor(() => expect(shown()).toEqual(["A-4", "A-3", "A-2", "A-1"]));

    orders.unshift(order("5"));
    await fake.send("OrdersUpdated", { ordersUpdated: orders[0] });

    await waitFor(() => expect(shown()).toEqual(["A-5", "A-4", "A-3", "A-2"]));
    expect(await screen.findByRole("button", { name: "Show more" })).toBeTruthy();
  });

  it("keeps the filter in the address", async () => {
    const { fake } = world([order("2"), order("1", { status: "FAILED" })]);
    renderPage(fake.session, "/orders", <Page />);
    await waitFor(() => expect(shown()).toEqual(["A-2", "A-1"]));
    await userEvent.click(screen.getByRole("radio", { name: "Failed" }));
    await waitFor(() => expect(shown()).toEqual(["A-1"]));
    expect(location.search).toBe("?status=failed");
  });

  it("says so where there is none", async () => {
    const { fake } = world([]);
    renderPage(fake.session, "/orders", <Page />);
    expect(await screen.findByText("No orders yet")).toBeTruthy();
  });
});

describe("one order", () => {
  it("opens from its address, and closes into the list", async () => {
    const { fake } = world([order("1", { cancel: NOT_NOW })]);
    renderPage(fake.session, "/orders/1", <Page />);
    const drawer = await screen.findByRole("dialog", { name: "A-1" });
    await userEvent.click(within(drawer).getByRole("button", { name: "Close" }));
    await waitFor(() => expect(location.pathname).toBe("/orders"));
  });

  it("shows each action with its reason, and not what does not exist", async () => {
    const { fake } = world([order("1", { cancel: NOT_NOW })]);
    renderPage(fake.session, "/orders/1", <Page />);
    const cancel = await screen.findByRole("button", { name: "Cancel order" });
    expect(cancel.getAttribute("aria-disabled")).toBe("true");
    expect(cancel.getAttribute("aria-describedby")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Change date" })).toBeNull();
  });

  it("tells a refusal in the dialog that asked", async () => {
    const message = "The order A-1 is already running.";
    const { fake } = world([order("1")], {
      cancelOrder: { __typename: "RuleRefused", code: "ORDER_STARTED", message },
    });
    renderPage(fake.session, "/orders/1", <Page />);
    await userEvent.click(await screen.findByRole("button", { name: "Cancel order" }));
    const dialog = await screen.findByRole("alertdialog");
    await userEvent.click(within(dialog).getByRole("button", { name: "Cancel order" }));
    expect((await within(dialog).findByRole("alert")).textContent).toBe(message);
    expect(location.search).toBe("?dialog=cancel");
  });

  it("goes on to the order that undoes it", async () => {
    const done = order("1", { status: "SUCCEEDED", undo: { allowed: true, refusal: null } });
    const { orders, fake } = world([done], {
      undoOrder: () => {
        orders.unshift(order("2", { kind: "MERGE" }));
        return { __typename: "OrderAccepted", order: orders[0] };
      },
    });
    renderPage(fake.session, "/orders/1?dialog=undo", <Page />);
    const dialog = await screen.findByRole("dialog", { name: "Undo order A-1?" });
    await userEvent.click(within(dialog).getByRole("button", { name: "Undo" }));
    expect(await screen.findByRole("dialog", { name: "A-2" })).toBeTruthy();
    expect(location.pathname).toBe("/orders/2");
    const [sent] = fake.requests.filter(({ name }) => name === "UndoOrder");
    expect(sent?.variables).toMatchObject({ orderId: "1", idempotencyKey: expect.any(String) });
  });

  it("says so where there is none with this id", async () => {
    const { fake } = world([]);
    renderPage(fake.session, "/orders/none", <Page />);
    expect(await screen.findByText("There is no such order")).toBeTruthy();
  });
});
