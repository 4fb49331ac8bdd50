import { Link } from "react-router";
import { useSession } from "../../graphql/session.tsx";
import { usePages } from "../../graphql/usePages.ts";
import { formatDateTime } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { MoreButton } from "../../ui/MoreButton.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { type OrderRowData, OrdersQuery } from "./documents.ts";
import styles from "./OrderList.module.css";
import { OrderStatus } from "./OrderStatus.tsx";
import { type OrderFilter, statusesOf } from "./ordersUrl.ts";
import { inShort, orderTitle } from "./orderText.ts";
import { Requester } from "./Requester.tsx";

type Props = { filter: OrderFilter; addressOf: (id: string) => string };

/** Newest first. Rows change and appear by themselves: graphql/cache.ts takes in what is told. */
export function OrderList({ filter, addressOf }: Props) {
  const t = useText();
  const { queries } = useSession().session;
  const pages = usePages(OrdersQuery, { status: statusesOf(filter) }, ({ orders }) => orders);

  if (pages.failed) {
    return (
      <EmptyState
        title={t("orders.failed")}
        action={<Button onPress={() => queries.refetch()}>{t("common.tryAgain")}</Button>}
      />
    );
  }
  if (!pages.loading && pages.rows.length === 0) {
    return (
      <EmptyState title={t(filter === "all" ? "orders.none.title" : "orders.noneMatch.title")}>
        {t(filter === "all" ? "orders.none.details" : "orders.noneMatch.details")}
      </EmptyState>
    );
  }
  return (
    <>
      <table className={styles.table} aria-busy={pages.loading} aria-label={t("orders.title")}>
        <thead className={styles.head}>
          <tr>
            <th scope="col">{t("orders.column.reference")}</th>
            <th scope="col">{t("orders.column.what")}</th>
            <th scope="col">{t("orders.column.status")}</th>
            <th scope="col">{t("orders.column.requestedBy")}</th>
            <th scope="col">{t("orders.column.created")}</th>
            <th scope="col">{t("orders.column.finished")}</th>
          </tr>
        </thead>
        <tbody>
          {pages.loading
            ? SKELETONS.map((width) => <LoadingRow key={width} width={width} />)
            : pages.rows.map((order) => (
                <Row key={order.id} order={order} address={addressOf(order.id)} />
              ))}
        </tbody>
      </table>
      <MoreButton pages={pages} label={t("common.more")} />
    </>
  );
}

const SKELETONS = ["15rem", "12rem", "17rem", "11rem", "14rem", "13rem"];

function LoadingRow({ width }: { width: string }) {
  return (
    <tr className={styles.row}>
      <td className={styles.reference}>
        <Skeleton width="4.5rem" />
      </td>
      <td className={styles.what}>
        <Skeleton width={width} />
      </td>
      <td className={styles.status}>
        <Skeleton width="6rem" />
      </td>
      <td className={styles.who} />
      <td className={styles.created} />
      <td className={styles.finished} />
    </tr>
  );
}

function Row({ order, address }: { order: OrderRowData; address: string }) {
  const t = useText();
  const namesRanges = order.kind !== "SPLIT" && order.kind !== "MERGE";
  return (
    <tr className={styles.row}>
      <td className={styles.reference}>
        <Link to={address} state={{ step: true }} className={styles.link}>
          {order.reference}
        </Link>
      </td>
      <td className={styles.what}>
        <span className={styles.title}>{orderTitle(order, t)}</span>
        {namesRanges && order.items.length > 0 && (
          <span className={styles.ranges}>{inShort(order.items, t)}</span>
        )}
      </td>
      <td className={styles.status}>
        <OrderStatus order={order} />
        {order.refusal && <span className={styles.refusal}>{order.refusal.message}</span>}
      </td>
      <td className={styles.who}>
        <Requester order={order} />
      </td>
      <td className={styles.created}>
        <span className={styles.narrowLabel}>{t("orders.column.created")} </span>
        {formatDateTime(order.createdAt)}
      </td>
      <td className={styles.finished}>
        {order.finishedAt && (
          <>
            <span className={styles.narrowLabel}>{t("orders.column.finished")} </span>
            {formatDateTime(order.finishedAt)}
          </>
        )}
      </td>
    </tr>
  );
}
