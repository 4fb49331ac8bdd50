import { useState } from "react";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { Dialog, DialogForm } from "../../ui/Dialog.tsx";
import { FormFields, FormGroup } from "../../ui/FormFields.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import styles from "./ApiTokens.module.css";
import type { Viewer } from "./documents.ts";
import {
  CreateApiTokenMutation,
  RevokeApiTokenMutation,
  type TokenData,
} from "./tokenDocuments.ts";
import { useViewer } from "./viewer.ts";

type Role = Viewer["role"];

/** From the fewest rights to the most; nobody gives more than they have. */
const ROLES: readonly Role[] = ["VIEWER", "ADMINISTRATOR", "SERVICE"];

/** Asks for a name, rights and an end; then shows the token, once. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Dialog isOpen title={t("tokens.new")} closeLabel={t("common.close")} onClose={onClose}>
      {secret === null ? (
        <NewTokenForm onCreated={setSecret} onClose={onClose} />
      ) : (
        <>
          <Notice tone="warn" title={t("tokens.onceTitle")}>
            {t("tokens.onceDetails")}
          </Notice>
          <div className={styles.secret}>
            <code>{secret}</code>
            <CopyButton
              text={secret}
              label={t("tokens.copy")}
              copiedLabel={t("tokens.copied")}
              failedLabel={t("tokens.copyFailed")}
            />
          </div>
          <footer className={styles.footer}>
            <Button variant="primary" onPress={onClose} autoFocus>
              {t("tokens.kept")}
            </Button>
          </footer>
        </>
      )}
    </Dialog>
  );
}

type FormProps = { onCreated: (secret: string) => void; onClose: () => void };

function NewTokenForm({ onCreated, onClose }: FormProps) {
  const t = useText();
  const viewer = useViewer();
  const { run, busy, refusal } = useAction(CreateApiTokenMutation);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("VIEWER");
  const [days, setDays] = useState("90");
  const [unreadable, setUnreadable] = useState(false);
  const roles = ROLES.slice(0, ROLES.indexOf(viewer.role) + 1);

  const submit = async () => {
    const isNumber = /^\d{1,9}$/.test(days.trim());
    setUnreadable(!isNumber);
    if (!isNumber) return;
    const done = await run({ input: { name, role, days: Number(days) } });
    if (done) onCreated(done.secret);
  };
  return (
    <DialogForm
      submitLabel={t("tokens.create")}
      cancelLabel={t("common.cancel")}
      refusal={refusal?.kind === "InvalidInput" ? null : refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <FormFields findings={refusal}>
        <TextField
          label={t("tokens.name")}
          description={t("tokens.nameHint")}
          name="name"
          value={name}
          onChange={setName}
          error={refusal?.fields.name}
          autoFocus
        />
        {roles.length > 1 && (
          <FormGroup title={t("tokens.role")} error={refusal?.fields.role}>
            <Choice
              label={t("tokens.role")}
              value={role}
              options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
              onChange={setRole}
            />
          </FormGroup>
        )}
        <TextField
          label={t("tokens.days")}
          description={t("tokens.daysHint")}
          name="days"
          inputMode="numeric"
          value={days}
          onChange={setDays}
          error={unreadable ? t("tokens.daysUnreadable") : refusal?.fields.days}
        />
      </FormFields>
    </DialogForm>
  );
}

/** What uses it stops working at once. */
export function RevokeTokenDialog({ token, onClose }: { token: TokenData; onClose: () => void }) {
  const t = useText();
  const { run, busy, refusal } = useAction(RevokeApiTokenMutation);
  return (
    <Dialog
      isOpen
      role="alertdialog"
      title={t("tokens.revokeQuestion", { name: token.name })}
      closeLabel={t("common.close")}
      onClose={onClose}
    >
      <DialogForm
        submitLabel={t("tokens.revoke")}
        submitVariant="danger"
        cancelLabel={t("tokens.keep")}
        refusal={refusal?.message}
        busy={busy}
        onSubmit={async () => {
          if (await run({ id: token.id })) onClose();
        }}
        onCancel={onClose}
      >
        <p>{t("tokens.revokeDetails")}</p>
      </DialogForm>
    </Dialog>
  );
}
