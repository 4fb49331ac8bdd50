import type { ReactNode } from "react";
import styles from "./PageHead.module.css";

type Props = {
  title: string;
  /** A few words beside the title, such as how many there are. */
  note?: ReactNode;
  /** What the page is about, in a sentence below the title. */
  about?: ReactNode;
  /** What can be done on the page: buttons. */
  children?: ReactNode;
};

/** The top of a page. */
export function PageHead({ title, note, about, children }: Props) {
  return (
    <header className={styles.head}>
      <div className={styles.text}>
        <div className={styles.line}>
          <h1 className={styles.title}>{title}</h1>
          {note && <p className={styles.note}>{note}</p>}
        </div>
        {about && <p className={styles.about}>{about}</p>}
      </div>
      {children && <div className={styles.actions}>{children}</div>}
    </header>
  );
}
