import { useSearchParams } from "react-router";
import { returnPath } from "../../app/paths.ts";
import { type TextId, useText } from "../../i18n/i18n.ts";
import { ButtonLink } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import styles from "./LoginPage.module.css";

// As the server puts them into the address: backend/dialtree/accounts/oidc/problems.py.
const PROBLEMS = {
  DENIED: "login.problem.DENIED",
  EXPIRED: "login.problem.EXPIRED",
  NO_ACCOUNT: "login.problem.NO_ACCOUNT",
  REJECTED: "login.problem.REJECTED",
  UNAVAILABLE: "login.problem.UNAVAILABLE",
  UNVERIFIED: "login.problem.UNVERIFIED",
} satisfies Record<string, TextId>;

/** Why a sign-in at the provider led back to this page. */
export function OidcProblem({ provider }: { provider: string }) {
  const t = useText();
  const [query] = useSearchParams();
  const code = query.get("problem") ?? "";
  if (!Object.hasOwn(PROBLEMS, code)) return null;
  return <Notice tone="bad">{t(PROBLEMS[code as keyof typeof PROBLEMS], { provider })}</Notice>;
}

type Props = {
  provider: { name: string; url: string };
  /** There is no password to enter instead. */
  only: boolean;
};

/** The way to the provider, which leaves the page and comes back to where the person wanted to go. */
export function OidcSignIn({ provider, only }: Props) {
  const t = useText();
  const [query] = useSearchParams();
  return (
    <>
      {!only && <p className={styles.or}>{t("login.or")}</p>}
      <ButtonLink
        leaves
        href={`${provider.url}?${new URLSearchParams({ return: returnPath(query) })}`}
        variant={only ? "primary" : "secondary"}
      >
        {t("login.withProvider", { provider: provider.name })}
      </ButtonLink>
    </>
  );
}
