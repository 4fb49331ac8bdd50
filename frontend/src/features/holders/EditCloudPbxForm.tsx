import { useState } from "react";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { DialogForm } from "../../ui/Dialog.tsx";
import { FormFields } from "../../ui/FormFields.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { ContactFields, contactInput, contactOf } from "./ContactFields.tsx";
import { type CloudPbxData, reasonAgainst, UpdateCloudPbxMutation } from "./holderDocuments.ts";

type Props = { cloudPbx: CloudPbxData; onClose: () => void };

/** The contact of a Cloud PBX with both addresses (H6); it changes at once. */
export function EditCloudPbxForm({ cloudPbx, onClose }: Props) {
  const t = useText();
  const { run, busy, refusal } = useAction(UpdateCloudPbxMutation);
  const [contact, setContact] = useState(() => contactOf(cloudPbx.contact));
  const [supportEmail, setSupportEmail] = useState(cloudPbx.supportEmail ?? "");
  const fields = refusal?.fields ?? {};

  const submit = async () => {
    const input = {
      cloudPbxId: cloudPbx.id,
      contact: contactInput(contact),
      supportEmail: supportEmail.trim() || null,
    };
    if (await run({ input })) onClose();
  };
  return (
    <DialogForm
      submitLabel={t("numbers.save")}
      cancelLabel={t("common.cancel")}
      submitRefusal={reasonAgainst(cloudPbx.update)}
      refusal={refusal?.kind === "InvalidInput" ? null : refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <FormFields findings={refusal}>
        <ContactFields
          contact={contact}
          onChange={setContact}
          fields={fields}
          emailLabel={t("holder.bookingEmail")}
          autoFocus
        />
        <TextField
          label={t("holder.supportEmail")}
          description={t("holder.supportEmailHint")}
          name="supportEmail"
          type="email"
          value={supportEmail}
          onChange={setSupportEmail}
          error={fields.supportEmail}
        />
        <p>{t("holder.changesAtOnce")}</p>
      </FormFields>
    </DialogForm>
  );
}
