import { act, renderHook, waitFor } from "@testing-library/react";
import { BrowserRouter } from "react-router";
import { beforeEach, describe, expect, it } from "vitest";
import {
  formatInventory,
  type InventoryState,
  parseInventory,
  useInventoryState,
} from "./inventoryUrl.ts";

const PLAIN = parseInventory(new URLSearchParams());

describe("the address of the inventory", () => {
  it("is plain when nothing was chosen", () => {
    expect(formatInventory(PLAIN)).toBe("");
    expect(PLAIN).toMatchObject({ number: "", all: false, open: [], dialog: null });
  });

  it("keeps everything that was chosen", () => {
    const state: InventoryState = {
      number: "*030",
      site: "Köln & Bonn",
      all: true,
      open: ["493023125", "4930231253"],
      closedSections: ["calls", "holders"],
      trunk: "Ham",
      trunkNumber: "+49 30",
      planned: "Mün",
      plannedNumber: "089",
      holders: ["U2lwVHJ1bms6MQ==", "Q2xvdWRQYng6MQ+/"],
      dialog: { action: "merge", rangeId: "TnVtYmVyUmFuZ2U6MQ==" },
    };
    expect(parseInventory(new URLSearchParams(formatInventory(state)))).toEqual(state);
  });

  it("ignores what it does not know", () => {
    expect(parseInventory(new URLSearchParams("closed=calls.nonsense&show=some&x=1"))).toEqual({
      ...PLAIN,
      closedSections: ["calls"],
    });
  });
});

describe("changing it", () => {
  beforeEach(() => history.replaceState(null, "", "/"));
  const page = () => renderHook(useInventoryState, { wrapper: BrowserRouter });

  it("two changes in one moment do not undo each other", () => {
    const { result } = page();
    act(() => {
      result.current.change({ open: ["493023125"] });
      result.current.change({ all: true });
    });
    expect(result.current.state).toMatchObject({ open: ["493023125"], all: true });
  });

  it("Back takes back a search, not the opening of a node", async () => {
    const { result } = page();
    act(() => result.current.change({ number: "030" }, { step: true }));
    act(() => result.current.change({ open: ["493023125"] }));
    act(() => history.back());
    await waitFor(() => expect(result.current.state.number).toBe(""));
  });

  it("closing a dialog goes back to the page before it, what opened meanwhile included", async () => {
    const { result } = page();
    act(() => result.current.change({ number: "030" }, { step: true }));
    const length = history.length;
    act(() => result.current.change({ dialog: { action: "split", rangeId: "1" } }, { step: true }));
    expect(result.current.state.dialog).toEqual({ action: "split", rangeId: "1" });
    act(() => result.current.closeDialog());
    await waitFor(() => expect(result.current.state.dialog).toBeNull());
    expect(result.current.state.number).toBe("030");
    expect(history.length).toBe(length + 1);
  });

  it("a dialog that came with the address closes without leaving the page", async () => {
    history.replaceState(null, "", "/?number=030&split=1");
    const { result } = page();
    act(() => result.current.closeDialog());
    await waitFor(() => expect(location.search).toBe("?number=030"));
  });
});
