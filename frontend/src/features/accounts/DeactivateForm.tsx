import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { DialogForm } from "../../ui/Dialog.tsx";
import { showToast } from "../../ui/Toasts.tsx";
import { DeactivateUserMutation, type UserData } from "./peopleDocuments.ts";

type Props = { user: UserData; onClose: () => void };

/** Says what ends with an account before it does. */
export function DeactivateForm({ user, onClose }: Props) {
  const t = useText();
  const { run, busy, refusal } = useAction(DeactivateUserMutation);
  const submit = async () => {
    if (!(await run({ userId: user.id }))) return;
    showToast({ tone: "good", title: t("users.deactivated", { name: user.name }) });
    onClose();
  };
  return (
    <DialogForm
      submitLabel={t("users.deactivate")}
      cancelLabel={t("common.cancel")}
      submitVariant="danger"
      submitRefusal={user.deactivate?.refusal?.message}
      refusal={refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <p>{t("users.deactivateExplanation")}</p>
    </DialogForm>
  );
}
