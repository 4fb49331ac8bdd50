import { useState } from "react";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog, DialogForm } from "../../ui/Dialog.tsx";

type Props = { isNothing: boolean; onDiscard: () => void };

/** The draft stays until it is ordered or discarded; the latter is asked about. */
export function DiscardDraft({ isNothing, onDiscard }: Props) {
  const t = useText();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button
        variant="quiet"
        size="small"
        refusal={isNothing ? t("newTrunk.discard.nothing") : null}
        onPress={() => setAsking(true)}
      >
        {t("newTrunk.discard")}
      </Button>
      <Dialog
        role="alertdialog"
        isOpen={isAsking}
        title={t("newTrunk.discard.title")}
        closeLabel={t("common.close")}
        onClose={() => setAsking(false)}
      >
        <DialogForm
          submitLabel={t("newTrunk.discard")}
          cancelLabel={t("numbers.leave.stay")}
          submitVariant="danger"
          onSubmit={() => {
            setAsking(false);
            onDiscard();
          }}
          onCancel={() => setAsking(false)}
        >
          <p>{t("newTrunk.discard.details")}</p>
        </DialogForm>
      </Dialog>
    </>
  );
}
