import { useEffect, useState } from "react";
import { Link } from "react-aria-components/Link";
import { paths } from "../../app/paths.ts";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { RequestPasswordResetMutation } from "./accessDocuments.ts";
import { EntryCard } from "./EntryCard.tsx";

/** Asks for a link; whether there is such an account is not told. */
export default function ForgotPasswordPage() {
  const t = useText();
  const [email, setEmail] = useState("");
  const [askedFor, setAskedFor] = useState<string | null>(null);
  const { run, busy, refusal } = useAction(RequestPasswordResetMutation);

  useEffect(() => {
    document.title = `${t("forgot.title")} · dialtree`;
  }, [t]);

  const submit = async () => {
    if (await run({ email })) setAskedFor(email.trim());
  };
  const toLogin = (
    <p>
      <Link href={paths.login()}>{t("forgot.toLogin")}</Link>
    </p>
  );
  if (askedFor !== null) {
    return (
      <EntryCard title={t("forgot.sent.title")}>
        <p role="status">{t("forgot.sent.details", { email: askedFor })}</p>
        {toLogin}
      </EntryCard>
    );
  }
  return (
    <EntryCard title={t("forgot.title")} claim={t("forgot.claim")} onSubmit={submit}>
      {refusal && !refusal.fields.email && <Notice tone="bad">{refusal.message}</Notice>}
      <TextField
        label={t("login.email")}
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        error={refusal?.fields.email}
        autoFocus
      />
      <Button type="submit" variant="primary" busy={busy}>
        {t("forgot.submit")}
      </Button>
      {toLogin}
    </EntryCard>
  );
}
