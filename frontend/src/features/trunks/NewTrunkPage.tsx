import { useEffect } from "react";
import { Link } from "react-aria-components/Link";
import { paths } from "../../app/paths.ts";
import { useText } from "../../i18n/i18n.ts";
import { ButtonLink } from "../../ui/Button.tsx";
import { ChevronLeft } from "../../ui/icons.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { useViewer } from "../accounts/viewer.ts";
import styles from "./NewTrunkPage.module.css";
import { TrunkWizard } from "./TrunkWizard.tsx";

/** Puts a SIP trunk together step by step and orders it (T1). */
export default function NewTrunkPage() {
  const t = useText();
  const viewer = useViewer();

  useEffect(() => {
    document.title = `${t("newTrunk.title")} · dialtree`;
  }, [t]);

  return (
    <div className={styles.page}>
      <header>
        <Link className={styles.back} href={paths.inventory()}>
          <ChevronLeft size={14} />
          {t("navigation.inventory")}
        </Link>
        <h1 className={styles.title}>{t("newTrunk.title")}</h1>
      </header>
      {viewer.change.allowed ? (
        <TrunkWizard />
      ) : (
        <EmptyState
          title={t("newTrunk.notAllowed")}
          action={<ButtonLink href={paths.inventory()}>{t("notFound.toInventory")}</ButtonLink>}
        >
          {viewer.change.refusal?.message}
        </EmptyState>
      )}
    </div>
  );
}
