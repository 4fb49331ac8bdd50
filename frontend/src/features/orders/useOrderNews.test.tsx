import { screen } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { eventually } from "../../test/eventually.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { order } from "../../test/numbers.ts";
import { renderPage } from "../../test/renderPage.tsx";
import { OrderAgainQuery } from "./documents.ts";
import { useOrderNews } from "./useOrderNews.ts";

beforeAll(() => activateLanguage("en"));

function News() {
  useOrderNews();
  return null;
}

describe("the end of an order", () => {
  it("is told even when it came while the connection was lost", async () => {
    const refusal = { __typename: "RuleRefused", code: "RANGE_ASSIGNED", message: "Now at Köln." };
    const failed = order("7", {
      status: "FAILED",
      finishedAt: "2026-11-23T10:00:05Z",
      refusal,
    });
    const fake = fakeSession({ node: () => failed });
    renderPage(fake.session, "/", <News />);
    await fake.send("OrdersUpdated", { ordersUpdated: order("7", { status: "RUNNING" }) });
    expect(screen.queryByText("Order A-7 has failed")).toBeNull();

    fake.connection("lost");
    fake.connection("connected");

    expect(await screen.findByText("Order A-7 has failed")).toBeTruthy();
    expect(screen.getByText("Now at Köln.")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Order A-7" })).toBeTruthy();
  });

  it("is told once, and asked for no more", async () => {
    const finishedAt = new Date().toISOString();
    const done = order("8", { status: "SUCCEEDED", kind: "CHANGE_NUMBERS", finishedAt });
    const fake = fakeSession({ node: () => done });
    renderPage(fake.session, "/", <News />);
    await fake.send("OrdersUpdated", { ordersUpdated: done });
    await fake.send("OrdersUpdated", { ordersUpdated: done });
    expect(await screen.findAllByRole("link", { name: "Order A-8" })).toHaveLength(1);

    fake.connection("lost");
    fake.connection("connected");
    await eventually(() => expect(fake.count("OrderAgain")).toBe(0));
  });

  it("stands, also when an older answer comes after it", async () => {
    const finishedAt = new Date().toISOString();
    const done = order("9", { status: "SUCCEEDED", kind: "CHANGE_NUMBERS", finishedAt });
    const older = order("9", { status: "QUEUED", kind: "CHANGE_NUMBERS", finishedAt: null });
    const answers = [older, done];
    const fake = fakeSession({ node: () => answers.shift() ?? done });
    renderPage(fake.session, "/", <News />);
    await fake.send("OrdersUpdated", { ordersUpdated: done });
    await fake.session.client
      .query(OrderAgainQuery, { id: done.id }, { requestPolicy: "network-only" })
      .toPromise();
    const status = () => {
      const node = fake.session.client.readQuery(OrderAgainQuery, { id: done.id })?.data?.node;
      return node?.__typename === "Order" ? node.status : null;
    };
    expect(status()).toBe("QUEUED");
    await eventually(() => expect(status()).toBe("SUCCEEDED"));
    expect(fake.count("OrderAgain")).toBe(2);
  });
});
