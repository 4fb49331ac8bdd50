import { useLocation, useNavigate } from "react-router";
import { paths } from "../../app/paths.ts";
import type { UserRole, UserStateName } from "./peopleDocuments.ts";

export const roles = ["ADMINISTRATOR", "VIEWER", "SERVICE"] as const satisfies UserRole[];
export const states = ["ACTIVE", "INVITED", "DEACTIVATED"] as const satisfies UserStateName[];
const dialogs = ["invite", "edit", "deactivate"] as const;
export type PeopleDialogName = (typeof dialogs)[number];

/** What of the page stands in the query part of its address. */
export type PeopleState = {
  search: string;
  role: UserRole | null;
  state: UserStateName | null;
  dialog: PeopleDialogName | null;
  /** Whom the dialog is about. */
  user: string | null;
};

export function parsePeople(query: URLSearchParams): PeopleState {
  return {
    search: query.get("search")?.trim() ?? "",
    role: roles.find((role) => role === query.get("role")) ?? null,
    state: states.find((state) => state === query.get("state")) ?? null,
    dialog: dialogs.find((dialog) => dialog === query.get("dialog")) ?? null,
    user: query.get("user"),
  };
}

/** With its `?`; empty where everything is at its default. */
export function formatPeople(state: PeopleState): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) if (value) query.set(name, value);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** The state of the page in its address: Back closes a dialog and takes back a filter. */
export function usePeopleState() {
  const location = useLocation();
  const navigate = useNavigate();
  const state = parsePeople(new URLSearchParams(location.search));
  const addressOf = (next: PeopleState) => paths.users() + formatPeople(next);
  const closed = { ...state, dialog: null, user: null };
  return {
    state,
    filter: (change: Partial<PeopleState>) => navigate(addressOf({ ...closed, ...change })),
    openDialog: (dialog: PeopleDialogName, user: string | null = null) =>
      navigate(addressOf({ ...state, dialog, user }), { state: { step: true } }),
    closeDialog: () => {
      // Opened on this page: one step back. Came with the address: there is no step to go back to.
      if (location.state?.step) navigate(-1);
      else navigate(addressOf(closed), { replace: true });
    },
  };
}
