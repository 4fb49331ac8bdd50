import { useEffect, useState } from "react";
import { useConnectionState } from "../graphql/session.tsx";
import { useText } from "../i18n/i18n.ts";
import styles from "./ConnectionSign.module.css";

const PATIENCE_MS = 1_500;

/** Says that nothing is told live just now. A moment's interruption is not worth a word. */
export function ConnectionSign() {
  const t = useText();
  const lost = useConnectionState() === "lost";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status" className={styles.place}>
      {shown && (
        <span className={styles.sign} title={t("connection.details")}>
          <span className={styles.dot} />
          {t("connection.lost")}
          <span className="visually-hidden">{t("connection.details")}</span>
        </span>
      )}
    </div>
  );
}
