import { type ReactNode, useEffect, useRef } from "react";
import styles from "./FormFields.module.css";

type Props = {
  /** What was found wrong: when it is another object, the first wrong field gets the focus. */
  findings: unknown;
  children: ReactNode;
};

/** The fields of a dialog. */
export function FormFields({ findings, children }: Props) {
  const fields = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever something else is wrong
  useEffect(() => {
    fields.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [findings]);
  return (
    <div ref={fields} className={styles.fields}>
      {children}
    </div>
  );
}

/** Fields that belong together. */
export function FormGroup({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className={styles.group}>
      <legend className={styles.title}>{title}</legend>
      {children}
    </fieldset>
  );
}
