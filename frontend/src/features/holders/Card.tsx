import { type ReactNode, useId } from "react";
import styles from "./Card.module.css";

type Props = {
  title: string;
  /** At the right of the title: a figure, or what can be done with this part. */
  aside?: ReactNode;
  children: ReactNode;
};

/** One part of the page of a holder. */
export function Card({ title, aside, children }: Props) {
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
