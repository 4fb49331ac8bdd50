import { useState } from "react";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { DialogForm } from "../../ui/Dialog.tsx";
import { FormFields } from "../../ui/FormFields.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { UpdateUserMutation, type UserData, type UserRole } from "./peopleDocuments.ts";
import { RoleChoice } from "./RoleChoice.tsx";

type Props = { user: UserData; roles: UserRole[]; onClose: () => void };

/** Name and role; both change at once. */
export function EditUserForm({ user, roles, onClose }: Props) {
  const t = useText();
  const { run, busy, refusal } = useAction(UpdateUserMutation);
  const [name, setName] = useState(user.name);
  const [role, setRole] = useState(user.role);
  const fixed = user.changeRole.refusal?.message;

  const submit = async () => {
    const input = { userId: user.id, name, role: role === user.role ? null : role };
    if (await run({ input })) onClose();
  };
  return (
    <DialogForm
      submitLabel={t("numbers.save")}
      cancelLabel={t("common.cancel")}
      refusal={refusal?.kind === "InvalidInput" ? null : refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <FormFields findings={refusal}>
        <TextField
          label={t("users.name")}
          name="name"
          autoComplete="off"
          value={name}
          onChange={setName}
          error={refusal?.fields.name}
          isRequired
          autoFocus
        />
        {fixed ? (
          <Notice tone="info" title={`${t("users.role")}: ${t(`role.${user.role}`)}`}>
            {fixed}
          </Notice>
        ) : (
          <RoleChoice
            roles={roles.includes(user.role) ? roles : [...roles, user.role]}
            value={role}
            onChange={setRole}
          />
        )}
      </FormFields>
    </DialogForm>
  );
}
