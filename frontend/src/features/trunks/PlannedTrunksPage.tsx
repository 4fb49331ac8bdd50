import { useEffect } from "react";
import { useQuery } from "urql";
import { paths } from "../../app/paths.ts";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { ButtonLink } from "../../ui/Button.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { EmptyState } from "../../ui/Notice.tsx";
import { PageHead } from "../../ui/PageHead.tsx";
import { PlannedCountQuery } from "../inventory/documents.ts";
import { useInventoryState } from "../inventory/inventoryUrl.ts";
import { PlannedTrunks } from "../inventory/PlannedTrunks.tsx";

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
    <div className={listStyles.page}>
      <PageHead
        title={t("planned.title")}
        note={count ? t("planned.summary", { count, number: formatNumber(count) }) : null}
        about={count === 0 ? null : t("planned.intro")}
      />
      {count === 0 ? (
        <EmptyState
          title={t("planned.none.title")}
          action={<ButtonLink href={paths.inventory()}>{t("notFound.toInventory")}</ButtonLink>}
        >
          {t("planned.none.details")}
        </EmptyState>
      ) : (
        <PlannedTrunks headingLevel={2} state={state} change={change} />
      )}
    </div>
  );
}
