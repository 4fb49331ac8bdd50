import { useEffect } from "react";
import { useQuery } from "urql";
import { paths } from "../../app/paths.ts";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { ButtonLink } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { PlannedCountQuery } from "../inventory/documents.ts";
import { useInventoryState } from "../inventory/inventoryUrl.ts";
import { PlannedTrunks } from "../inventory/PlannedTrunks.tsx";
import styles from "./PlannedTrunksPage.module.css";

/** T2: the trunks that become active on a later day, and what can still be changed of each. */
export default function PlannedTrunksPage() {
  const t = useText();
  const { state, change } = useInventoryState();
  const [{ data }] = useQuery({ query: PlannedCountQuery });
  const count = data?.inventory.plannedSipTrunkCount ?? null;

  useEffect(() => {
    document.title = `${t("planned.title")} · dialtree`;
  }, [t]);

  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 className={styles.title}>{t("planned.title")}</h1>
        {count !== null && count > 0 && (
          <p className={styles.count}>
            {t("planned.summary", { count, number: formatNumber(count) })}
          </p>
        )}
      </header>
      {count === 0 ? (
        <EmptyState
          title={t("planned.none.title")}
          action={<ButtonLink href={paths.inventory()}>{t("notFound.toInventory")}</ButtonLink>}
        >
          {t("planned.none.details")}
        </EmptyState>
      ) : (
        <>
          <p className={styles.intro}>{t("planned.intro")}</p>
          <PlannedTrunks headingLevel={2} state={state} change={change} />
        </>
      )}
    </div>
  );
}
