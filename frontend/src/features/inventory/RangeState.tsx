import { Link } from "react-aria-components/Link";
import { paths } from "../../app/paths.ts";
import { formatDate } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Calendar, Phone } from "../../ui/icons.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import type { TreeRowData } from "./documents.ts";
import styles from "./RangeState.module.css";

/** What a range is and what is happening to it. */
export function RangeState({ range }: { range: TreeRowData }) {
  const t = useText();
  const { openOrder, holder } = range;
  if (openOrder) {
    return (
      <span className={styles.order}>
        {openOrder.status === "PLANNED" ? <Calendar size={14} /> : <Spinner />}
        <span className={styles.text}>
          {openOrder.status === "PLANNED" && openOrder.executionDate
            ? t("range.reservedUntil", { date: formatDate(openOrder.executionDate) })
            : t(`range.running.${openOrder.kind}`)}
        </span>
        <Link className={styles.link} href={paths.order(openOrder.id)}>
          {openOrder.reference}
        </Link>
      </span>
    );
  }
  if (holder) {
    return (
      <Badge tone="info" icon={<Phone size={12} />}>
        {holder.name}
      </Badge>
    );
  }
  if (range.state === "FREE") return <Badge tone="good">{t("range.free")}</Badge>;
  // A block is always divided; that is no news.
  return range.level > 0 ? <span className={styles.split}>{t("range.split")}</span> : null;
}
