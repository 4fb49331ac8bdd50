import { useSession } from "../../graphql/session.tsx";
import { usePages } from "../../graphql/usePages.ts";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { MoreButton } from "../../ui/MoreButton.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Table } from "../../ui/Table.tsx";
import { useViewer } from "../accounts/viewer.ts";
import { type CustomerRowData, CustomersQuery } from "./documents.ts";
import { useWorkFor } from "./useWorkFor.ts";

type Props = { search: string; onEdit: (id: string) => void };

export function CustomerList({ search, onEdit }: Props) {
  const t = useText();
  const { queries } = useSession().session;
  const viewer = useViewer();
  const workFor = useWorkFor();
  const pages = usePages(CustomersQuery, { search }, ({ customers }) => customers);

  if (pages.failed) {
    return (
      <EmptyState
        title={t("customers.failed")}
        action={<Button onPress={() => queries.refetch()}>{t("common.tryAgain")}</Button>}
      />
    );
  }
  if (!pages.loading && pages.rows.length === 0) {
    return <EmptyState title={t("customers.noneMatch")} />;
  }
  const isChosen = ({ id }: CustomerRowData) => id === viewer.customer.id;
  return (
    <>
      <Table
        label={t("customers.title")}
        rows={pages.rows}
        keyOf={({ id }) => id}
        loading={pages.loading}
        columns={[
          {
            id: "name",
            title: t("customers.name"),
            isName: true,
            cell: (customer) => (
              <>
                <span className={listStyles.name}>{customer.name}</span>{" "}
                {isChosen(customer) && <Badge tone="accent">{t("customer.chosen")}</Badge>}
              </>
            ),
          },
          {
            id: "calls",
            title: t("calls.title"),
            isFigure: true,
            cell: ({ bookedConcurrentCalls }) => formatNumber(bookedConcurrentCalls),
          },
          {
            id: "contracts",
            title: t("contracts.title"),
            isFigure: true,
            cell: ({ siteContractCount }) => formatNumber(siteContractCount),
          },
          {
            id: "actions",
            title: null,
            cell: (customer) => (
              <div className={listStyles.actions}>
                {!isChosen(customer) && (
                  <Button
                    size="small"
                    label={t("customers.workForOf", { customer: customer.name })}
                    onPress={() => workFor(customer.id)}
                  >
                    {t("customers.workFor")}
                  </Button>
                )}
                <Button
                  size="small"
                  label={t("customers.editOf", { customer: customer.name })}
                  onPress={() => onEdit(customer.id)}
                >
                  {t("customers.edit")}
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
