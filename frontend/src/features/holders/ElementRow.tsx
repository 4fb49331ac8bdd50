import { paths } from "../../app/paths.ts";
import { formatDate, formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Calendar, Close } from "../../ui/icons.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { TipLink } from "../../ui/TipLink.tsx";
import type { SearchReading } from "../inventory/documents.ts";
import { NumberText } from "../inventory/NumberText.tsx";
import { siteLine } from "../inventory/site.ts";
import type { ElementRowData } from "./documents.ts";
import styles from "./ElementRow.module.css";
import type { RowState } from "./selection.ts";

type Props = {
  element: ElementRowData;
  state: RowState;
  reading: SearchReading | null | undefined;
  onTakeBack: () => void;
};

/** A number element: what it is, and why it cannot be marked. */
export function ElementRow({ element, state, reading, onTakeBack }: Props) {
  const t = useText();
  const { display, size, siteContract, openOrder } = element;
  return (
    <div className={styles.row}>
      <div className={styles.text}>
        <span className={styles.number}>
          <NumberText display={display} reading={reading} />
          <span className={styles.size}>
            {t("range.size", { count: size, number: formatNumber(size) })}
          </span>
        </span>
        <span className={styles.site}>{siteLine(siteContract)}</span>
      </div>
      {state === "reserved" && openOrder && <OpenOrder order={openOrder} />}
      {(state === "add" || state === "remove") && (
        <span className={styles.pending}>
          <Badge tone={state === "add" ? "good" : "bad"}>{t(`numbers.pending.${state}`)}</Badge>
          <Button
            variant="quiet"
            size="small"
            icon={<Close size={14} />}
            label={t("numbers.takeBack", { number: display })}
            onPress={onTakeBack}
          />
        </span>
      )}
    </div>
  );
}

/** The order that reserves the row; its reason shows on hover and focus. */
function OpenOrder({ order }: { order: NonNullable<ElementRowData["openOrder"]> }) {
  const t = useText();
  const { reference, status, executionDate } = order;
  const planned = status === "PLANNED" && executionDate;
  const reason = planned
    ? t("numbers.reservedFor", { reference, date: formatDate(planned) })
    : t("numbers.reserved", { reference });
  return (
    <TipLink className={styles.order} href={paths.order(order.id)} text={reason}>
      {planned ? <Calendar size={12} /> : <Spinner size={11} />}
      {reference}
    </TipLink>
  );
}
