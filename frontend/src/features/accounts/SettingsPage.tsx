import { useEffect } from "react";
import { useAction } from "../../graphql/useAction.ts";
import { useLanguage, useText } from "../../i18n/i18n.ts";
import { Choice } from "../../ui/Choice.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { PageHead } from "../../ui/PageHead.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { ApiTokens } from "./ApiTokens.tsx";
import { UpdateViewerMutation } from "./documents.ts";
import { PasswordSetting } from "./PasswordSetting.tsx";
import { SessionsSetting } from "./SessionsSetting.tsx";
import styles from "./SettingsPage.module.css";
import { languages, useLanguageChoice } from "./useLanguageChoice.ts";
import { useViewer } from "./viewer.ts";

/** What a person chooses for themselves; each choice is kept at once. */
export default function SettingsPage() {
  const t = useText();
  const viewer = useViewer();
  const language = useLanguage();
  const chooseLanguage = useLanguageChoice();
  const { run, busy, refusal } = useAction(UpdateViewerMutation);

  useEffect(() => {
    document.title = `${t("settings.title")} · dialtree`;
  }, [t]);

  return (
    <div className={styles.page}>
      <PageHead title={t("settings.title")} />
      <section className={styles.setting}>
        <h2 className={styles.name}>{t("settings.language")}</h2>
        <Choice
          label={t("settings.language")}
          value={language}
          options={languages}
          onChange={chooseLanguage}
        />
      </section>
      <section className={styles.setting}>
        <h2 className={styles.name}>{t("settings.emails")}</h2>
        <div>
          <Switch
            // On its way it shows what was chosen; should it be refused, it goes back.
            isSelected={viewer.orderReminders !== busy}
            onChange={(orderReminders) => run({ orderReminders })}
          >
            {t("settings.reminders")}
          </Switch>
          <p className={styles.hint}>{t("settings.remindersHint", { email: viewer.email })}</p>
          {refusal && <Notice tone="bad">{refusal.message}</Notice>}
        </div>
      </section>
      <PasswordSetting />
      <SessionsSetting />
      <ApiTokens />
    </div>
  );
}
