import { useText } from "../../i18n/i18n.ts";
import { DateField } from "../../ui/DateField.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { executionToday } from "../orders/executionDate.ts";
import styles from "./FieldStep.module.css";

type Props = {
  value: string | null;
  error: string | null;
  onDate: (day: string | null) => void;
};

/** The day the trunk becomes active. */
export function DateStep({ value, error, onDate }: Props) {
  const t = useText();
  const today = executionToday();
  return (
    <div className={styles.fields}>
      <DateField
        className={styles.date}
        label={t("order.executionDate")}
        description={t(value ? "newTrunk.onDate" : "numbers.atOnce")}
        error={error}
        value={value}
        onChange={onDate}
        min={today}
        max={today.add({ years: 1 })}
        openLabel={t("date.open")}
        clearLabel={t("date.clear")}
      />
      <Notice tone="info">{t("newTrunk.planned")}</Notice>
    </div>
  );
}
