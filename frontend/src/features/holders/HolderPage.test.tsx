import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import {
  ALLOWED,
  card,
  credentials,
  dialog,
  entry,
  holderParts,
  open,
  PASSWORD,
  press,
  trunk,
  world,
} from "../../test/holders.tsx";
import { change, connection, order, refused } from "../../test/numbers.ts";
import type { Viewer } from "../accounts/documents.ts";
import { InventoryChangedSubscription } from "../inventory/documents.ts";

const NEW_PASSWORD = "pM3sWv8KbTn6YcRh2xZq7JfD";
const ONLY_ADMINISTRATORS = "Only administrators see the credentials.";

const viewer = { id: "user-2", change: refused(ONLY_ADMINISTRATORS) } as unknown as Viewer;

beforeAll(() => activateLanguage("en"));
afterEach(() => history.replaceState(null, "", "/"));

describe("the credentials of a trunk", () => {
  it("hide the password until it is asked for, and again afterwards", async () => {
    const fake = world(trunk());
    await open(fake);
    expect(screen.getByText("trunk7f3a@dialtree")).toBeTruthy();
    expect(screen.getByText("this installation names none")).toBeTruthy();
    expect(screen.getByText(/is noted in the history/)).toBeTruthy();
    expect(fake.count("RevealSipPassword")).toBe(0);
    expect(screen.queryByText(PASSWORD)).toBeNull();

    await press("Show password");
    expect(await screen.findByText(PASSWORD)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Hide password" })).toBe(document.activeElement);
    await press("Hide password");
    expect(screen.queryByText(PASSWORD)).toBeNull();
    expect(fake.count("RevealSipPassword")).toBe(1);
  });

  it("forget the password when the page is left", async () => {
    const fake = world(trunk());
    await open(fake);
    await press("Show password");
    await screen.findByText(PASSWORD);
    await userEvent.click(screen.getByRole("link", { name: "To the orders" }));
    await userEvent.click(screen.getByRole("link", { name: "To the trunk" }));
    expect(await screen.findByRole("button", { name: "Show password" })).toBeTruthy();
    expect(screen.queryByText(PASSWORD)).toBeNull();
  });

  it("can be copied one by one, and say so", async () => {
    const writeText = vi.fn(async () => {});
    Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
    await open(world(trunk()));
    await press("Copy: Registrar");
    expect(writeText).toHaveBeenCalledWith("sip.demo.example");
    expect(await screen.findByText("Copied: Registrar")).toBeTruthy();
    // On plain HTTP there is no clipboard.
    Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
    await press("Copy: Realm");
    expect(await screen.findByText(/Copying is not possible/)).toBeTruthy();
  });

  it("get a new password after a warning, and show it", async () => {
    const setAt = "2026-11-24T11:00:00Z";
    let holder = trunk();
    const fake = fakeSession({
      node: () => holder,
      auditLog: connection([]),
      regenerateSipPassword: () => {
        holder = trunk({ credentials: { ...credentials, passwordSetAt: setAt } });
        return {
          __typename: "SipPasswordRegenerated",
          password: NEW_PASSWORD,
          sipTrunk: holder,
        };
      },
    });
    await open(fake);
    await press("Generate new password");
    const asked = await dialog("Generate new password", "alertdialog");
    expect(within(asked).getByText(/stops working at once/)).toBeTruthy();
    expect(location.search).toBe("?dialog=password");
    await press("Generate new password", asked);
    expect(await screen.findByText(NEW_PASSWORD)).toBeTruthy();
    expect(screen.getByText(/This is the new password/)).toBeTruthy();
    await waitFor(() => expect(location.search).toBe(""));
  });

  it("are offered where a trunk has none", async () => {
    await open(world(trunk({ credentials: null })));
    expect(screen.getByText(/has no credentials yet/)).toBeTruthy();
    await press("Generate credentials");
    expect(await dialog("Generate credentials")).toBeTruthy();
  });

  it("are not for viewers, who are told so, and neither is the history", async () => {
    const no = refused(ONLY_ADMINISTRATORS);
    const fake = world(trunk({ credentials: null, showCredentials: no, update: no, delete: no }));
    await open(fake, { as: viewer });
    const region = card("Telephony credentials");
    expect(within(region).getByText(ONLY_ADMINISTRATORS)).toBeTruthy();
    expect(within(region).queryAllByRole("button")).toEqual([]);
    for (const name of ["Edit", "Delete"]) {
      expect(screen.getByRole("button", { name }).getAttribute("aria-disabled")).toBe("true");
    }
    expect(screen.queryByRole("region", { name: "History" })).toBeNull();
    expect(fake.count("AuditLog")).toBe(0);
  });
});

it("a planned trunk can be cancelled or moved by its order, and not deleted", async () => {
  const creation = order("5", {
    kind: "CREATE_TRUNK",
    status: "PLANNED",
    creator: "SERVICE",
    executionDate: "2026-12-01",
    reschedule: ALLOWED,
  });
  const planned = trunk({ status: "PLANNED", creation, delete: null, openOrders: [creation] });
  await open(world(planned), { query: "?dialog=delete" });
  expect(screen.queryByRole("alertdialog", { name: "Delete Hamburg?" })).toBeNull();
  expect(screen.getByText("planned from 01/12/2026")).toBeTruthy();
  expect(screen.getByRole("button", { name: /^T\b.*service staff/ })).toBeTruthy();
  expect(screen.getByText(/can be entered in the PBX now/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Delete" })).toBeNull();
  const href = (name: string) => screen.getByRole("link", { name }).getAttribute("href");
  expect(href("Cancel order")).toBe("/orders/5?dialog=cancel");
  expect(href("Change date")).toBe("/orders/5?dialog=reschedule");
});

it("a UCC connection tells what its partner can do", async () => {
  const ucc = {
    ...holderParts,
    __typename: "UccConnection",
    id: "ucc-1",
    name: "Unify Service",
    kind: "UCC_CONNECTION",
    partner: {
      code: "UNIFY_X",
      name: "Unify X",
      takesSplitRanges: false,
      takesExecutionDate: true,
    },
  };
  await open(world(ucc), { id: "ucc-1" });
  expect(screen.getByText(/^Does not take split ranges/)).toBeTruthy();
  expect(screen.getByText(/can be planned for a later day/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Edit numbers" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Edit" })).toBeNull();
});

it("the history grows by what is done here, and can be read on", async () => {
  const entries = [
    entry("1", "TRUNK_UPDATED", [
      { field: "contact.email", before: null, after: "joern@demo.example" },
      { field: "callLimits.total", before: "10", after: "20" },
    ]),
  ];
  const fake = world(trunk(), {
    auditLog: ({ after }: { after: string | null }) =>
      after
        ? connection([entry("0", "TRUNK_ORDERED")])
        : connection(entries, { pageInfo: { hasNextPage: true, endCursor: "c" } }),
    revealSipPassword: () => {
      entries.unshift(entry("2", "PASSWORD_SHOWN"));
      return { __typename: "SipPasswordRevealed", password: PASSWORD };
    },
  });
  await open(fake);
  const history = within(card("History"));
  expect(await history.findByText("E-mail: none → joern@demo.example")).toBeTruthy();
  expect(history.getByText("Concurrent calls in total: 10 → 20")).toBeTruthy();
  await press("Show more");
  expect(await history.findByText("SIP trunk ordered")).toBeTruthy();
  await press("Show password");
  expect(await history.findByText("Password looked at")).toBeTruthy();
  expect(fake.requests.find(({ name }) => name === "AuditLog")?.variables.subjectId).toBe(
    "trunk-1",
  );
});

it("shows at once what somebody else has changed", async () => {
  let holder = trunk();
  const entries = [entry("1", "TRUNK_ORDERED")];
  const fake = fakeSession({ node: () => holder, auditLog: () => connection(entries) });
  const { unsubscribe } = fake.session.client
    .subscription(InventoryChangedSubscription, {})
    .subscribe(() => {});
  await open(fake);
  await screen.findByText("SIP trunk ordered");
  holder = trunk({ name: "Altona", callLimits: { total: 35, incoming: null, outgoing: 10 } });
  entries.unshift(entry("2", "TRUNK_UPDATED"));
  await fake.send("InventoryChanged", change([], { holders: [holder] }));
  expect(await screen.findByRole("heading", { level: 1, name: /^Altona/ })).toBeTruthy();
  expect(await screen.findByText("35")).toBeTruthy();
  expect(await screen.findByText("SIP trunk edited")).toBeTruthy();
  unsubscribe();
});

it("says that there is no such holder", async () => {
  await open(world(null));
  expect(await screen.findByText(/^There is no such SIP trunk/)).toBeTruthy();
});
