import { formatDate } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Notice } from "../../ui/Notice.tsx";
import type { MetersData } from "./documents.ts";
import { countsOf, isEmpty, type PendingChange } from "./pendingChange.ts";
import styles from "./SaveBar.module.css";
import type { Preview } from "./usePreview.ts";

type Props = {
  change: PendingChange;
  /** When it takes effect; null: at once. */
  day: string | null;
  meters: MetersData | null;
  /** The day on which the limits will be used so; null: now. */
  metersDay: string | null;
  preview: Preview;
  /** What saving was answered. */
  refusal: string | null | undefined;
  /** This person may not change anything: why. */
  notAllowed: string | null | undefined;
  busy: boolean;
  onTakeBack: (ids: string[]) => void;
  onSave: () => void;
};

/** The change in a word and the way to order it; stays in sight. */
export function SaveBar(props: Props) {
  const t = useText();
  const { change, day, meters, metersDay, preview, refusal } = props;
  const { gone } = preview;
  const used = metersDay
    ? t("numbers.elementsOn", { date: formatDate(metersDay) })
    : t(isEmpty(change) ? "numbers.elementsNow" : "numbers.elementsAfter");
  const when = day ? formatDate(day) : t("order.atOnce");
  return (
    <div className={styles.bar}>
      {gone.length > 0 ? (
        <Notice tone="warn" title={t("numbers.gone.title", { count: gone.length })}>
          {gone.map(({ display }) => display).join(", ")}
          <div>
            <Button size="small" onPress={() => props.onTakeBack(gone.map(({ id }) => id))}>
              {t("numbers.gone.takeBack")}
            </Button>
          </div>
        </Notice>
      ) : refusal ? (
        <Notice tone="bad">{refusal}</Notice>
      ) : (
        preview.refusal && <Notice tone="warn">{preview.refusal}</Notice>
      )}
      <div className={styles.line}>
        <p className={styles.counts} role="status">
          {isEmpty(change)
            ? t("numbers.unchanged")
            : t("numbers.toOrder", { counts: countsOf(change), when })}
        </p>
        {meters && (
          <span className={styles.meter}>
            <span>{used}</span>
            <Meter
              look="limit"
              label={used}
              value={meters.elements.used}
              max={meters.elements.limit}
              valueLabel={`${meters.elements.used}/${meters.elements.limit}`}
            />
          </span>
        )}
        <Button
          variant="primary"
          className={styles.save}
          busy={props.busy}
          refusal={props.notAllowed ?? (isEmpty(change) ? t("numbers.markSomething") : null)}
          onPress={props.onSave}
        >
          {t("numbers.save")}
        </Button>
      </div>
    </div>
  );
}
