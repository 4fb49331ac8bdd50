import type { FormEvent, ReactNode } from "react";
import { activateLanguage, useLanguage } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "./LoginPage.module.css";
import { LoginTree } from "./LoginTree.tsx";

type Props = {
  title: string;
  claim?: ReactNode;
  children: ReactNode;
  onSubmit?: () => void;
};

/** A page for somebody who is not signed in, looking like the sign-in page. */
export function EntryCard({ title, claim, children, onSubmit }: Props) {
  const other = useLanguage() === "de" ? "en" : "de";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.picture}>
          <LoginTree />
        </div>
        <form className={styles.form} onSubmit={submit} noValidate>
          <div>
            <p className={styles.product}>dialtree</p>
            <h1 className={styles.title}>{title}</h1>
            {claim && <p className={styles.claim}>{claim}</p>}
          </div>
          {children}
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
