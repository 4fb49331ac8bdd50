import { useMemo } from "react";
import { useClient } from "urql";
import { useConnectionReturn, useLiveUpdates } from "../../graphql/useLiveUpdates.ts";
import { useText } from "../../i18n/i18n.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { OrderAgainQuery, type OrderNewsData, OrdersUpdatedSubscription } from "./documents.ts";
import { orderMessage } from "./orderMessage.ts";
import { OrderWatch } from "./orderWatch.ts";

/**
 * An answer that was read before an order ended may come after the news of its end, and puts the order
 * in the cache back to what it was. So it is looked at again, in milliseconds after the news.
 */
const LOOKED_AT_AGAIN = [1_000, 5_000];

/** Tells the end of every order, also of those that ended while the connection was lost. */
export function useOrderNews(): void {
  const t = useText();
  const client = useClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another session, another memory
  const watch = useMemo(() => new OrderWatch(), [client]);

  const lookAgain = (order: OrderNewsData) => {
    const variables = { id: order.id };
    const kept = client.readQuery(OrderAgainQuery, variables)?.data?.node;
    if (kept?.__typename !== "Order" || kept.status === order.status) return;
    void client.query(OrderAgainQuery, variables, { requestPolicy: "network-only" }).toPromise();
  };
  const take = (order: OrderNewsData) => {
    if (!watch.sees(order)) return;
    for (const pause of LOOKED_AT_AGAIN) setTimeout(lookAgain, pause, order);
    const message = orderMessage(order, t);
    if (message) showToast({ ...message, key: order.id });
  };
  useLiveUpdates(OrdersUpdatedSubscription, ({ ordersUpdated }) => take(ordersUpdated));
  useConnectionReturn(async () => {
    for (const id of watch.openIds) {
      const { data } = await client
        .query(OrderAgainQuery, { id }, { requestPolicy: "network-only" })
        .toPromise();
      if (data?.node?.__typename === "Order") take(data.node);
    }
  });
}
