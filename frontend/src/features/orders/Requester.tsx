import { useText } from "../../i18n/i18n.ts";
import { Tip } from "../../ui/Tip.tsx";
import type { OrderRowData } from "./documents.ts";
import styles from "./Requester.module.css";

/** Who ordered, and on which side: K the customer, T the provider's service staff (T2). */
export function Requester({ order }: { order: Pick<OrderRowData, "creator" | "requestedBy"> }) {
  const t = useText();
  return (
    <span className={styles.requester}>
      <Tip text={t(`orders.creator.${order.creator}`)}>
        {order.creator === "CUSTOMER" ? "K" : "T"}
      </Tip>
      <span className={styles.name}>{order.requestedBy}</span>
    </span>
  );
}
