import { beforeAll, describe, expect, it } from "vitest";
import { paths } from "../../app/paths.ts";
import { activateLanguage, translate } from "../../i18n/i18n.ts";
import type { OrderNewsData } from "./documents.ts";
import { orderMessage } from "./orderMessage.ts";

const ORDER: OrderNewsData = {
  __typename: "Order",
  id: "1",
  reference: "A-000123",
  kind: "SPLIT",
  status: "SUCCEEDED",
  executionDate: null,
  finishedAt: "2026-11-23T12:00:00Z",
  refusal: null,
  items: [{ action: "SPLIT", digits: "4930231253", openDigits: 2, display: "030 23125-3xx" }],
  holder: null,
};

function german(order: Partial<OrderNewsData>) {
  const message = orderMessage({ ...ORDER, ...order }, translate);
  return (
    message && { ...message, title: message.title.replace(/\u2060/g, "").replace(/\u00a0/g, " ") }
  );
}

describe("the message about a finished order", () => {
  beforeAll(() => activateLanguage("de"));

  it("names the range and leads to the order", () => {
    expect(german({})).toEqual({
      tone: "good",
      title: "Durchwahlbereich 030 23125-3xx wurde gesplittet",
      link: { href: paths.order("1"), label: "Auftrag A-000123" },
    });
  });

  it("names the holder whose numbers changed", () => {
    const holder = { __typename: "SipTrunk" as const, id: "h", name: "Köln" };
    expect(german({ kind: "CHANGE_NUMBERS", holder })?.title).toBe(
      "Die Rufnummern von Köln wurden geändert",
    );
  });

  it("gives the reason of a failure", () => {
    const refusal = { message: "Der Bereich ist Köln zugewiesen." };
    expect(german({ status: "FAILED", refusal })).toMatchObject({
      tone: "bad",
      title: "Auftrag A-000123 ist fehlgeschlagen",
      details: "Der Bereich ist Köln zugewiesen.",
    });
  });

  it("is none for a cancelled order: whoever cancelled it knows", () => {
    expect(german({ status: "CANCELLED" })).toBeNull();
  });

  it("gives the reason when nobody cancelled it, but its trunk was deleted", () => {
    const refusal = { message: "Den SIP-Trunk Köln gibt es nicht mehr." };
    expect(german({ status: "CANCELLED", refusal })).toMatchObject({
      title: "Auftrag A-000123 wurde storniert",
      details: "Den SIP-Trunk Köln gibt es nicht mehr.",
    });
  });

  it("names the trunk that was deleted", () => {
    const holder = { __typename: "SipTrunk" as const, id: "h", name: "Köln" };
    expect(german({ kind: "DELETE_TRUNK", holder })?.title).toBe("SIP-Trunk Köln wurde gelöscht");
  });
});
