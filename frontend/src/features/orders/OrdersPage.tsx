import { useEffect } from "react";
import { useLocation, useNavigate, useParams } from "react-router";
import { paths } from "../../app/paths.ts";
import { useText } from "../../i18n/i18n.ts";
import { Choice } from "../../ui/Choice.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { OrderDrawer } from "./OrderDrawer.tsx";
import { OrderList } from "./OrderList.tsx";
import { filters, formatOrders, type OrderDialogName, parseOrders } from "./ordersUrl.ts";

/** All orders, and beside them the one whose address is open. */
export default function OrdersPage() {
  const t = useText();
  const { id } = useParams();
  const location = useLocation();
  const navigate = useNavigate();
  const state = parseOrders(new URLSearchParams(location.search));

  useEffect(() => {
    document.title = `${t("orders.title")} · dialtree`;
  }, [t]);

  // Opened from this page: one step back. Came with the address: there is no step to go back to.
  const leaveFor = (path: string) => {
    if (location.state?.step) navigate(-1);
    else navigate(path, { replace: true });
  };
  const address = (orderId: string | undefined, dialog: OrderDialogName | null) =>
    (orderId ? paths.order(orderId) : paths.orders()) + formatOrders({ ...state, dialog });

  return (
    <div className={listStyles.page}>
      <PageHead title={t("orders.title")} />
      <Choice
        label={t("orders.filter")}
        value={state.filter}
        options={filters.map((value) => ({ value, label: t(`orders.filter.${value}`) }))}
        onChange={(filter) => navigate(paths.orders() + formatOrders({ filter, dialog: null }))}
      />
      <OrderList filter={state.filter} addressOf={(order) => address(order, null)} />
      {id && (
        <OrderDrawer
          key={id}
          id={id}
          dialog={state.dialog}
          onDialog={(dialog) => navigate(address(id, dialog), { state: { step: true } })}
          onDialogClose={() => leaveFor(address(id, null))}
          onFollow={(other) => navigate(address(other, null), { replace: true })}
          onClose={() => leaveFor(address(undefined, null))}
        />
      )}
    </div>
  );
}
