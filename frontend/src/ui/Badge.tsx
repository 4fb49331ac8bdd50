import type { ReactNode } from "react";
import styles from "./Badge.module.css";
import { classes } from "./classes.ts";

type Props = {
  tone?: "neutral" | "good" | "warn" | "bad" | "info" | "accent";
  icon?: ReactNode;
  children: ReactNode;
};

/** A state in a word. The colour never says more than the word does. */
export function Badge(props: Props) {
  return (
    <span className={classes(styles.badge, styles[props.tone ?? "neutral"])}>
      {props.icon}
      <span className={styles.text}>{props.children}</span>
    </span>
  );
}
