import { useSession } from "../../graphql/session.tsx";
import { usePages } from "../../graphql/usePages.ts";
import { formatDate } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { MoreButton } from "../../ui/MoreButton.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Table } from "../../ui/Table.tsx";
import { useViewer } from "../accounts/viewer.ts";
import { siteLine } from "../inventory/site.ts";
import { SiteContractsQuery } from "./documents.ts";

type Props = { site: string; onEdit: (id: string) => void };

export function ContractList({ site, onEdit }: Props) {
  const t = useText();
  const { queries } = useSession().session;
  const refusal = useViewer().serve.refusal?.message ?? null;
  const pages = usePages(SiteContractsQuery, { site }, ({ siteContracts }) => siteContracts);

  if (pages.failed) {
    return (
      <EmptyState
        title={t("contracts.failed")}
        action={<Button onPress={() => queries.refetch()}>{t("common.tryAgain")}</Button>}
      />
    );
  }
  if (!pages.loading && pages.rows.length === 0) {
    return <EmptyState title={t(site ? "contracts.noneMatch" : "contracts.none")} />;
  }
  return (
    <>
      <Table
        label={t("contracts.title")}
        rows={pages.rows}
        keyOf={({ id }) => id}
        loading={pages.loading}
        columns={[
          {
            id: "number",
            title: t("contracts.number"),
            isName: true,
            cell: ({ number }) => <span className={listStyles.name}>{number}</span>,
          },
          { id: "site", title: t("contracts.site"), cell: siteLine },
          {
            id: "status",
            title: t("contracts.status"),
            cell: ({ status, startDate }) => (
              <>
                <Badge tone={status === "ACTIVE" ? "good" : "info"}>
                  {t(`contracts.status.${status}`)}
                </Badge>
                {status === "ORDERED" && startDate && (
                  <span className={listStyles.sub}>
                    {t("contracts.starts", { date: formatDate(startDate) })}
                  </span>
                )}
              </>
            ),
          },
          {
            id: "actions",
            title: null,
            cell: ({ id, number }) => (
              <div className={listStyles.actions}>
                <Button
                  size="small"
                  label={t("contracts.editOf", { contract: number })}
                  refusal={refusal}
                  onPress={() => onEdit(id)}
                >
                  {t("contracts.edit")}
                </Button>
              </div>
            ),
          },
        ]}
      />
      <MoreButton pages={pages} label={t("common.more")} />
    </>
  );
}
