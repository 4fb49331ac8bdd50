import { useState } from "react";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { FormFields } from "../../ui/FormFields.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { showToast } from "../../ui/Toasts.tsx";
import { ChangePasswordMutation } from "./accessDocuments.ts";
import { NewPasswordField } from "./NewPasswordField.tsx";
import styles from "./SettingsPage.module.css";
import { useViewer } from "./viewer.ts";

/** One's own password; the sessions elsewhere end with the old one. */
export function PasswordSetting() {
  const t = useText();
  const viewer = useViewer();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const { run, busy, refusal } = useAction(ChangePasswordMutation);
  const submit = async () => {
    if (!(await run({ current, new: password }))) return;
    setCurrent("");
    setPassword("");
    showToast({
      tone: "good",
      title: t("password.changed.title"),
      details: t("password.changed.details"),
    });
  };
  return (
    <section className={styles.setting}>
      <h2 className={styles.name}>{t("password.change")}</h2>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {refusal && refusal.kind !== "InvalidInput" && (
          <Notice tone="bad">{refusal.message}</Notice>
        )}
        <input
          className="visually-hidden"
          type="email"
          name="username"
          autoComplete="username"
          value={viewer.email}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <FormFields findings={refusal}>
          <TextField
            label={t("password.current")}
            type="password"
            name="current"
            autoComplete="current-password"
            value={current}
            onChange={setCurrent}
            error={refusal?.fields.current}
          />
          <NewPasswordField
            label={t("password.new")}
            name="new"
            value={password}
            onChange={setPassword}
            error={refusal?.fields.new}
          />
          <div>
            <Button type="submit" busy={busy}>
              {t("password.change")}
            </Button>
          </div>
        </FormFields>
      </form>
    </section>
  );
}
