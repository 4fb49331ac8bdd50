import { Button as AriaButton } from "react-aria-components/Button";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Select as AriaSelect, SelectValue } from "react-aria-components/Select";
import { classes } from "./classes.ts";
import { Check, ChevronDown } from "./icons.tsx";
import menuStyles from "./Menu.module.css";
import styles from "./Select.module.css";
import fieldStyles from "./TextField.module.css";

type Props = {
  label: string;
  options: { value: string; label: string }[];
  /** None: nothing is narrowed. */
  value: string[];
  onChange: (value: string[]) => void;
  /** Shown where none is chosen. */
  none: string;
  /** Shown where several are chosen. */
  several: (count: number) => string;
  className?: string;
};

/** Any number of a list that opens; a choice once more takes it back. */
export function Select({ label, options, value, onChange, none, several, className }: Props) {
  const [only] = value;
  const shown =
    value.length > 1
      ? several(value.length)
      : (options.find((option) => option.value === only)?.label ?? none);
  return (
    <AriaSelect
      className={classes(fieldStyles.field, className)}
      selectionMode="multiple"
      value={value}
      onChange={(keys) => onChange(keys.map(String))}
    >
      <Label className={fieldStyles.label}>{label}</Label>
      <AriaButton className={classes(fieldStyles.input, styles.button)}>
        <SelectValue className={classes(styles.value, value.length === 0 && styles.none)}>
          {shown}
        </SelectValue>
        <ChevronDown size={14} />
      </AriaButton>
      <Popover className={classes(menuStyles.popover, styles.popover)} offset={6}>
        <ListBox className={menuStyles.menu}>
          {options.map((option) => (
            <ListBoxItem
              key={option.value}
              id={option.value}
              className={menuStyles.item}
              textValue={option.label}
            >
              {({ isSelected }) => (
                <>
                  <span className={menuStyles.mark}>{isSelected && <Check />}</span>
                  {option.label}
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
