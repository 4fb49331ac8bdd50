import { Link } from "react-aria-components/Link";
import { paths } from "../../app/paths.ts";
import { formatDate, formatDateTime } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Notice } from "../../ui/Notice.tsx";
import { ExpertDetails } from "../accounts/ExpertDetails.tsx";
import { NumberText } from "../inventory/NumberText.tsx";
import type { OrderDetailsData } from "./documents.ts";
import styles from "./OrderFacts.module.css";
import { itemsOf, orderTitle } from "./orderText.ts";
import { Requester } from "./Requester.tsx";

const ACTIONS = ["SPLIT", "MERGE", "ADD", "REMOVE"] as const;

/** All that is known of an order. */
export function OrderFacts({ order }: { order: OrderDetailsData }) {
  const t = useText();
  const { holder } = order;
  return (
    <>
      <h3 className={styles.what}>{orderTitle(order, t)}</h3>
      {order.refusal && (
        <Notice tone="bad" title={t("order.nothingChanged")}>
          {order.refusal.message}
        </Notice>
      )}
      <dl className={styles.facts}>
        {holder && (
          <div>
            <dt>{t(`order.holder.${holder.__typename}`)}</dt>
            <dd>
              {order.kind === "DELETE_TRUNK" ? (
                holder.name
              ) : (
                <Link href={paths.holder(holder.id)}>{holder.name}</Link>
              )}
            </dd>
          </div>
        )}
        <div>
          <dt>{t("order.executionDate")}</dt>
          <dd>{order.executionDate ? formatDate(order.executionDate) : t("order.atOnce")}</dd>
        </div>
        <div>
          <dt>{t("orders.column.requestedBy")}</dt>
          <dd>
            <Requester order={order} />
          </dd>
        </div>
        <Moment label={t("orders.column.created")} moment={order.createdAt} />
        <Moment label={t("order.started")} moment={order.startedAt} />
        <Moment label={t("orders.column.finished")} moment={order.finishedAt} />
      </dl>
      {ACTIONS.map((action) => {
        const items = itemsOf(order, action);
        if (items.length === 0) return null;
        return (
          <section key={action}>
            <h4 className={styles.group}>
              {t(`order.items.${action}`)} <span className={styles.count}>{items.length}</span>
            </h4>
            <ul className={styles.items}>
              {items.map((item) => (
                <li key={`${item.digits}/${item.openDigits}`} className={styles.item}>
                  <NumberText display={item.display} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      <ExpertDetails
        values={[
          { label: t("technical.id"), value: order.id },
          { label: t("orders.column.created"), value: order.createdAt },
          { label: t("order.started"), value: order.startedAt },
          { label: t("orders.column.finished"), value: order.finishedAt },
        ]}
      />
    </>
  );
}

function Moment({ label, moment }: { label: string; moment: string | null }) {
  if (moment === null) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{formatDateTime(moment)}</dd>
    </div>
  );
}
