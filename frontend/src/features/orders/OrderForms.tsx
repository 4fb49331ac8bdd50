import { useState } from "react";
import { idempotencyKey } from "../../graphql/idempotencyKey.ts";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { DateField } from "../../ui/DateField.tsx";
import { DialogForm } from "../../ui/Dialog.tsx";
import {
  CancelOrderMutation,
  type OrderDetailsData,
  RescheduleOrderMutation,
  UndoOrderMutation,
} from "./documents.ts";
import { executionToday } from "./executionDate.ts";
import { orderTitle } from "./orderText.ts";

type Props = { order: OrderDetailsData; onClose: () => void };

type Availability = OrderDetailsData["undo"];

/** While the question is open the order goes on: what was allowed may no longer be. */
function reasonAgainst(availability: Availability): string | null | undefined {
  return availability?.allowed ? null : availability?.refusal?.message;
}

export function CancelForm({ order, onClose }: Props) {
  const t = useText();
  const { run, busy, refusal } = useAction(CancelOrderMutation);
  const submit = async () => {
    if (await run({ orderId: order.id })) onClose();
  };
  return (
    <DialogForm
      submitLabel={t("order.cancel.submit")}
      cancelLabel={t("order.cancel.keep")}
      submitVariant="danger"
      submitRefusal={reasonAgainst(order.cancel)}
      refusal={refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <p>{orderTitle(order, t)}</p>
      <p>{t("order.cancel.explanation")}</p>
    </DialogForm>
  );
}

export function RescheduleForm({ order, onClose }: Props) {
  const t = useText();
  const { run, busy, refusal, reset } = useAction(RescheduleOrderMutation);
  const [date, setDate] = useState(order.executionDate);
  const now = executionToday();
  const submit = async () => {
    if (date && (await run({ orderId: order.id, executionDate: date }))) onClose();
  };
  return (
    <DialogForm
      submitLabel={t("order.reschedule.submit")}
      cancelLabel={t("common.cancel")}
      submitRefusal={reasonAgainst(order.reschedule) ?? (date ? null : t("order.reschedule.empty"))}
      refusal={refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <p>{orderTitle(order, t)}</p>
      <DateField
        label={t("order.executionDate")}
        description={t("order.reschedule.today")}
        value={date}
        onChange={(value) => {
          setDate(value);
          reset();
        }}
        min={now}
        max={now.add({ years: 1 })}
        openLabel={t("date.open")}
        autoFocus
      />
    </DialogForm>
  );
}

type UndoProps = Props & { onFollow: (id: string) => void };

export function UndoForm({ order, onClose, onFollow }: UndoProps) {
  const t = useText();
  const [key] = useState(idempotencyKey);
  const { run, busy, refusal } = useAction(UndoOrderMutation);
  const submit = async () => {
    const accepted = await run({ orderId: order.id, idempotencyKey: key });
    if (accepted) onFollow(accepted.order.id);
  };
  return (
    <DialogForm
      submitLabel={t("order.undo.submit")}
      cancelLabel={t("common.cancel")}
      submitRefusal={reasonAgainst(order.undo)}
      refusal={refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <p>{orderTitle(order, t)}</p>
      <p>{t("order.undo.explanation")}</p>
    </DialogForm>
  );
}
