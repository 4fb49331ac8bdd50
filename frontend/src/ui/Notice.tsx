import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import { Info, Warning } from "./icons.tsx";
import styles from "./Notice.module.css";

type Props = { tone: "bad" | "warn" | "info"; children: ReactNode; title?: string };

/** A sentence in the place where it matters. A bad one is announced at once. */
export function Notice(props: Props) {
  return (
    <div
      className={classes(styles.notice, styles[props.tone])}
      role={props.tone === "bad" ? "alert" : undefined}
    >
      {props.tone === "info" ? (
        <Info className={styles.icon} />
      ) : (
        <Warning className={styles.icon} />
      )}
      <div>
        {props.title && <strong className={styles.title}>{props.title}</strong>}
        {props.children}
      </div>
    </div>
  );
}

type EmptyProps = { title: string; children?: ReactNode; action?: ReactNode };

/** In the place of a list that has nothing to show. */
export function EmptyState(props: EmptyProps) {
  return (
    <div className={styles.empty}>
      <p className={styles.emptyTitle}>{props.title}</p>
      {props.children && <p className={styles.emptyText}>{props.children}</p>}
      {props.action}
    </div>
  );
}
