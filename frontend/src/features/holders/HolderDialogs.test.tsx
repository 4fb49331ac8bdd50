import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import {
  cloudPbx,
  dialog,
  holderParts,
  open,
  press,
  sent,
  trunk,
  world,
} from "../../test/holders.tsx";
import { connection, order, range, refused } from "../../test/numbers.ts";

const invalid = (fields: Record<string, string>) => ({
  __typename: "InvalidInput",
  code: "INVALID_INPUT",
  message: "The input cannot be used.",
  fields: Object.entries(fields).map(([field, message]) => ({
    field,
    code: "VALUE_NOT_UNDERSTOOD",
    message,
  })),
});

beforeAll(() => activateLanguage("en"));
afterEach(() => history.replaceState(null, "", "/"));

describe("editing", () => {
  it("sends the trunk as it stands in the dialog", async () => {
    const fake = world(trunk(), {
      updateSipTrunk: {
        __typename: "SipTrunkUpdated",
        sipTrunk: trunk({ name: "Hamburg Hafen" }),
      },
    });
    await open(fake);
    await press("Edit");
    const form = await dialog("Edit Hamburg");
    expect(within(form).getByText("Standard (SIPconnect 1.1)")).toBeTruthy();
    const name = within(form).getByRole("textbox", { name: "Name" });
    await userEvent.clear(name);
    await userEvent.type(name, "Hamburg Hafen");
    await userEvent.clear(within(form).getByRole("textbox", { name: /^Phone/ }));
    await press("Save", form);
    expect(await screen.findByRole("heading", { level: 1, name: /^Hamburg Hafen/ })).toBeTruthy();
    expect(sent(fake, "UpdateSipTrunk")).toEqual([
      {
        sipTrunkId: "trunk-1",
        name: "Hamburg Hafen",
        contact: { name: "Jörn Petersen", phone: null, email: "joern@demo.example" },
        callLimits: { total: 20, incoming: null, outgoing: 10 },
      },
    ]);
    await waitFor(() => expect(location.search).toBe(""));
  });

  it("shows what is wrong at its field, and leads there", async () => {
    const fake = world(trunk(), {
      updateSipTrunk: invalid({
        "contact.email": "This is no address.",
        "callLimits.outgoing": "At most 20.",
      }),
    });
    await open(fake, { query: "?dialog=edit" });
    const form = await dialog("Edit Hamburg");
    await press("Save", form);
    const email = within(form).getByRole("textbox", { name: "E-mail" });
    await waitFor(() => expect(email.getAttribute("aria-invalid")).toBe("true"));
    await waitFor(() => expect(document.activeElement).toBe(email));
    expect(within(form).getByText("At most 20.")).toBeTruthy();
    expect(within(form).queryByRole("alert")).toBeNull();

    const total = within(form).getByRole("textbox", { name: "Concurrent calls in total" });
    await userEvent.clear(total);
    await userEvent.type(total, "many");
    await press("Save", form);
    expect(within(form).getByText(/^Enter a whole number/)).toBeTruthy();
    expect(fake.count("UpdateSipTrunk")).toBe(1);
  });

  it("shows another refusal in the dialog", async () => {
    const message = "There is a SIP trunk named Berlin.";
    const fake = world(trunk(), {
      updateSipTrunk: { __typename: "RuleRefused", code: "TRUNK_NAME_TAKEN", message },
    });
    await open(fake, { query: "?dialog=edit" });
    await press("Save", await dialog("Edit Hamburg"));
    expect((await screen.findByRole("alert")).textContent).toBe(message);
  });

  it("changes the contact of a Cloud PBX with both addresses", async () => {
    const fake = world(cloudPbx(), {
      updateCloudPbx: {
        __typename: "CloudPbxUpdated",
        cloudPbx: cloudPbx({ supportEmail: null }),
      },
    });
    await open(fake, { id: "cloud-1", query: "?dialog=edit" });
    const form = await dialog("Edit Cloud PBX Köln");
    await userEvent.clear(within(form).getByRole("textbox", { name: "E-mail for support" }));
    await press("Save", form);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sent(fake, "UpdateCloudPbx")).toEqual([
      { cloudPbxId: "cloud-1", contact: holderParts.contact, supportEmail: null },
    ]);
    expect(screen.getByText("not given")).toBeTruthy();
  });
});

