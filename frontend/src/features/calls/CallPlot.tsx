import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { formatHour, formatNumber, formatWeekday } from "../../i18n/format.ts";
import { type Translate, useText } from "../../i18n/i18n.ts";
import { classes } from "../../ui/classes.ts";
import styles from "./CallPlot.module.css";
import type { Level } from "./documents.ts";
import { type Counts, type Day, type Hour, ticksFor } from "./hours.ts";

type Props = {
  days: Day[];
  total: number;
  /** From the foot of a bar to its top. */
  levels: readonly Level[];
  /** An hour or a day, as in the address. */
  selected: string | null;
  onSelect: (time: string) => void;
};

const LOOKS: Record<Level, string | undefined> = {
  CUSTOMER: styles.customer,
  SITE: styles.site,
  TRUNK: styles.trunk,
};

/**
 * A bar for each hour, its parts the levels; the days beneath. Bars and days are buttons: arrow keys
 * go from bar to bar, and what a bar is worth is told where it is focused or pointed at.
 */
export function CallPlot({ days, total, levels, selected, onSelect }: Props) {
  const t = useText();
  const titleId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const bars = days.flatMap(({ hours }) => hours).filter((hour) => hour.total > 0);
  const ticks = ticksFor(Math.max(0, ...bars.map((hour) => hour.total)));
  const top = ticks.at(-1) ?? 1;
  const told = bars.find(({ name }) => name === (pointed ?? selected));
  // One of the bars is reached by Tab: the chosen one, else the latest.
  const [focused, setFocused] = useState<string | null>(null);
  const entry =
    bars.find(({ name }) => name === (focused ?? selected))?.name ?? bars.at(-1)?.name ?? null;

  useEffect(() => {
    // What is new is in sight where not all has room.
    if (scroller.current) scroller.current.scrollLeft = scroller.current.scrollWidth;
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    const at = bars.findIndex(({ name }) => name === entry);
    const steps: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: bars.length - 1,
    };
    const next = bars[steps[event.key] ?? -1];
    if (!next || !(event.target as HTMLElement).dataset.hour) return;
    event.preventDefault();
    scroller.current?.querySelector<HTMLElement>(`[data-hour="${next.name}"]`)?.focus();
  };

  return (
    <section className={styles.plot} aria-labelledby={titleId}>
      <div className={styles.head}>
        <h2 id={titleId} className={styles.title}>
          {t("exceeded.plot.title")}{" "}
          <span className={styles.total}>
            {t("exceeded.calls", { count: total, number: formatNumber(total) })}
          </span>
        </h2>
        <ul className={styles.legend}>
          {levels.map((level) => (
            <li key={level}>
              <span className={classes(styles.swatch, LOOKS[level])} />
              {t(`exceeded.level.${level}`)}{" "}
              <span className={styles.figure}>
                {formatNumber(days.reduce((sum, day) => sum + day.counts[level], 0))}
              </span>
            </li>
          ))}
        </ul>
      </div>
      {/* The bars' own names say the same. */}
      <p className={styles.told} aria-hidden>
        {told ? hourText(told, levels, t) : t("exceeded.plot.hint")}
      </p>
      <div className={styles.area}>
        <ol className={styles.axis} aria-hidden>
          {ticks.map((tick) => (
            <li key={tick} style={{ bottom: `${(100 * tick) / top}%` }}>
              {formatNumber(tick)}
            </li>
          ))}
        </ol>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: keys move between the buttons in it */}
        <div className={styles.scroller} ref={scroller} onKeyDown={onKeyDown}>
          <div className={styles.days}>
            {days.map((day) => (
              <div key={day.day} className={styles.day} style={{ flexGrow: day.hours.length }}>
                <div className={styles.hours} style={{ backgroundSize: gridOf(ticks.length - 1) }}>
                  {day.hours.map((hour) =>
                    hour.total === 0 ? (
                      <span key={hour.name} className={styles.hour} />
                    ) : (
                      <button
                        key={hour.name}
                        type="button"
                        className={classes(
                          styles.hour,
                          styles.bar,
                          selected !== null &&
                            selected !== hour.name &&
                            selected !== hour.day &&
                            styles.other,
                        )}
                        data-hour={hour.name}
                        tabIndex={hour.name === entry ? 0 : -1}
                        aria-label={hourText(hour, levels, t)}
                        aria-pressed={hour.name === selected}
                        onClick={() => onSelect(hour.name)}
                        onFocus={() => {
                          setFocused(hour.name);
                          setPointed(hour.name);
                        }}
                        onBlur={() => setPointed(null)}
                        onPointerEnter={() => setPointed(hour.name)}
                        onPointerLeave={() => setPointed(null)}
                      >
                        <Stack counts={hour.counts} levels={levels} top={top} />
                      </button>
                    ),
                  )}
                </div>
                {day.hours.length < 4 ? (
                  <span className={styles.dayName} />
                ) : (
                  <button
                    type="button"
                    className={styles.dayName}
                    aria-label={dayText(day, t)}
                    aria-pressed={day.day === selected}
                    onClick={() => onSelect(day.day)}
                  >
                    {dayName(day)}
                  </button>
                )}
              </div>
            ))}
          </div>
        </div>
      </div>
      <PlotTable days={days} levels={levels} />
    </section>
  );
}

