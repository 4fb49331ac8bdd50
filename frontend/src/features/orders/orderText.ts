import type { Translate } from "../../i18n/i18n.ts";
import type { OrderNewsData } from "./documents.ts";

type Items = Pick<OrderNewsData, "items">;
type Action = OrderNewsData["items"][number]["action"];

const NAMED = 3;

export function itemsOf({ items }: Items, action: Action) {
  return items.filter((item) => item.action === action);
}

/** `+2 −1`: elements added and removed; what there is none of is left out. */
export function changeCounts(order: Items): string {
  const added = itemsOf(order, "ADD").length;
  const removed = itemsOf(order, "REMOVE").length;
  return [added > 0 && `+${added}`, removed > 0 && `−${removed}`].filter(Boolean).join(" ");
}

/** What an order does in one line: `Split 030 23125-3xx`, `+2 −1 number elements: Hamburg`. */
export function orderTitle(order: OrderNewsData, t: Translate): string {
  const holder = order.holder?.name ?? "";
  switch (order.kind) {
    case "CHANGE_NUMBERS": {
      const what = t("orders.change", { counts: changeCounts(order) });
      return holder === "" ? what : `${what}: ${holder}`;
    }
    case "CREATE_TRUNK":
      return t("orders.create", { holder });
    case "DELETE_TRUNK":
      return t("orders.delete", { holder });
    default: {
      const changed = itemsOf(order, order.kind === "MERGE" ? "MERGE" : "SPLIT");
      return `${t(`orders.kind.${order.kind}`)} ${inShort(changed, t)}`;
    }
  }
}

/** The first few ranges and how many there are besides. */
export function inShort(items: { display: string }[], t: Translate): string {
  const named = items.slice(0, NAMED).map(({ display }) => display);
  const others = items.length - named.length;
  return named.join(", ") + (others > 0 ? ` ${t("orders.others", { count: others })}` : "");
}