describe("deleting", () => {
  it("says what ends, keeps its key for another try, and goes to the order", async () => {
    const elements = Array.from({ length: 12 }, (_, index) => range(String(index + 10), 1));
    let answer: unknown = { __typename: "RuleRefused", code: "TRY_AGAIN", message: "Try again." };
    const fake = world(
      trunk({
        numbers: () => connection(elements),
        openOrders: [order("7", { kind: "CHANGE_NUMBERS" })],
      }),
      { deleteSipTrunk: () => answer },
    );
    await open(fake);
    await press("Delete");
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(location.search).toBe(""));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    const button = await screen.findByRole("button", { name: "Delete" });
    await waitFor(() => expect(document.activeElement).toBe(button));
    await userEvent.click(button);
    const asked = await dialog("Delete Hamburg?", "alertdialog");
    expect(await within(asked).findByText(/^12 number elements/)).toBeTruthy();
    expect(within(asked).getByText("and 2 more")).toBeTruthy();
    expect(within(asked).getByText(/credentials stop working at once/)).toBeTruthy();
    expect(within(asked).getByRole("link", { name: "A-7" })).toBeTruthy();

    await press("Delete", asked);
    expect((await within(asked).findByRole("alert")).textContent).toBe("Try again.");
    answer = { __typename: "OrderAccepted", order: order("9", { kind: "DELETE_TRUNK" }) };
    await press("Delete", asked);
    await waitFor(() => expect(location.pathname).toBe("/orders/9"));
    const [first, second] = sent(fake, "DeleteSipTrunk");
    expect(first).toEqual({ sipTrunkId: "trunk-1", idempotencyKey: expect.any(String) });
    expect(second).toEqual(first);
  });

  it("shows that a deleted trunk is gone, whatever the cache knew", async () => {
    let holder: ReturnType<typeof trunk> | null = trunk();
    const fake = fakeSession({
      node: () => holder,
      auditLog: connection([]),
      deleteSipTrunk: () => {
        holder = null;
        return { __typename: "OrderAccepted", order: order("9", { kind: "DELETE_TRUNK" }) };
      },
    });
    await open(fake, { query: "?dialog=delete" });
    await press("Delete", await dialog("Delete Hamburg?", "alertdialog"));
    await waitFor(() => expect(location.pathname).toBe("/orders/9"));
    await userEvent.click(screen.getByRole("link", { name: "To the trunk" }));
    expect(await screen.findByText(/^There is no such SIP trunk/)).toBeTruthy();
  });

  it("is not possible while a Cloud PBX holds numbers, and says why", async () => {
    const why = "Cloud PBX Köln holds one number element.";
    await open(world(cloudPbx({ delete: refused(why) })), { id: "cloud-1" });
    const button = screen.getByRole("button", { name: "Delete" });
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(screen.getByText(why)).toBeTruthy();
    await userEvent.click(button);
    expect(location.search).toBe("");
    const link = screen.getByRole("link", { name: /^Configure/ });
    expect(link.getAttribute("rel")).toBe("noreferrer");
  });

  it("of an empty Cloud PBX leads to the inventory", async () => {
    const fake = world(cloudPbx({ elementCount: 0, numbers: () => connection([]) }), {
      deleteCloudPbx: { __typename: "CloudPbxDeleted", name: "Cloud PBX Köln" },
    });
    await open(fake, { id: "cloud-1", query: "?dialog=delete" });
    await press("Delete", await dialog("Delete Cloud PBX Köln?", "alertdialog"));
    await waitFor(() => expect(location.pathname).toBe("/"));
    expect(await screen.findByText("Cloud PBX Köln has been deleted")).toBeTruthy();
  });
});
