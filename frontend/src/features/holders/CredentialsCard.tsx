import { useState } from "react";
import { useAction } from "../../graphql/useAction.ts";
import { formatDateTime } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Key } from "../../ui/icons.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Card } from "./Card.tsx";
import styles from "./CredentialsCard.module.css";
import { Fact, Facts } from "./Facts.tsx";
import { RevealSipPasswordMutation, reasonAgainst, type TrunkData } from "./holderDocuments.ts";
import type { HolderDialogState } from "./holderUrl.ts";
import { PasswordForm } from "./PasswordForm.tsx";

type Credentials = NonNullable<TrunkData["credentials"]>;
type Password = {
  value: string;
  /** When it was made: another moment means that it has been replaced since. */
  setAt: string;
  isNew: boolean;
};
type Props = HolderDialogState & { trunk: TrunkData };

const VALUES = [
  "userName",
  "authenticationName",
  "realm",
  "registrar",
  "primaryProxy",
  "secondaryProxy",
  "transport",
] as const;

/** What a PBX registers with (T6). Whoever may not see it is told so, and nothing else. */
export function CredentialsCard({ trunk, dialog, openDialog, closeDialog }: Props) {
  const t = useText();
  // Nowhere else: it is gone with the page.
  const [password, setPassword] = useState<Password | null>(null);
  const { credentials, showCredentials, update } = trunk;
  if (!showCredentials.allowed) {
    return (
      <Card title={t("credentials.title")}>
        <p className={styles.muted}>{showCredentials.refusal?.message}</p>
      </Card>
    );
  }
  return (
    <Card title={t("credentials.title")}>
      {credentials && trunk.status === "PLANNED" && (
        <p className={styles.planned}>{t("credentials.planned")}</p>
      )}
      {credentials ? (
        <Facts>
          {VALUES.map((name) => (
            <Value key={name} label={t(`credentials.${name}`)} value={credentials[name]} />
          ))}
          <PasswordFact
            trunk={trunk}
            credentials={credentials}
            password={password?.setAt === credentials.passwordSetAt ? password : null}
            onPassword={setPassword}
          />
        </Facts>
      ) : (
        <p className={styles.muted}>{t("credentials.none")}</p>
      )}
      <Button
        className={styles.generate}
        icon={<Key size={14} />}
        refusal={reasonAgainst(update)}
        onPress={() => openDialog("password")}
      >
        {t(credentials ? "credentials.regenerate" : "credentials.generate")}
      </Button>
      {dialog === "password" && (
        <Dialog
          isOpen
          role={credentials ? "alertdialog" : "dialog"}
          title={t(credentials ? "credentials.regenerate" : "credentials.generate")}
          closeLabel={t("common.close")}
          onClose={closeDialog}
        >
          <PasswordForm
            trunk={trunk}
            onClose={closeDialog}
            onDone={(value, setAt) => setPassword({ value, setAt, isNew: true })}
          />
        </Dialog>
      )}
    </Card>
  );
}

function Value({ label, value }: { label: string; value: string | null }) {
  const t = useText();
  return (
    <Fact label={label} none={t("credentials.notNamed")}>
      {value && (
        <span className={styles.value}>
          <span>{value}</span>
          <Copy label={label} text={value} />
        </span>
      )}
    </Fact>
  );
}

function Copy({ label, text }: { label: string; text: string }) {
  const t = useText();
  return (
    <CopyButton
      text={text}
      label={t("copy.of", { what: label })}
      copiedLabel={t("copy.done", { what: label })}
      failedLabel={t("copy.failed")}
    />
  );
}

type PasswordProps = {
  trunk: TrunkData;
  credentials: Credentials;
  password: Password | null;
  onPassword: (password: Password | null) => void;
};

/** Hidden until it is asked for, which the audit log notes (P3). */
function PasswordFact({ trunk, credentials, password, onPassword }: PasswordProps) {
  const t = useText();
  const { run, busy, refusal } = useAction(RevealSipPasswordMutation);
  const show = async () => {
    const accepted = await run({ input: { sipTrunkId: trunk.id } });
    if (!accepted) return;
    onPassword({ value: accepted.password, setAt: credentials.passwordSetAt, isNew: false });
  };
  return (
    <Fact label={t("credentials.password")}>
      <span className={styles.value}>
        {password ? (
          <>
            <code className={styles.password}>{password.value}</code>
            <Copy label={t("credentials.password")} text={password.value} />
          </>
        ) : (
          <>
            <span aria-hidden="true">••••••••••••</span>
            <span className="visually-hidden">{t("credentials.hidden")}</span>
          </>
        )}
        {/* One button for both ways, so that the focus stays on it. */}
        <Button size="small" busy={busy} onPress={() => (password ? onPassword(null) : show())}>
          {t(password ? "credentials.hide" : "credentials.show")}
        </Button>
      </span>
      <span className={styles.hint} role="status">
        {password?.isNew
          ? t("credentials.isNew")
          : t("credentials.logged", { moment: formatDateTime(credentials.passwordSetAt) })}
      </span>
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
    </Fact>
  );
}
