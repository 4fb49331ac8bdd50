import type { ReactNode } from "react";
import { formatDate } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Calendar, Check, Close, Warning } from "../../ui/icons.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import type { OrderNewsData } from "./documents.ts";

type Look = { tone: "neutral" | "good" | "bad" | "info" | "accent"; icon: ReactNode };

const LOOKS: Record<OrderNewsData["status"], Look> = {
  PLANNED: { tone: "info", icon: <Calendar size={12} /> },
  QUEUED: { tone: "accent", icon: <Spinner size={10} /> },
  RUNNING: { tone: "accent", icon: <Spinner size={10} /> },
  SUCCEEDED: { tone: "good", icon: <Check size={12} /> },
  FAILED: { tone: "bad", icon: <Warning size={12} /> },
  CANCELLED: { tone: "neutral", icon: <Close size={12} /> },
};

/** How far an order is; a planned one names its day. */
export function OrderStatus(props: { order: Pick<OrderNewsData, "status" | "executionDate"> }) {
  const t = useText();
  const { status, executionDate } = props.order;
  const look = LOOKS[status];
  return (
    <Badge tone={look.tone} icon={look.icon}>
      {status === "PLANNED" && executionDate
        ? t("orders.plannedFor", { date: formatDate(executionDate) })
        : t(`orders.status.${status}`)}
    </Badge>
  );
}
