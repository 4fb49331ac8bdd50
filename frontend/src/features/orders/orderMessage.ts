import { paths } from "../../app/paths.ts";
import { unbroken } from "../../i18n/format.ts";
import type { Translate } from "../../i18n/i18n.ts";
import type { ToastMessage } from "../../ui/Toasts.tsx";
import type { OrderNewsData } from "./documents.ts";

/** What to say when an order has finished; null where nobody needs to be told. */
export function orderMessage(order: OrderNewsData, t: Translate): ToastMessage | null {
  const link = {
    href: paths.order(order.id),
    label: t("orderNews.link", { reference: order.reference }),
  };
  if (order.status === "FAILED") {
    return {
      tone: "bad",
      title: t("orderNews.failed", { reference: order.reference }),
      details: order.refusal?.message,
      link,
    };
  }
  // Without a reason somebody cancelled it and knows. With one, something else has ended it.
  if (order.status === "CANCELLED" && order.refusal) {
    return {
      tone: "bad",
      title: t("orderNews.cancelled", { reference: order.reference }),
      details: order.refusal.message,
      link,
    };
  }
  if (order.status !== "SUCCEEDED") return null;
  return { tone: "good", title: successText(order, t), link };
}

function successText(order: OrderNewsData, t: Translate): string {
  const holder = order.holder?.name ?? "";
  switch (order.kind) {
    case "SPLIT":
    case "MERGE": {
      const changed = order.items.filter(({ action }) => action === order.kind);
      const range = unbroken(changed[0]?.display ?? "");
      return t(order.kind === "SPLIT" ? "orderNews.split" : "orderNews.merged", {
        range,
        count: changed.length,
      });
    }
    case "CHANGE_NUMBERS":
      return t("orderNews.changed", { holder });
    case "CREATE_TRUNK":
      return t("orderNews.created", { holder });
    case "DELETE_TRUNK":
      return t("orderNews.deleted", { holder });
    default:
      return t("orderNews.done", { reference: order.reference });
  }
}
