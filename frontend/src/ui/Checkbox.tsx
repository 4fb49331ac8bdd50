import type { ReactNode } from "react";
import { Checkbox as AriaCheckbox } from "react-aria-components/Checkbox";
import styles from "./Checkbox.module.css";
import { classes } from "./classes.ts";
import { Check, Minus } from "./icons.tsx";

type Props = {
  children?: ReactNode;
  isSelected?: boolean;
  isIndeterminate?: boolean;
  isDisabled?: boolean;
  onChange?: (selected: boolean) => void;
  /** selection: the mark of a row; the list says what it does. */
  slot?: "selection";
  className?: string;
};

export function Checkbox({ children, className, ...rest }: Props) {
  return (
    <AriaCheckbox {...rest} className={classes(styles.checkbox, className)}>
      {({ isIndeterminate, isSelected }) => (
        <>
          <span className={styles.box}>
            {isIndeterminate ? <Minus size={12} /> : isSelected ? <Check size={12} /> : null}
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}
