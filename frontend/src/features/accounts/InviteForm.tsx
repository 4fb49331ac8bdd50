import { useState } from "react";
import { useAction } from "../../graphql/useAction.ts";
import { type LanguageTag, useLanguage, useText } from "../../i18n/i18n.ts";
import { Choice } from "../../ui/Choice.tsx";
import { DialogForm } from "../../ui/Dialog.tsx";
import { FormFields, FormGroup } from "../../ui/FormFields.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { showToast } from "../../ui/Toasts.tsx";
import { InviteUserMutation, type UserRole } from "./peopleDocuments.ts";
import { RoleChoice } from "./RoleChoice.tsx";
import { languages } from "./useLanguageChoice.ts";

type Props = { roles: UserRole[]; onClose: () => void };

export function InviteForm({ roles, onClose }: Props) {
  const t = useText();
  const own = useLanguage();
  const { run, busy, refusal } = useAction(InviteUserMutation);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<UserRole>("VIEWER");
  const [language, setLanguage] = useState<LanguageTag>(own);

  const submit = async () => {
    const input = { email, name, role, language: language === "de" ? "DE" : "EN" } as const;
    const accepted = await run({ input });
    if (!accepted) return;
    showToast({ tone: "good", title: t("users.invited", { email: accepted.user.email }) });
    onClose();
  };
  return (
    <DialogForm
      submitLabel={t("users.sendInvitation")}
      cancelLabel={t("common.cancel")}
      refusal={refusal?.kind === "InvalidInput" ? null : refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <FormFields findings={refusal}>
        <p>{t("users.inviteExplanation")}</p>
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
        <TextField
          label={t("login.email")}
          type="email"
          name="email"
          autoComplete="off"
          value={email}
          onChange={setEmail}
          error={refusal?.fields.email}
          isRequired
        />
        <RoleChoice roles={roles} value={role} onChange={setRole} />
        <FormGroup title={t("users.language")}>
          <Choice
            label={t("users.language")}
            value={language}
            options={languages}
            onChange={setLanguage}
          />
        </FormGroup>
      </FormFields>
    </DialogForm>
  );
}
