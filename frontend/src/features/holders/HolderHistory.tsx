import { usePages } from "../../graphql/usePages.ts";
import { formatDateTime } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { actorText } from "../audit/auditText.ts";
import { Changes } from "../audit/Changes.tsx";
import { Card } from "./Card.tsx";
import styles from "./HolderHistory.module.css";
import { AuditLogQuery, type HolderPageData } from "./holderDocuments.ts";

/** Who did what to a holder, or looked at its password, and when (P3). */
export function HolderHistory({ holder }: { holder: HolderPageData }) {
  const t = useText();
  const log = usePages(AuditLogQuery, { subjectId: holder.id }, ({ auditLog }) => auditLog);
  return (
    <Card title={t("audit.title")}>
      {log.loading ? (
        <Skeleton width="60%" />
      ) : log.failed ? (
        <p className={styles.none}>{t("audit.failed")}</p>
      ) : log.rows.length === 0 ? (
        <p className={styles.none}>{t("audit.empty")}</p>
      ) : (
        <ol className={styles.entries}>
          {log.rows.map((entry) => (
            <li key={entry.id} className={styles.entry}>
              <p className={styles.what}>{t(`audit.action.${entry.action}`)}</p>
              <p className={styles.who}>
                {actorText(entry, t)} · <time dateTime={entry.at}>{formatDateTime(entry.at)}</time>
              </p>
              {entry.changes.length > 0 && (
                <Changes
                  changes={entry.changes}
                  reason={entry.order?.refusal?.message}
                  ofCloudPbx={holder.kind === "CLOUD_PBX"}
                  className={styles.changes}
                />
              )}
            </li>
          ))}
        </ol>
      )}
      {log.hasMore && (
        <Button size="small" busy={log.loadingMore} onPress={log.loadMore}>
          {t("common.more")}
        </Button>
      )}
    </Card>
  );
}
