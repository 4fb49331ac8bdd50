import { useLocation, useNavigate } from "react-router";
import { paths } from "../../app/paths.ts";

export const dialogs = ["edit", "delete", "password"] as const;
/** The question that is asked about the holder. */
export type HolderDialogName = (typeof dialogs)[number];

export type HolderDialogState = {
  dialog: HolderDialogName | null;
  openDialog: (dialog: HolderDialogName) => void;
  closeDialog: () => void;
};

export function parseDialog(query: URLSearchParams): HolderDialogName | null {
  return dialogs.find((dialog) => dialog === query.get("dialog")) ?? null;
}

/** The dialog of the page in its address: Back closes it. */
export function useHolderDialog(holderId: string): HolderDialogState {
  const location = useLocation();
  const navigate = useNavigate();
  return {
    dialog: parseDialog(new URLSearchParams(location.search)),
    openDialog: (dialog) => navigate(paths.holder(holderId, { dialog }), { state: { step: true } }),
    closeDialog: () => {
      // Opened on this page: one step back. Came with the address: there is no step to go back to.
      if (location.state?.step) navigate(-1);
      else navigate(paths.holder(holderId), { replace: true });
    },
  };
}
