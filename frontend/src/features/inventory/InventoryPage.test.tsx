import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import {
  change,
  connection,
  inventory,
  order,
  range,
  refused,
  tenBelow,
} from "../../test/numbers.ts";
import { renderPage } from "../../test/renderPage.tsx";
import type { Viewer } from "../accounts/documents.ts";
import { ViewerContext } from "../accounts/viewer.ts";
import { useOrderNews } from "../orders/useOrderNews.ts";
import InventoryPage from "./InventoryPage.tsx";
import { useInventoryNews } from "./useInventoryNews.ts";

type Range = ReturnType<typeof range>;

const administrator = { id: "user-1", change: { allowed: true, refusal: null } } as Viewer;

function Page({ viewer = administrator }: { viewer?: Viewer }) {
  useInventoryNews();
  useOrderNews();
  return (
    <ViewerContext value={viewer}>
      <InventoryPage />
    </ViewerContext>
  );
}

/** A block 030 23125-xxx whose ranges are in `ranges`; what is asked of it is in `fake.requests`. */
function world(more: Record<string, unknown> = {}) {
  const ranges = new Map<string, Range>();
  for (const each of [range("", 3), ...tenBelow("", 2)]) ranges.set(each.id, each);
  const answers = {
    inventory,
    numberRanges: () => connection([ranges.get("range-")]),
    node: ({ id }: { id: string }) => {
      const node = ranges.get(id);
      return node && { ...node, children: () => [...ranges.values()].filter(isChildOf(node)) };
    },
    sipTrunks: () => connection([]),
    cloudPbxes: () => connection([]),
    uccConnections: () => connection([]),
    splitRange: () => ({ __typename: "OrderAccepted", order: order("1") }),
    ...more,
  };
  return { ranges, fake: fakeSession(answers) };
}

const isChildOf = (node: Range) => (other: Range) =>
  other.digits.startsWith(node.digits) && other.level === node.level + 1;

// By the text of the first cell: asking for accessible names of a whole table takes seconds.
const headers = () => [...document.querySelectorAll('[role="rowheader"]')];
const shown = () => headers().map((header) => header.textContent);
async function row(number: string): Promise<HTMLElement> {
  await waitFor(() => expect(shown()).toContain(number));
  const found = headers()
    .find((header) => header.textContent === number)
    ?.closest("[role=row]");
  return found as HTMLElement;
}

beforeAll(() => activateLanguage("en"));
beforeEach(() => history.replaceState(null, "", "/"));

describe("the tree of numbers", () => {
  it("reads the ranges of a block when it opens, and keeps it open in the address", async () => {
    const { fake } = world();
    renderPage(fake.session, "/", <Page />);
    const block = await row("030 23125-xxx");
    expect(block.getAttribute("aria-expanded")).toBe("false");
    expect(fake.count("Children")).toBe(0);

    block.focus();
    await userEvent.keyboard("{ArrowRight}");

    expect(await row("030 23125-3xx")).toBeTruthy();
    expect(location.search).toBe("?open=493023125000");
    expect(fake.count("Children")).toBe(1);
  });

  it("opens what the address says", async () => {
    const { fake } = world();
    renderPage(fake.session, "/?open=493023125000", <Page />);
    expect(await row("030 23125-3xx")).toBeTruthy();
  });

  it("hides a range at once when it is assigned, as long as only free ones are shown", async () => {
    const { fake } = world();
    renderPage(fake.session, "/?open=493023125000", <Page />);
    await row("030 23125-3xx");
    await fake.send(
      "InventoryChanged",
      change([range("3", 2, { state: "ASSIGNED", freeCount: 0 })]),
    );
    await waitFor(() => expect(shown()).not.toContain("030 23125-3xx"));
    expect(fake.count("Children")).toBe(1);
  });

  it("says why something cannot be done, to everybody", async () => {
    const { fake, ranges } = world();
    const reason = "Only administrators change anything.";
    ranges.set("range-3", range("3", 2, { split: refused(reason) }));
    renderPage(fake.session, "/?open=493023125000", <Page />);
    const split = within(await row("030 23125-3xx")).getByRole("button", { name: /^Split/ });
    expect(split.getAttribute("aria-disabled")).toBe("true");
    expect(split.hasAttribute("disabled")).toBe(false);
    const description = split.getAttribute("aria-describedby") ?? "";
    expect(document.getElementById(description)?.textContent).toBe(reason);

    await userEvent.click(split);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect((await screen.findByRole("tooltip")).textContent).toBe(reason);
  });

  it("shows no action that does not exist", async () => {
    const { fake, ranges } = world();
    ranges.set("range-3", range("3", 2, { split: null }));
    renderPage(fake.session, "/?open=493023125000", <Page />);
    expect(within(await row("030 23125-3xx")).queryByRole("button")).toBeNull();
    expect(within(await row("030 23125-4xx")).getByRole("button")).toBeTruthy();
  });

  it("says at the field when a search was not understood", async () => {
    const reading = {
      kind: "NOT_UNDERSTOOD",
      digits: null,
      display: "abc",
      refusal: { __typename: "RuleRefused", code: "INVALID_INPUT", message: "Begin with 0." },
    };
    const { fake } = world({ numberRanges: () => connection([], { reading }) });
    renderPage(fake.session, "/?number=abc", <Page />);
    expect(await screen.findByText("Begin with 0.")).toBeTruthy();
    const [field] = screen.getAllByRole("searchbox", { name: "Number" });
    expect(field?.getAttribute("aria-invalid")).toBe("true");
  });

  it("searches on Enter and keeps the focus in the field", async () => {
    const { fake } = world();
    renderPage(fake.session, "/", <Page />);
    const [field] = screen.getAllByRole("searchbox", { name: "Number" });
    if (!field) throw new Error("no field");
    await userEvent.type(field, " *34{Enter}");
    await waitFor(() => expect(location.search).toBe("?number=*34"));
    await waitFor(() =>
      expect(fake.requests.at(-1)).toMatchObject({ name: "Roots", variables: { number: "*34" } }),
    );
    expect(document.activeElement).toBe(field);
  });
});

