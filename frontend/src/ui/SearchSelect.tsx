import { useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { ComboBox } from "react-aria-components/ComboBox";
import { Input } from "react-aria-components/Input";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { classes } from "./classes.ts";
import { ChevronDown } from "./icons.tsx";
import styles from "./SearchSelect.module.css";

type Item = { id: string; name: string; hint?: string };

type Props = {
  /** What is chosen, for screen readers. */
  label: string;
  placeholder: string;
  /** What is being typed; who uses this looks for it. */
  search: string;
  onSearch: (search: string) => void;
  items: Item[];
  /** In the place of items. */
  empty: string;
  openLabel: string;
  onChoose: (id: string) => void;
  className?: string;
};

/** A field that finds and chooses one of many. What is chosen stands elsewhere; the field is empty. */
export function SearchSelect(props: Props) {
  // Emptied in the moment of a choice it would open again: each choice ends one of its lives.
  const [choices, setChoices] = useState(0);
  return (
    <ComboBox
      key={choices}
      className={classes(styles.field, props.className)}
      aria-label={props.label}
      menuTrigger="focus"
      items={props.items}
      allowsEmptyCollection
      inputValue={props.search}
      onInputChange={props.onSearch}
      value={null}
      onChange={(key) => {
        if (key === null) return;
        props.onSearch("");
        setChoices(choices + 1);
        props.onChoose(String(key));
      }}
    >
      <Input className={styles.input} placeholder={props.placeholder} />
      <AriaButton className={styles.open} aria-label={props.openLabel}>
        <ChevronDown size={14} />
      </AriaButton>
      <Popover className={styles.popover} offset={6}>
        <ListBox
          className={styles.list}
          renderEmptyState={() => <p className={styles.empty}>{props.empty}</p>}
        >
          {(item: Item) => (
            <ListBoxItem id={item.id} className={styles.item} textValue={item.name}>
              <span className={styles.name}>{item.name}</span>
              {item.hint && <span className={styles.hint}>{item.hint}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
