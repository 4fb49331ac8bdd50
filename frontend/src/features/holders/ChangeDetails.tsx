import { Link } from "react-aria-components/Link";
import { paths } from "../../app/paths.ts";
import { formatDate, formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { classes } from "../../ui/classes.ts";
import { DateField } from "../../ui/DateField.tsx";
import { Close } from "../../ui/icons.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { executionToday } from "../orders/executionDate.ts";
import styles from "./ChangeDetails.module.css";
import type { MetersData, PlanData } from "./documents.ts";
import type { PendingChange, PendingElement, Side } from "./pendingChange.ts";

type Props = {
  takesDate: boolean;
  /** Of a planned trunk: its own day is the date of the change. */
  plan: PlanData | null;
  change: PendingChange;
  meters: MetersData | null;
  /** The day on which the limits will be used so; null: now. */
  metersDay: string | null;
  onTakeBack: (ids: string[]) => void;
  onDate: (day: string | null) => void;
};

/** The change in full: what comes and goes, when, and what the limits will be then. */
export function ChangeDetails(props: Props) {
  const t = useText();
  const { plan, change, meters, metersDay, onTakeBack } = props;
  const today = executionToday();
  const all = [...change.add, ...change.remove];
  return (
    <div className={styles.details}>
      <section className={styles.diff} aria-label={t("numbers.change")}>
        <div className={styles.head}>
          <h2 className={styles.title}>{t("numbers.change")}</h2>
          {all.length > 1 && (
            <Button
              variant="quiet"
              size="small"
              onPress={() => onTakeBack(all.map(({ id }) => id))}
            >
              {t("numbers.takeBackAll")}
            </Button>
          )}
        </div>
        {all.length === 0 ? (
          <p className={styles.none}>{t("numbers.nothingYet")}</p>
        ) : (
          <ul className={styles.elements}>
            <Elements side="add" elements={change.add} onTakeBack={onTakeBack} />
            <Elements side="remove" elements={change.remove} onTakeBack={onTakeBack} />
          </ul>
        )}
      </section>
      <div className={styles.side}>
        {plan && <Plan plan={plan} />}
        {props.takesDate && (
          <DateField
            className={styles.date}
            label={t("order.executionDate")}
            description={t(change.executionDate ? "numbers.onDate" : "numbers.atOnce")}
            value={change.executionDate}
            onChange={props.onDate}
            min={today}
            max={today.add({ years: 1 })}
            openLabel={t("date.open")}
            clearLabel={t("date.clear")}
          />
        )}
        {meters && meters.blocks.length > 0 && (
          <BlockMeters blocks={meters.blocks} day={metersDay} />
        )}
      </div>
    </div>
  );
}

/** When a planned trunk becomes active, and the order to which the change goes. */
function Plan({ plan }: { plan: PlanData }) {
  const t = useText();
  const { id, reference, executionDate } = plan;
  return (
    <p>
      {executionDate
        ? t("numbers.becomesActive", { date: formatDate(executionDate) })
        : t("numbers.becomesActiveAtOnce")}{" "}
      <Link href={paths.order(id)}>{reference}</Link>
    </p>
  );
}

type BlockMetersProps = { blocks: MetersData["blocks"]; day?: string | null };

/** How many elements of each block there will be; `day`: from when on, null: now. */
export function BlockMeters({ blocks, day }: BlockMetersProps) {
  const t = useText();
  const title = day ? t("numbers.perBlockOn", { date: formatDate(day) }) : t("holders.perBlock");
  return (
    <section aria-label={title}>
      <h3 className={styles.metersTitle}>{title}</h3>
      <ul className={styles.meters}>
        {blocks.map(({ block, used, limit }) => (
          <li key={block.id}>
            <span>{block.display}</span>
            <Meter
              look="limit"
              label={t("holders.elementsOf", { block: block.display })}
              value={used}
              max={limit}
              valueLabel={`${used}/${limit}`}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

type ElementsProps = {
  side: Side;
  elements: PendingElement[];
  onTakeBack: (ids: string[]) => void;
};

/** Rows of a list of what is pending, each with the way to take it back. */
export function Elements({ side, elements, onTakeBack }: ElementsProps) {
  const t = useText();
  return elements.map(({ id, display, size }) => (
    <li key={id} className={classes(styles.element, styles[side])}>
      <span className={styles.sign} aria-hidden="true">
        {side === "add" ? "+" : "−"}
      </span>
      <span className={styles.number}>
        <span className="visually-hidden">{t(`numbers.pending.${side}`)}: </span>
        {display}
      </span>
      <span className={styles.size}>
        {t("range.size", { count: size, number: formatNumber(size) })}
      </span>
      {/* Not the Button of the kit: its tooltip, five hundred times, is slow. */}
      <button
        type="button"
        className={styles.back}
        aria-label={t("numbers.takeBack", { number: display })}
        onClick={() => onTakeBack([id])}
      >
        <Close size={14} />
      </button>
    </li>
  ));
}
