import { useQuery } from "urql";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Drawer } from "../../ui/Drawer.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { OrderQuery } from "./documents.ts";
import { OrderActions } from "./OrderActions.tsx";
import { OrderFacts } from "./OrderFacts.tsx";
import { OrderStatus } from "./OrderStatus.tsx";
import type { OrderDialogName } from "./ordersUrl.ts";

type Props = {
  id: string;
  dialog: OrderDialogName | null;
  onDialog: (dialog: OrderDialogName) => void;
  onDialogClose: () => void;
  /** Shows another order in the place of this one. */
  onFollow: (id: string) => void;
  onClose: () => void;
};

/** One order in full, and what can be done with it. It follows the order by itself. */
export function OrderDrawer({ id, onClose, ...actions }: Props) {
  const t = useText();
  const [{ data, error }, ask] = useQuery({ query: OrderQuery, variables: { id } });
  const order = data?.node?.__typename === "Order" ? data.node : null;

  return (
    <Drawer
      title={order?.reference ?? t("order.title")}
      aside={order && <OrderStatus order={order} />}
      closeLabel={t("common.close")}
      onClose={onClose}
      footer={order && <OrderActions order={order} {...actions} />}
    >
      {order ? (
        <OrderFacts order={order} />
      ) : data ? (
        <EmptyState title={t("order.gone.title")}>{t("order.gone.details")}</EmptyState>
      ) : error ? (
        <EmptyState
          title={t("order.failed")}
          action={
            <Button onPress={() => ask({ requestPolicy: "network-only" })}>
              {t("common.tryAgain")}
            </Button>
          }
        />
      ) : (
        <>
          <Skeleton width="70%" />
          <Skeleton width="45%" />
          <Skeleton width="55%" />
        </>
      )}
    </Drawer>
  );
}
