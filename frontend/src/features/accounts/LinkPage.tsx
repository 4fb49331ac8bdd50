import { useEffect, useState } from "react";
import { Link } from "react-aria-components/Link";
import { useLocation, useNavigate } from "react-router";
import { useQuery } from "urql";
import { paths } from "../../app/paths.ts";
import { useSession } from "../../graphql/session.tsx";
import { useAction } from "../../graphql/useAction.ts";
import { activateLanguage, useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { showToast } from "../../ui/Toasts.tsx";
import {
  AcceptInvitationMutation,
  type AccountLinkData,
  AccountLinkQuery,
  ResetPasswordMutation,
} from "./accessDocuments.ts";
import { EntryCard } from "./EntryCard.tsx";
import styles from "./LinkPage.module.css";
import { NewPasswordField } from "./NewPasswordField.tsx";
import { languageTag } from "./viewer.ts";

type Props = { purpose: AccountLinkData["purpose"] };

/**
 * Where the link of an e-mail leads. Its secret stands behind the `#` of the address, which is sent
 * to no server and stands in no log.
 */
export default function LinkPage({ purpose }: Props) {
  const t = useText();
  const secret = useLocation().hash.slice(1);
  const isInvitation = purpose === "INVITATION";
  const title = t(isInvitation ? "welcome.title" : "reset.title");
  const [{ data, error, fetching }, ask] = useQuery({
    query: AccountLinkQuery,
    variables: { secret },
    pause: secret === "",
    requestPolicy: "network-only",
  });
  useEffect(() => {
    document.title = `${title} · dialtree`;
  }, [title]);

  if (error && !data) {
    return (
      <EntryCard title={t("problem.network.title")} claim={t("problem.network.details")}>
        <Button busy={fetching} onPress={() => ask({ requestPolicy: "network-only" })}>
          {t("common.tryAgain")}
        </Button>
      </EntryCard>
    );
  }
  if (!data && secret !== "") {
    return (
      <EntryCard title={title} claim={<Skeleton width="80%" />}>
        <Skeleton width="60%" />
      </EntryCard>
    );
  }
  const link = data?.accountLink;
  if (link?.purpose !== purpose) return <Worthless isInvitation={isInvitation} />;
  return isInvitation ? (
    <AcceptForm secret={secret} link={link} />
  ) : (
    <ResetForm secret={secret} link={link} />
  );
}

function Worthless({ isInvitation }: { isInvitation: boolean }) {
  const t = useText();
  return (
    <EntryCard title={t("link.worthless.title")}>
      <p>{t(isInvitation ? "link.worthless.invitation" : "link.worthless.reset")}</p>
      <p className={styles.links}>
        {!isInvitation && <Link href={paths.forgotPassword()}>{t("forgot.title")}</Link>}
        <Link href={paths.login()}>{t("forgot.toLogin")}</Link>
      </p>
    </EntryCard>
  );
}

type FormProps = { secret: string; link: AccountLinkData };

function AcceptForm({ secret, link }: FormProps) {
  const t = useText();
  const navigate = useNavigate();
  const { restart } = useSession();
  const [password, setPassword] = useState("");
  const { run, busy, refusal } = useAction(AcceptInvitationMutation);
  const submit = async () => {
    const accepted = await run({ secret, password });
    if (!accepted) return;
    await activateLanguage(languageTag(accepted.viewer.language));
    // A new client: nothing that was read as somebody else may stay in the cache.
    restart();
    navigate(paths.inventory(), { replace: true });
  };
  return (
    <EntryCard
      title={t("welcome.greeting", { name: link.name })}
      claim={t("welcome.claim", { company: link.company })}
      onSubmit={submit}
    >
      {refusal && !refusal.fields.password && <Notice tone="bad">{refusal.message}</Notice>}
      <Account email={link.email} />
      <NewPasswordField
        label={t("login.password")}
        name="password"
        value={password}
        onChange={setPassword}
        error={refusal?.fields.password}
        autoFocus
      />
      <Button type="submit" variant="primary" busy={busy}>
        {t("welcome.submit")}
      </Button>
    </EntryCard>
  );
}

function ResetForm({ secret, link }: FormProps) {
  const t = useText();
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const { run, busy, refusal } = useAction(ResetPasswordMutation);
  const submit = async () => {
    if (!(await run({ secret, password }))) return;
    showToast({ tone: "good", title: t("reset.done.title"), details: t("reset.done.details") });
    navigate(paths.login(), { replace: true });
  };
  return (
    <EntryCard title={t("reset.title")} claim={t("reset.claim")} onSubmit={submit}>
      {refusal && !refusal.fields.password && <Notice tone="bad">{refusal.message}</Notice>}
      <Account email={link.email} />
      <NewPasswordField
        label={t("password.new")}
        name="password"
        value={password}
        onChange={setPassword}
        error={refusal?.fields.password}
        autoFocus
      />
      <Button type="submit" variant="primary" busy={busy}>
        {t("reset.submit")}
      </Button>
    </EntryCard>
  );
}

/** Whose password is set: for the person, and for a password manager. */
function Account({ email }: { email: string }) {
  const t = useText();
  return (
    <p className={styles.account}>
      {t("login.email")}: <strong>{email}</strong>
      <input
        className="visually-hidden"
        type="email"
        name="username"
        autoComplete="username"
        value={email}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
    </p>
  );
}