const gridOf = (lines: number) => `100% ${100 / lines}%`;

function Stack(props: { counts: Counts; levels: readonly Level[]; top: number }) {
  return props.levels.map((level) => {
    const count = props.counts[level];
    if (count === 0) return null;
    return (
      <span
        key={level}
        className={classes(styles.part, LOOKS[level])}
        style={{ height: `${(100 * count) / props.top}%` }}
      />
    );
  });
}

function hourText(hour: Hour, levels: readonly Level[], t: Translate): string {
  const when = `${formatWeekday(hour.day)}, ${formatHour(hour.name)}`;
  return `${when}: ${countsText(hour, levels, t)}`;
}

/** Beneath the first and the last day there may be too little room for the date. */
function dayName({ day, hours }: Day): string {
  const name = formatWeekday(day);
  return hours.length < 10 ? (name.split(/[ ,]/)[0] ?? name) : name;
}

function dayText(day: Day, t: Translate): string {
  const count = { count: day.total, number: formatNumber(day.total) };
  return `${formatWeekday(day.day)}: ${t("exceeded.calls", count)}`;
}

function countsText({ counts, total }: Hour, levels: readonly Level[], t: Translate): string {
  const all = t("exceeded.calls", { count: total, number: formatNumber(total) });
  if (levels.length < 2) return all;
  const parts = levels
    .filter((level) => counts[level] > 0)
    .map((level) => `${t(`exceeded.level.${level}`)} ${formatNumber(counts[level])}`);
  return `${all} (${parts.join(", ")})`;
}

/** The plot in figures, by day; to be opened by whoever reads these better. */
function PlotTable({ days, levels }: { days: Day[]; levels: readonly Level[] }) {
  const t = useText();
  return (
    <details className={styles.details}>
      <summary>{t("exceeded.plot.asTable")}</summary>
      <div className={styles.tableFrame}>
        <table className={styles.table} aria-label={t("exceeded.plot.title")}>
          <thead>
            <tr>
              <th scope="col">{t("exceeded.column.day")}</th>
              {levels.map((level) => (
                <th key={level} scope="col">
                  {t(`exceeded.level.${level}`)}
                </th>
              ))}
              <th scope="col">{t("exceeded.column.sum")}</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.day}>
                <th scope="row">{formatWeekday(day.day)}</th>
                {levels.map((level) => (
                  <td key={level}>{formatNumber(day.counts[level])}</td>
                ))}
                <td>{formatNumber(day.total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
