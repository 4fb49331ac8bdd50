import { useState } from "react";
import { useQuery } from "urql";
import { idempotencyKey } from "../../graphql/idempotencyKey.ts";
import { useAction } from "../../graphql/useAction.ts";
import { formatNumber, unbroken } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Dialog, DialogForm } from "../../ui/Dialog.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { MergeMutation, RangeQuery, SplitMutation, type TreeRowData } from "./documents.ts";
import { NumberText } from "./NumberText.tsx";
import type { RangeAction } from "./RangeActions.tsx";
import styles from "./RangeDialog.module.css";
import { siteLine } from "./site.ts";

type Props = {
  action: RangeAction;
  rangeId: string;
  onClose: () => void;
  onAccepted: (action: RangeAction, range: TreeRowData) => void;
};

/** Says what will happen and asks for it. */
export function RangeDialog({ action, rangeId, onClose, onAccepted }: Props) {
  const t = useText();
  const [{ data, fetching }] = useQuery({ query: RangeQuery, variables: { id: rangeId } });
  const range = data?.node?.__typename === "NumberRange" ? data.node : null;
  return (
    <Dialog isOpen title={t(`${action}.title`)} closeLabel={t("common.close")} onClose={onClose}>
      {range ? (
        <RangeForm action={action} range={range} onClose={onClose} onAccepted={onAccepted} />
      ) : fetching ? (
        <Skeleton width="70%" />
      ) : (
        <Notice tone="warn">{t("range.gone")}</Notice>
      )}
    </Dialog>
  );
}

type FormProps = Omit<Props, "rangeId"> & { range: TreeRowData };

function RangeForm({ action, range, onClose, onAccepted }: FormProps) {
  const t = useText();
  const [key] = useState(idempotencyKey);
  const { run, busy, refusal } = useAction(action === "split" ? SplitMutation : MergeMutation);
  const availability = range[action];

  const submit = async () => {
    const accepted = await run({ rangeId: range.id, idempotencyKey: key });
    if (!accepted) return;
    onAccepted(action, range);
    onClose();
  };
  const child = (digit: string) => unbroken(range.display.replace("x", digit));
  return (
    <DialogForm
      submitLabel={t(`${action}.submit`)}
      cancelLabel={t("common.cancel")}
      submitRefusal={
        availability?.allowed ? null : (availability?.refusal?.message ?? t("range.gone"))
      }
      refusal={refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <div className={styles.range}>
        <NumberText display={range.display} />
        <span className={styles.site}>
          {t("range.size", { count: range.size, number: formatNumber(range.size) })} ·{" "}
          {siteLine(range.siteContract)}
        </span>
      </div>
      {action === "split" ? (
        <p>
          {t("split.explanation", {
            range: unbroken(range.display),
            first: child("0"),
            last: child("9"),
          })}
        </p>
      ) : (
        <p>{t("merge.explanation", { range: unbroken(range.display) })}</p>
      )}
      <p className={styles.note}>{t("range.asynchronous")}</p>
    </DialogForm>
  );
}
