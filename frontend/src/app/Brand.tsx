import styles from "./Brand.module.css";
import icon from "./icon.svg";

/** Mark and name of the product. */
export function Brand() {
  return (
    <span className={styles.brand}>
      <img src={icon} alt="" width="26" height="26" />
      dialtree
    </span>
  );
}
