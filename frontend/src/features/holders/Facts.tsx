import type { ReactNode } from "react";
import styles from "./Facts.module.css";

/** Names with their values. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

/** none: what stands there when there is no value. */
export function Fact(props: { label: string; none?: string; children: ReactNode }) {
  const { children } = props;
  const isEmpty = children === null || children === undefined || children === "";
  return (
    <div>
      <dt>{props.label}</dt>
      <dd>{isEmpty ? <span className={styles.none}>{props.none}</span> : children}</dd>
    </div>
  );
}
