import { useLocation, useNavigate } from "react-router";

export const sections = ["calls", "free", "holders", "planned"] as const;
export type SectionName = (typeof sections)[number];

/** What of the page stands in its address. */
export type InventoryState = {
  /** Search in the free numbers. */
  number: string;
  site: string;
  /** Also what has nothing free. */
  all: boolean;
  /** The open nodes of the tree, see `openKey`: readable, and the same for everybody. */
  open: string[];
  closedSections: SectionName[];
  /** Search in the SIP trunks, and in the planned ones. */
  trunk: string;
  trunkNumber: string;
  planned: string;
  plannedNumber: string;
  /** Ids of the open holders. */
  holders: string[];
  dialog: { action: "split" | "merge"; rangeId: string } | null;
};

const SEPARATOR = ".";

function list(value: string | null): string[] {
  return value ? value.split(SEPARATOR).filter(Boolean) : [];
}

export function parseInventory(query: URLSearchParams): InventoryState {
  const text = (name: string) => query.get(name) ?? "";
  const closed = list(query.get("closed"));
  const split = query.get("split");
  const merge = query.get("merge");
  return {
    number: text("number"),
    site: text("site"),
    all: query.get("show") === "all",
    open: list(query.get("open")),
    closedSections: sections.filter((name) => closed.includes(name)),
    trunk: text("trunk"),
    trunkNumber: text("trunkNumber"),
    planned: text("planned"),
    plannedNumber: text("plannedNumber"),
    holders: list(query.get("holders")),
    dialog: split
      ? { action: "split", rangeId: split }
      : merge
        ? { action: "merge", rangeId: merge }
        : null,
  };
}

/** Without what is at its default, so that the plain page has a plain address. */
export function formatInventory(state: InventoryState): string {
  const query = new URLSearchParams();
  const set = (name: string, value: string) => value && query.set(name, value);
  set("number", state.number);
  set("site", state.site);
  set("show", state.all ? "all" : "");
  set("open", state.open.join(SEPARATOR));
  set("closed", state.closedSections.join(SEPARATOR));
  set("trunk", state.trunk);
  set("trunkNumber", state.trunkNumber);
  set("planned", state.planned);
  set("plannedNumber", state.plannedNumber);
  set("holders", state.holders.join(SEPARATOR));
  if (state.dialog) set(state.dialog.action, state.dialog.rangeId);
  return query.toString();
}

type Change = Partial<InventoryState> | ((state: InventoryState) => Partial<InventoryState>);

/**
 * The page's state and how to change it. A search or a dialog is a step that Back takes back;
 * opening and closing of nodes and sections is not.
 */
export function useInventoryState() {
  const location = useLocation();
  const navigate = useNavigate();
  const state = parseInventory(new URLSearchParams(location.search));

  const change = (edit: Change, { step = false } = {}) => {
    // From the address itself: two changes in one moment must not undo each other.
    const now = parseInventory(new URLSearchParams(window.location.search));
    const next = { ...now, ...(typeof edit === "function" ? edit(now) : edit) };
    const search = formatInventory(next);
    navigate(
      { pathname: location.pathname, search },
      { replace: !step, state: step && next.dialog ? { dialogStep: true } : location.state },
    );
  };
  const closeDialog = () => {
    // Opened on this page: one step back. Came with the address: there is no step to go back to.
    if (location.state?.dialogStep) navigate(-1);
    else change({ dialog: null });
  };
  return { state, change, closeDialog };
}
