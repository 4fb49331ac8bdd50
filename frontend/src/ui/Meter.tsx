import { Meter as AriaMeter } from "react-aria-components/Meter";
import { classes } from "./classes.ts";
import styles from "./Meter.module.css";

type Props = {
  /** What is measured, for screen readers. */
  label: string;
  value: number;
  max: number;
  /** The measure in words or figures, shown beside the bar and read out. */
  valueLabel: string;
  /** full: nearly used up looks like a warning (a limit); plain: more is not worse (a share). */
  look?: "limit" | "share";
};

export function Meter(props: Props) {
  const { look = "share", value, max } = props;
  const share = max === 0 ? 0 : Math.min(1, value / max);
  const state = look === "limit" && (share >= 1 ? styles.full : share >= 0.85 ? styles.nearly : "");
  return (
    <AriaMeter
      className={classes(styles.meter, state)}
      aria-label={props.label}
      value={value}
      maxValue={max}
      valueLabel={props.valueLabel}
    >
      <span className={styles.figures}>{props.valueLabel}</span>
      <span className={styles.track}>
        <span className={styles.bar} style={{ width: `${share * 100}%` }} />
      </span>
    </AriaMeter>
  );
}
