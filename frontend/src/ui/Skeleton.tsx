import styles from "./Skeleton.module.css";

/** The place of a text that is still loading; `width` in any CSS length. */
export function Skeleton(props: { width: string }) {
  return <span aria-hidden="true" className={styles.skeleton} style={{ width: props.width }} />;
}
