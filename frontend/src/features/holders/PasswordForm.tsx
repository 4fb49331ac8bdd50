import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { DialogForm } from "../../ui/Dialog.tsx";
import { RegenerateSipPasswordMutation, reasonAgainst, type TrunkData } from "./holderDocuments.ts";

type Props = {
  trunk: TrunkData;
  onClose: () => void;
  /** The new password, and when it was made. */
  onDone: (password: string, setAt: string) => void;
};

/** Asks before the old password ends; a trunk without credentials gets its first. */
export function PasswordForm({ trunk, onClose, onDone }: Props) {
  const t = useText();
  const { run, busy, refusal } = useAction(RegenerateSipPasswordMutation);
  const isFirst = trunk.credentials === null;
  const submit = async () => {
    const accepted = await run({ input: { sipTrunkId: trunk.id } });
    if (!accepted) return;
    onDone(accepted.password, accepted.sipTrunk.credentials?.passwordSetAt ?? "");
    onClose();
  };
  return (
    <DialogForm
      submitLabel={t(isFirst ? "credentials.generate" : "credentials.regenerate")}
      cancelLabel={t("common.cancel")}
      submitVariant={isFirst ? "primary" : "danger"}
      submitRefusal={reasonAgainst(trunk.update)}
      refusal={refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <p>
        {t(isFirst ? "credentials.generateExplanation" : "credentials.regenerateExplanation", {
          holder: trunk.name,
        })}
      </p>
    </DialogForm>
  );
}
