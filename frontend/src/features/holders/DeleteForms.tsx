import { useState } from "react";
import { Link } from "react-aria-components/Link";
import { useNavigate } from "react-router";
import { paths } from "../../app/paths.ts";
import { idempotencyKey } from "../../graphql/idempotencyKey.ts";
import { useAction } from "../../graphql/useAction.ts";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { DialogForm } from "../../ui/Dialog.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { showToast } from "../../ui/Toasts.tsx";
import { NumberText } from "../inventory/NumberText.tsx";
import type { HolderNumberPages } from "../inventory/useHolderNumbers.ts";
import styles from "./DeleteForms.module.css";
import {
  type CloudPbxData,
  DeleteCloudPbxMutation,
  DeleteSipTrunkMutation,
  reasonAgainst,
  type TrunkData,
} from "./holderDocuments.ts";

const NAMED = 10;

type TrunkProps = { trunk: TrunkData; numbers: HolderNumberPages; onClose: () => void };

/** Says what ends with a trunk, and deletes it at once (T5). Then its order is shown. */
export function DeleteTrunkForm({ trunk, numbers, onClose }: TrunkProps) {
  const t = useText();
  const navigate = useNavigate();
  const [key] = useState(idempotencyKey);
  const { run, busy, refusal } = useAction(DeleteSipTrunkMutation);
  const { openOrders } = trunk;
  const submit = async () => {
    const accepted = await run({ input: { sipTrunkId: trunk.id, idempotencyKey: key } });
    // In the place of the question: a step back must not ask it again.
    if (accepted) navigate(paths.order(accepted.order.id), { replace: true });
  };
  return (
    <DialogForm
      submitLabel={t("holder.delete")}
      cancelLabel={t("common.cancel")}
      submitVariant="danger"
      submitRefusal={trunk.deleteTrunk && reasonAgainst(trunk.deleteTrunk)}
      refusal={refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <p>{t("delete.explanation")}</p>
      <FreedNumbers trunk={trunk} pages={numbers} />
      {openOrders.length > 0 && (
        <div>
          <p>{t("delete.cancelled", { count: openOrders.length })}</p>
          <ul className={styles.list}>
            {openOrders.map((order) => (
              <li key={order.id}>
                <Link href={paths.order(order.id)}>{order.reference}</Link>
              </li>
            ))}
          </ul>
        </div>
      )}
    </DialogForm>
  );
}

type FreedProps = { trunk: TrunkData; pages: HolderNumberPages };

function FreedNumbers({ trunk, pages }: FreedProps) {
  const t = useText();
  const { first } = pages;
  const numbers = first?.node && "numbers" in first.node ? first.node.numbers : null;
  if (!numbers) return <Skeleton width="60%" />;
  if (numbers.totalCount === 0) return <p>{t("delete.freesNothing")}</p>;
  const named = numbers.nodes.slice(0, NAMED);
  const others = numbers.totalCount - named.length;
  return (
    <div>
      <p>
        {t("delete.frees", {
          count: numbers.totalCount,
          numbers: trunk.numberCount,
          number: formatNumber(trunk.numberCount),
        })}
      </p>
      <ul className={styles.list}>
        {named.map((range) => (
          <li key={range.id}>
            <NumberText display={range.display} />
          </li>
        ))}
        {others > 0 && <li>{t("orders.others", { count: others })}</li>}
      </ul>
    </div>
  );
}

type CloudPbxProps = { cloudPbx: CloudPbxData; onClose: () => void };

/** Only one without numbers can be deleted, so nothing but itself goes (H6). */
export function DeleteCloudPbxForm({ cloudPbx, onClose }: CloudPbxProps) {
  const t = useText();
  const navigate = useNavigate();
  const { run, busy, refusal } = useAction(DeleteCloudPbxMutation);
  const submit = async () => {
    const accepted = await run({ input: { cloudPbxId: cloudPbx.id } });
    if (!accepted) return;
    showToast({ tone: "good", title: t("delete.done", { holder: accepted.name }) });
    navigate(paths.inventory(), { replace: true });
  };
  return (
    <DialogForm
      submitLabel={t("holder.delete")}
      cancelLabel={t("common.cancel")}
      submitVariant="danger"
      submitRefusal={reasonAgainst(cloudPbx.delete)}
      refusal={refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <p>{t("delete.cloudPbx")}</p>
    </DialogForm>
  );
}
