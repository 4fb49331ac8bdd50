import { describe, expect, it } from "vitest";
import type { TextId, TextValues } from "../../i18n/i18n.ts";
import type { OrderNewsData } from "./documents.ts";
import { changeCounts, inShort, orderTitle } from "./orderText.ts";

/** Names the text and its values: the wording itself is the catalogues' matter. */
const t = (id: TextId, values: TextValues = {}) => [id, ...Object.values(values)].join("|");

const item = (action: OrderNewsData["items"][number]["action"], display: string) => ({
  action,
  digits: display.replace(/\D/g, ""),
  openDigits: 2,
  display,
});

function order(fields: Partial<OrderNewsData>): OrderNewsData {
  return {
    __typename: "Order",
    id: "o1",
    reference: "A-000001",
    kind: "SPLIT",
    status: "QUEUED",
    executionDate: null,
    finishedAt: null,
    refusal: null,
    items: [item("SPLIT", "030 23125-3xx")],
    holder: null,
    ...fields,
  };
}

const hamburg = { __typename: "SipTrunk", id: "t1", name: "Zentrale Hamburg" } as const;

describe("what an order does, in one line", () => {
  it("names the range of a split and a merge", () => {
    expect(orderTitle(order({}), t)).toBe("orders.kind.SPLIT 030 23125-3xx");
    const merge = order({ kind: "MERGE", items: [item("MERGE", "030 23125-3xx")] });
    expect(orderTitle(merge, t)).toBe("orders.kind.MERGE 030 23125-3xx");
  });

  it("counts what is added and removed, and names the holder", () => {
    const items = [item("ADD", "a"), item("ADD", "b"), item("REMOVE", "c")];
    const change = order({ kind: "CHANGE_NUMBERS", items, holder: hamburg });
    expect(orderTitle(change, t)).toBe("orders.change|+2 −1: Zentrale Hamburg");
  });

  it("needs no holder: it may be deleted", () => {
    const change = order({ kind: "CHANGE_NUMBERS", items: [item("REMOVE", "c")] });
    expect(orderTitle(change, t)).toBe("orders.change|−1");
    expect(changeCounts(order({ items: [] }))).toBe("");
  });

  it("names the trunk that is created", () => {
    const create = order({ kind: "CREATE_TRUNK", items: [item("ADD", "a")], holder: hamburg });
    expect(orderTitle(create, t)).toBe("orders.create|Zentrale Hamburg");
  });

  it("names the trunk that is deleted", () => {
    const deletion = order({ kind: "DELETE_TRUNK", items: [item("REMOVE", "a")], holder: hamburg });
    expect(orderTitle(deletion, t)).toBe("orders.delete|Zentrale Hamburg");
  });
});

it("many ranges are named in short", () => {
  const many = ["1", "2", "3", "4", "5"].map((display) => ({ display }));
  expect(inShort(many, t)).toBe("1, 2, 3 orders.others|2");
  expect(inShort(many.slice(0, 3), t)).toBe("1, 2, 3");
});
