import { useEffect, useState } from "react";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Calendar, Close, Undo } from "../../ui/icons.tsx";
import type { OrderDetailsData } from "./documents.ts";
import { CancelForm, RescheduleForm, UndoForm } from "./OrderForms.tsx";
import { dialogs, type OrderDialogName } from "./ordersUrl.ts";

type Props = {
  order: OrderDetailsData;
  dialog: OrderDialogName | null;
  onDialog: (dialog: OrderDialogName) => void;
  onDialogClose: () => void;
  onFollow: (id: string) => void;
};

const ICONS = {
  cancel: <Close size={14} />,
  reschedule: <Calendar size={14} />,
  undo: <Undo size={14} />,
};

/** Cancel, change the date, undo: each where the API knows it for this order. */
export function OrderActions({ order, dialog, onDialog, onDialogClose, onFollow }: Props) {
  const t = useText();
  const form = { order, onClose: onDialogClose };
  // A dialog that came with the address: of two that open in one moment the drawer, which opens
  // last, would make the dialog inert.
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  useEffect(() => setDrawerOpen(true), []);
  return (
    <>
      {dialogs.map((name) => {
        const availability = order[name];
        return (
          availability && (
            <Button
              key={name}
              icon={ICONS[name]}
              refusal={availability.allowed ? null : availability.refusal?.message}
              onPress={() => onDialog(name)}
            >
              {t(`order.${name}.action`)}
            </Button>
          )
        );
      })}
      {isDrawerOpen && dialog && order[dialog] && (
        <Dialog
          isOpen
          role={dialog === "cancel" ? "alertdialog" : "dialog"}
          title={t(`order.${dialog}.title`, { reference: order.reference })}
          closeLabel={t("common.close")}
          onClose={onDialogClose}
        >
          {dialog === "cancel" && <CancelForm {...form} />}
          {dialog === "reschedule" && <RescheduleForm {...form} />}
          {dialog === "undo" && <UndoForm {...form} onFollow={onFollow} />}
        </Dialog>
      )}
    </>
  );
}
