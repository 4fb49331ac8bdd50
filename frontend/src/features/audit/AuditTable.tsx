import type { ReactNode } from "react";
import { Link } from "react-router";
import { paths } from "../../app/paths.ts";
import type { Pages } from "../../graphql/usePages.ts";
import { formatMoment } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { classes } from "../../ui/classes.ts";
import { MoreButton } from "../../ui/MoreButton.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { Tip } from "../../ui/Tip.tsx";
import styles from "./AuditTable.module.css";
import { actorText, meansText } from "./auditText.ts";
import { type AuditFilter, auditQuery, isFiltered } from "./auditUrl.ts";
import { Changes } from "./Changes.tsx";
import type { AuditRowData } from "./documents.ts";

type Props = {
  pages: Pages<unknown, AuditRowData>;
  filter: AuditFilter;
  onRetry: () => void;
  onClear: () => void;
};

/** Newest first. */
export function AuditTable({ pages, filter, onRetry, onClear }: Props) {
  const t = useText();
  if (pages.failed) {
    return (
      <EmptyState
        title={t("auditLog.failed")}
        action={<Button onPress={onRetry}>{t("common.tryAgain")}</Button>}
      />
    );
  }
  if (!pages.loading && pages.rows.length === 0) {
    if (!isFiltered(filter)) return <EmptyState title={t("audit.empty")} />;
    return (
      <EmptyState
        title={t("auditLog.noneMatch")}
        action={<Button onPress={onClear}>{t("auditLog.clearFilters")}</Button>}
      />
    );
  }
  return (
    <>
      <table className={styles.table} aria-busy={pages.loading} aria-label={t("auditLog.title")}>
        <thead className={styles.head}>
          <tr>
            <th scope="col">{t("auditLog.column.at")}</th>
            <th scope="col">{t("auditLog.column.who")}</th>
            <th scope="col">{t("auditLog.column.what")}</th>
            <th scope="col">{t("auditLog.column.subject")}</th>
            <th scope="col">{t("auditLog.column.where")}</th>
          </tr>
        </thead>
        <tbody>
          {pages.loading
            ? SKELETONS.map((width) => <LoadingRow key={width} width={width} />)
            : pages.rows.map((entry) => <Row key={entry.id} entry={entry} filter={filter} />)}
        </tbody>
      </table>
      <MoreButton pages={pages} label={t("common.more")} />
    </>
  );
}

const SKELETONS = ["11rem", "9rem", "13rem", "8rem", "12rem", "10rem"];

function LoadingRow({ width }: { width: string }) {
  return (
    <tr className={styles.row}>
      <td>
        <Skeleton width="8rem" />
      </td>
      <td>
        <Skeleton width="7rem" />
      </td>
      <td>
        <Skeleton width={width} />
      </td>
      <td>
        <Skeleton width="8rem" />
      </td>
      <td />
    </tr>
  );
}

function Row({ entry, filter }: { entry: AuditRowData; filter: AuditFilter }) {
  const t = useText();
  const means = meansText(entry, t);
  return (
    <tr className={styles.row}>
      <td className={styles.at}>
        <time dateTime={entry.at}>{formatMoment(entry.at)}</time>
      </td>
      <td className={styles.who}>
        {entry.actorRole && (
          <Tip text={t(entry.actorRole === "SERVICE" ? "audit.codeT" : "audit.codeK")}>
            {entry.actorRole === "SERVICE" ? "T" : "K"}
          </Tip>
        )}
        <span>{actorText(entry, t)}</span>
      </td>
      <td className={styles.what}>
        <span className={styles.action}>{t(`audit.action.${entry.action}`)}</span>
        {entry.changes.length > 0 && (
          <details className={styles.details}>
            <summary>{t("auditLog.changes", { count: entry.changes.length })}</summary>
            <Changes
              changes={entry.changes}
              reason={entry.order?.refusal?.message}
              ofCloudPbx={entry.action.startsWith("CLOUD_PBX")}
              className={styles.changes}
            />
          </details>
        )}
      </td>
      <td className={styles.subject}>
        <Subject entry={entry} />
        {filter.subject !== entry.subjectId && (
          <Link
            className={styles.only}
            to={paths.auditLog(auditQuery({ ...filter, subject: entry.subjectId }))}
            aria-label={t("auditLog.showOnly", { subject: entry.subjectName })}
          >
            {t("auditLog.only")}
          </Link>
        )}
      </td>
      <td className={styles.where}>
        {means && entry.order && entry.via === entry.order.reference ? (
          <OrderLink order={entry.order}>{means}</OrderLink>
        ) : (
          means && <span>{means}</span>
        )}
        {entry.order && entry.via !== entry.order.reference && (
          <OrderLink order={entry.order}>
            {t("audit.ofOrder", { order: entry.order.reference })}
          </OrderLink>
        )}
        {entry.address && <span className={styles.address}>{entry.address}</span>}
      </td>
    </tr>
  );
}

function OrderLink(props: { order: { id: string }; children: ReactNode }) {
  return (
    <Link className={styles.link} to={paths.order(props.order.id)}>
      {props.children}
    </Link>
  );
}

const NUMBER = /^0\d+ [\dx-]+$/;

/** Leads to it where it is still there and has a page. */
function Subject({ entry }: { entry: AuditRowData }) {
  const { subject, subjectName } = entry;
  const to = subject && address(subject);
  const inOneLine = NUMBER.test(subjectName) && styles.number;
  if (!to) return <span className={classes(inOneLine)}>{subjectName}</span>;
  return (
    <Link className={classes(styles.link, inOneLine)} to={to}>
      {subjectName}
    </Link>
  );
}

function address(subject: NonNullable<AuditRowData["subject"]>): string | null {
  switch (subject.__typename) {
    case "SipTrunk":
    case "CloudPbx":
    case "UccConnection":
      return paths.holder(subject.id);
    case "Order":
      return paths.order(subject.id);
    case "NumberRange":
      return paths.inventory({ number: `+${subject.digits}` });
    default:
      return null;
  }
}
