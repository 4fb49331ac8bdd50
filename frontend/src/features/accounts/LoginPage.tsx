import { type FormEvent, useEffect, useState } from "react";
import { Link } from "react-aria-components/Link";
import { useNavigate, useSearchParams } from "react-router";
import { useQuery } from "urql";
import { paths, returnPath } from "../../app/paths.ts";
import { chooseCustomer } from "../../graphql/customer.ts";
import { useSession } from "../../graphql/session.tsx";
import { useAction } from "../../graphql/useAction.ts";
import { activateLanguage, useLanguage, useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { LoginMutation, SignInOptionsQuery } from "./documents.ts";
import styles from "./LoginPage.module.css";
import { LoginTree } from "./LoginTree.tsx";
import { OidcProblem, OidcSignIn } from "./OidcSignIn.tsx";
import { languageTag } from "./viewer.ts";

export default function LoginPage() {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const { restart } = useSession();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { run, busy, refusal } = useAction(LoginMutation);
  const [{ data, error }] = useQuery({ query: SignInOptionsQuery });
  // Until it is known nothing is shown that may have to go again.
  const takesPasswords = data ? data.signInOptions.password : error !== undefined;
  const provider = data?.signInOptions.oidc;

  useEffect(() => {
    document.title = `${t("login.title")} · dialtree`;
  }, [t]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const accepted = await run({ email, password });
    if (!accepted) return;
    await activateLanguage(languageTag(accepted.viewer.language));
    // Somebody else's choice, if they signed in here before.
    if (!accepted.viewer.serve.allowed) chooseCustomer(null);
    // A new client: nothing that was read without a session may stay in the cache.
    restart();
    navigate(returnPath(query), { replace: true });
  };

  const other = language === "de" ? "en" : "de";
  const hasFieldErrors = refusal !== null && Object.keys(refusal.fields).length > 0;
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.picture}>
          <LoginTree />
        </div>
        <form className={styles.form} onSubmit={submit} noValidate>
          <div>
            <p className={styles.product}>dialtree</p>
            <h1 className={styles.title}>{t("login.title")}</h1>
            <p className={styles.claim}>{t("login.claim")}</p>
          </div>
          {refusal && !hasFieldErrors && <Notice tone="bad">{refusal.message}</Notice>}
          {provider && !refusal && !busy && <OidcProblem provider={provider.name} />}
          {takesPasswords && (
            <>
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
              <TextField
                label={t("login.password")}
                type="password"
                name="password"
                autoComplete="current-password"
                value={password}
                onChange={setPassword}
                error={refusal?.fields.password}
              />
              <Button type="submit" variant="primary" busy={busy} className={styles.submit}>
                {t("login.submit")}
              </Button>
              <Link className={styles.forgot} href={paths.forgotPassword()}>
                {t("login.forgot")}
              </Link>
            </>
          )}
          {provider && <OidcSignIn provider={provider} only={!takesPasswords} />}
          <Button
            variant="quiet"
            size="small"
            className={styles.language}
            onPress={() => activateLanguage(other)}
          >
            {other === "de" ? "Deutsch" : "English"}
          </Button>
        </form>
      </div>
    </main>
  );
}
