import { useEffect } from "react";
import { useLocation, useNavigate } from "react-router";
import { paths } from "../../app/paths.ts";
import { useSession } from "../../graphql/session.tsx";
import { usePages } from "../../graphql/usePages.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button, ButtonLink } from "../../ui/Button.tsx";
import { Download, Refresh } from "../../ui/icons.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { EmptyState } from "../../ui/Notice.tsx";
import { PageHead } from "../../ui/PageHead.tsx";
import { useViewer } from "../accounts/viewer.ts";
import { AuditFilters } from "./AuditFilters.tsx";
import { AuditTable } from "./AuditTable.tsx";
import {
  type AuditFilter,
  auditQuery,
  auditVariables,
  exportAddress,
  parseAudit,
} from "./auditUrl.ts";
import { AuditLogPageQuery } from "./documents.ts";

/** Who changed what, or looked at a password, and when (P3). */
export default function AuditLogPage() {
  const t = useText();
  const viewer = useViewer();
  useEffect(() => {
    document.title = `${t("auditLog.title")} · dialtree`;
  }, [t]);
  if (!viewer.change.allowed) {
    return <EmptyState title={t("auditLog.title")}>{viewer.change.refusal?.message}</EmptyState>;
  }
  return <AuditLog customer={viewer.customer.id} />;
}

function AuditLog({ customer }: { customer: string }) {
  const t = useText();
  const { queries } = useSession().session;
  const { search } = useLocation();
  const navigate = useNavigate();
  const filter = parseAudit(new URLSearchParams(search));
  const show = (next: Partial<AuditFilter>) =>
    navigate(paths.auditLog(auditQuery({ ...filter, ...next })));
  // No event tells of every entry, so the server is always asked.
  const pages = usePages(
    AuditLogPageQuery,
    auditVariables(filter),
    ({ auditLog }) => auditLog,
    "cache-and-network",
  );

  return (
    <div className={listStyles.page}>
      <PageHead title={t("auditLog.title")} about={t("auditLog.about")}>
        <Button icon={<Refresh />} onPress={() => queries.refetch()}>
          {t("auditLog.refresh")}
        </Button>
        <ButtonLink href={exportAddress(filter, customer)} download icon={<Download />}>
          {t("auditLog.export")}
        </ButtonLink>
      </PageHead>
      <AuditFilters
        filter={filter}
        subjectName={pages.rows.find((row) => row.subjectId === filter.subject)?.subjectName}
        onChange={show}
      />
      <AuditTable
        pages={pages}
        filter={filter}
        onRetry={() => queries.refetch()}
        onClear={() => navigate(paths.auditLog())}
      />
    </div>
  );
}
