import styles from "./Spinner.module.css";

/** Decoration only: the text beside it says what is going on. */
export function Spinner(props: { size?: number }) {
  const { size = 14 } = props;
  return (
    <span aria-hidden="true" className={styles.spinner} style={{ width: size, height: size }} />
  );
}
