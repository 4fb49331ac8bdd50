import { useEffect } from "react";
import { Link } from "react-aria-components/Link";
import { useQuery } from "urql";
import { paths } from "../../app/paths.ts";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import listStyles from "../../ui/ListPage.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { Section } from "../../ui/Section.tsx";
import { ConcurrentCalls } from "./ConcurrentCalls.tsx";
import { InventoryQuery } from "./documents.ts";
import { FreeNumbers } from "./FreeNumbers.tsx";
import { Holders } from "./Holders.tsx";
import styles from "./InventoryPage.module.css";
import { type SectionName, useInventoryState } from "./inventoryUrl.ts";
import { PlannedTrunks } from "./PlannedTrunks.tsx";

export default function InventoryPage() {
  const t = useText();
  const page = useInventoryState();
  const { state, change } = page;
  const [{ data }] = useQuery({ query: InventoryQuery });
  const inventory = data?.inventory;

  useEffect(() => {
    document.title = `${t("inventory.title")} · dialtree`;
  }, [t]);

  const section = (name: SectionName) => ({
    isOpen: !state.closedSections.includes(name),
    onOpenChange: (open: boolean) =>
      change(({ closedSections }) => ({
        closedSections: open
          ? closedSections.filter((other) => other !== name)
          : [...closedSections, name],
      })),
  });
  const count = (value: number | undefined) => ({
    count: value ?? 0,
    number: formatNumber(value ?? 0),
  });

  return (
    <div className={listStyles.page}>
      <PageHead
        title={t("inventory.title")}
        note={
          inventory &&
          t("inventory.counts", {
            numbers: formatNumber(inventory.numberCount),
            free: formatNumber(inventory.freeCount),
            assigned: formatNumber(inventory.assignedCount),
          })
        }
      />

      <Section
        {...section("calls")}
        title={t("calls.title")}
        summary={
          inventory &&
          state.closedSections.includes("calls") && (
            <strong>{formatNumber(inventory.bookedConcurrentCalls)}</strong>
          )
        }
      >
        <ConcurrentCalls inventory={inventory} />
      </Section>

      <Section
        {...section("free")}
        title={t("free.title")}
        subtitle={t("free.subtitle")}
        summary={inventory && t("free.summary", { number: formatNumber(inventory.freeCount) })}
      >
        <FreeNumbers {...page} isEmpty={inventory?.siteContractCount === 0} />
      </Section>

      <Section
        {...section("holders")}
        title={t("holders.title")}
        subtitle={t("holders.subtitle")}
        summary={
          inventory && t("holders.summary", { number: formatNumber(inventory.assignedCount) })
        }
      >
        <Holders state={state} change={change} />
      </Section>

      {inventory && inventory.plannedSipTrunkCount > 0 && (
        <Section
          {...section("planned")}
          title={t("planned.title")}
          summary={t("planned.summary", count(inventory.plannedSipTrunkCount))}
        >
          <PlannedTrunks headingLevel={3} state={state} change={change} />
          <Link className={styles.link} href={paths.plannedTrunks()}>
            {t("planned.allOnPage")}
          </Link>
        </Section>
      )}
    </div>
  );
}