describe("splitting a range", () => {
  async function askToSplit(more: Record<string, unknown> = {}) {
    const it = world(more);
    renderPage(it.fake.session, "/?open=493023125000", <Page />);
    const split = within(await row("030 23125-3xx")).getByRole("button", { name: /^Split/ });
    await userEvent.click(split);
    const dialog = await screen.findByRole("dialog", { name: "Split range" });
    return { ...it, dialog };
  }

  it("shows it running, then opens it with its ten children and tells it, without a reload", async () => {
    const { fake, ranges, dialog } = await askToSplit();
    await userEvent.click(within(dialog).getByRole("button", { name: "Split range" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fake.requests.at(-1)?.variables).toMatchObject({ rangeId: "range-3" });

    const running = order("1", { status: "RUNNING" });
    await fake.send("OrdersUpdated", { ordersUpdated: running });
    await fake.send(
      "InventoryChanged",
      change([range("3", 2, { openOrder: running, split: refused("Order A-1 touches it.") })]),
    );
    expect((await row("030 23125-3xx")).textContent).toContain("being split");
    expect(screen.getByRole("link", { name: "A-1" }).getAttribute("href")).toContain("/orders/1");

    for (const child of tenBelow("3", 1)) ranges.set(child.id, child);
    const split = range("3", 2, { state: "SPLIT", split: null, children: tenBelow("3", 1) });
    await fake.send("InventoryChanged", change([split]));
    await fake.send("OrdersUpdated", {
      ordersUpdated: order("1", {
        status: "SUCCEEDED",
        finishedAt: new Date().toISOString(),
        items: [{ action: "SPLIT", digits: "4930231253", openDigits: 2, display: "030 23125-3xx" }],
      }),
    });

    const toast = await screen.findByRole("alertdialog");
    expect(toast.textContent?.replace(/\u2060/g, "")).toContain("23125-3xx has been split");
    const ten = tenBelow("3", 1).map(({ display }) => display);
    await waitFor(() => expect(shown()).toEqual(expect.arrayContaining(ten)));
    expect(location.search).toBe("?open=493023125000.4930231253");
  });

  it("shows the refusal in the dialog and leaves it open", async () => {
    const message = "The range is assigned to Köln.";
    const { dialog } = await askToSplit({
      splitRange: () => ({ __typename: "RuleRefused", code: "RANGE_ASSIGNED", message }),
    });
    await userEvent.click(within(dialog).getByRole("button", { name: "Split range" }));
    expect((await within(dialog).findByRole("alert")).textContent).toBe(message);
  });
});

describe("a new SIP trunk", () => {
  it("is a link away for those who may", async () => {
    renderPage(world().fake.session, "/", <Page />);
    const link = await screen.findByRole("link", { name: "New SIP trunk" });
    expect(link.getAttribute("href")).toBe("/trunks/new");
  });

  it("is a button that says why not for others", async () => {
    const change = refused("Only administrators change anything.");
    const viewer = { id: "user-2", change } as unknown as Viewer;
    renderPage(world().fake.session, "/", <Page viewer={viewer} />);
    const button = await screen.findByRole("button", { name: "New SIP trunk" });
    expect(button.getAttribute("aria-disabled")).toBe("true");
    const reason = document.getElementById(button.getAttribute("aria-describedby") ?? "");
    expect(reason?.textContent).toBe("Only administrators change anything.");
  });
});
