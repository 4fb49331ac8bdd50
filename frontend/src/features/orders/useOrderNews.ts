import { useMemo } from "react";
import { useClient } from "urql";
import { useConnectionReturn, useLiveUpdates } from "../../graphql/useLiveUpdates.ts";
import { useText } from "../../i18n/i18n.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { OrderAgainQuery, type OrderNewsData, OrdersUpdatedSubscription } from "./documents.ts";
import { orderMessage } from "./orderMessage.ts";
import { OrderWatch } from "./orderWatch.ts";

/** Tells the end of every order, also of those that ended while the connection was lost. */
export function useOrderNews(): void {
  const t = useText();
  const client = useClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another session, another memory
  const watch = useMemo(() => new OrderWatch(), [client]);

  const take = (order: OrderNewsData) => {
    if (!watch.sees(order)) return;
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
