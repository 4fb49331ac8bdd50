import { useText } from "../../i18n/i18n.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import type { HolderNumberPages } from "../inventory/useHolderNumbers.ts";
import { DeleteCloudPbxForm, DeleteTrunkForm } from "./DeleteForms.tsx";
import { EditCloudPbxForm } from "./EditCloudPbxForm.tsx";
import { EditTrunkForm } from "./EditTrunkForm.tsx";
import { deletionOf, type HolderPageData } from "./holderDocuments.ts";
import type { HolderDialogState } from "./holderUrl.ts";

type Props = HolderDialogState & { holder: HolderPageData; numbers: HolderNumberPages };

/** Edit and delete, where they exist for this holder. The credentials have a dialog of their own. */
export function HolderDialogs({ holder, numbers, dialog, closeDialog }: Props) {
  const t = useText();
  if (holder.__typename === "UccConnection") return null;
  if (dialog === "edit") {
    return (
      <Dialog
        isOpen
        title={t("holder.editOf", { holder: holder.name })}
        closeLabel={t("common.close")}
        onClose={closeDialog}
      >
        {holder.__typename === "SipTrunk" ? (
          <EditTrunkForm trunk={holder} onClose={closeDialog} />
        ) : (
          <EditCloudPbxForm cloudPbx={holder} onClose={closeDialog} />
        )}
      </Dialog>
    );
  }
  if (dialog !== "delete" || !deletionOf(holder)) return null;
  return (
    <Dialog
      isOpen
      role="alertdialog"
      title={t("holder.deleteOf", { holder: holder.name })}
      closeLabel={t("common.close")}
      onClose={closeDialog}
    >
      {holder.__typename === "SipTrunk" ? (
        <DeleteTrunkForm trunk={holder} numbers={numbers} onClose={closeDialog} />
      ) : (
        <DeleteCloudPbxForm cloudPbx={holder} onClose={closeDialog} />
      )}
    </Dialog>
  );
}
