import { screen, waitFor } from "@testing-library/react";
import { useQuery } from "urql";
import { describe, expect, it } from "vitest";
import { InventoryQuery } from "../features/inventory/documents.ts";
import { fakeSession } from "../test/fakeSession.ts";
import { change, inventory } from "../test/numbers.ts";
import { renderPage } from "../test/renderPage.tsx";
import { LiveUpdates } from "./LiveUpdates.tsx";

function Page() {
  const [{ data }] = useQuery({ query: InventoryQuery });
  return (
    <>
      <LiveUpdates />
      <p>{data ? `free: ${data.inventory.freeCount}` : "loading"}</p>
    </>
  );
}

async function shownPage() {
  const server = { freeCount: 1 };
  const fake = fakeSession({ inventory: () => ({ ...inventory, ...server }) });
  renderPage(fake.session, "/", <Page />);
  await screen.findByText("free: 1");
  return { fake, server };
}

describe("a page that is shown", () => {
  it("catches up after the connection was lost", async () => {
    const { fake, server } = await shownPage();
    server.freeCount = 2;
    fake.connection("lost");
    expect(fake.count("Inventory")).toBe(1);
    fake.connection("connected");
    await screen.findByText("free: 2");
  });

  it("is read again when an event says that everything changed", async () => {
    const { fake, server } = await shownPage();
    server.freeCount = 3;
    await fake.send("InventoryChanged", change([], { everything: true }));
    await screen.findByText("free: 3");
    await waitFor(() => expect(fake.count("Inventory")).toBe(2));
  });
});
