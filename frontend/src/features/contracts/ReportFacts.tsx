import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import type { ImportReport } from "./documents.ts";
import styles from "./ImportPage.module.css";

/** What an import added, or would add. */
export function ReportFacts({ report }: { report: ImportReport }) {
  const t = useText();
  const badLines = new Set(report.badRows.map(({ line }) => line)).size;
  const facts = [
    [t("import.contracts"), report.contractCount],
    [t("import.blocks"), report.blockCount],
    [t("import.singleNumbers"), report.singleNumberCount],
    [t("import.numbers"), report.numberCount],
    [t("import.unchanged"), report.unchangedCount],
    [t("import.badRows"), badLines],
  ] as const;
  return (
    <dl className={styles.facts}>
      {facts.map(([label, count]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{formatNumber(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
