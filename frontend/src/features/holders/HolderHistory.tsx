import { usePages } from "../../graphql/usePages.ts";
import { formatDateTime } from "../../i18n/format.ts";
import { type TextId, type Translate, useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { Card } from "./Card.tsx";
import styles from "./HolderHistory.module.css";
import { type AuditEntryData, AuditLogQuery, type HolderPageData } from "./holderDocuments.ts";

type Change = AuditEntryData["changes"][number];
type Kind = HolderPageData["kind"];

const FIELDS: Record<string, TextId> = {
  name: "holder.name",
  "contact.name": "holder.contactName",
  "contact.phone": "holder.contactPhone",
  "contact.email": "holder.contactEmail",
  supportEmail: "holder.supportEmail",
  profile: "holder.profile",
  "callLimits.total": "holder.callsTotal",
  "callLimits.incoming": "holder.callsIncoming",
  "callLimits.outgoing": "holder.callsOutgoing",
  elements: "holder.elements",
};

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
                {entry.actor} · <time dateTime={entry.at}>{formatDateTime(entry.at)}</time>
              </p>
              {entry.changes.length > 0 && (
                <ul className={styles.changes}>
                  {entry.changes.map((change) => (
                    <li key={change.field}>
                      <ChangeLine change={change} kind={holder.kind} />
                    </li>
                  ))}
                </ul>
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

function ChangeLine({ change, kind }: { change: Change; kind: Kind }) {
  const t = useText();
  const { field, before, after } = change;
  const label = fieldLabel(field, kind, t);
  if (before === null) return t("audit.set", { field: label, after: valueText(field, after, t) });
  if (after === null) {
    return t("audit.removed", { field: label, before: valueText(field, before, t) });
  }
  return t("audit.changed", {
    field: label,
    before: valueText(field, before, t),
    after: valueText(field, after, t),
  });
}

/** A field that a newer API knows is shown by the name it has there. */
function fieldLabel(field: string, kind: Kind, t: Translate): string {
  if (field === "contact.email" && kind === "CLOUD_PBX") return t("holder.bookingEmail");
  const id = FIELDS[field];
  return id ? t(id) : field;
}

function valueText(field: string, value: string | null, t: Translate): string {
  if (field === "profile" && (value === "STANDARD" || value === "MEDIA_BYPASS")) {
    return t(`holder.profile.${value}`);
  }
  return value ?? "";
}
