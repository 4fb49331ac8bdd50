import type { OrderRowData } from "./documents.ts";

type Status = OrderRowData["status"];

export const filters = ["all", "open", "planned", "succeeded", "failed", "cancelled"] as const;
export type OrderFilter = (typeof filters)[number];

const STATUSES: Record<OrderFilter, Status[] | undefined> = {
  all: undefined,
  open: ["PLANNED", "QUEUED", "RUNNING"],
  planned: ["PLANNED"],
  succeeded: ["SUCCEEDED"],
  failed: ["FAILED"],
  cancelled: ["CANCELLED"],
};

/** What of the page stands in the query part of its address. */
export type OrdersState = {
  filter: OrderFilter;
  /** The question that is asked about the open order. */
  dialog: OrderDialogName | null;
};

export const dialogs = ["cancel", "reschedule", "undo"] as const;
export type OrderDialogName = (typeof dialogs)[number];

export function parseOrders(query: URLSearchParams): OrdersState {
  return {
    filter: filters.find((filter) => filter === query.get("status")) ?? "all",
    dialog: dialogs.find((dialog) => dialog === query.get("dialog")) ?? null,
  };
}

/** With its `?`; empty where everything is at its default. */
export function formatOrders({ filter, dialog }: OrdersState): string {
  const query = new URLSearchParams();
  if (filter !== "all") query.set("status", filter);
  if (dialog) query.set("dialog", dialog);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** For the API's argument `status`; undefined: every status. */
export function statusesOf(filter: OrderFilter): Status[] | undefined {
  return STATUSES[filter];
}
