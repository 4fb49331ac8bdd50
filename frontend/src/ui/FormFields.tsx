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

type GroupProps = {
  title: string;
  /** What was found wrong with the whole of it. */
  error?: string | null;
  children: ReactNode;
};

/** Fields that belong together, or what takes the place of one. */
export function FormGroup({ title, error, children }: GroupProps) {
  return (
    <fieldset className={styles.group}>
      <legend className={styles.title}>{title}</legend>
      {children}
      {error && <p className={styles.error}>{error}</p>}
    </fieldset>
  );
}
