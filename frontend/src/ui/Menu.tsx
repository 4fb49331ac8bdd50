import type { ReactNode } from "react";
import { Header } from "react-aria-components/Header";
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection,
  MenuTrigger,
} from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { Check } from "./icons.tsx";
import styles from "./Menu.module.css";

type Props = { trigger: ReactNode; label: string; children: ReactNode };

/** A button (`trigger`) that opens a menu of `MenuItem`s and `MenuChoice`s. */
export function Menu(props: Props) {
  return (
    <MenuTrigger>
      {props.trigger}
      <Popover className={styles.popover} placement="bottom end" offset={6}>
        <AriaMenu className={styles.menu} aria-label={props.label}>
          {props.children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

export function MenuItem(props: { onAction: () => void; icon?: ReactNode; children: string }) {
  return (
    <AriaMenuItem className={styles.item} onAction={props.onAction} textValue={props.children}>
      <span className={styles.mark}>{props.icon}</span>
      {props.children}
    </AriaMenuItem>
  );
}

type ChoiceProps<Value extends string> = {
  title: string;
  value: Value;
  options: { value: Value; label: string; icon?: ReactNode }[];
  onChange: (value: Value) => void;
};

/** One of several, inside a menu. */
export function MenuChoice<Value extends string>(props: ChoiceProps<Value>) {
  return (
    <MenuSection
      className={styles.section}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[props.value]}
      onSelectionChange={(keys) => {
        const [key] = keys === "all" ? [] : [...keys];
        const option = props.options.find(({ value }) => value === key);
        if (option) props.onChange(option.value);
      }}
    >
      <Header className={styles.header}>{props.title}</Header>
      {props.options.map((option) => (
        <AriaMenuItem
          key={option.value}
          id={option.value}
          className={styles.item}
          textValue={option.label}
        >
          {({ isSelected }) => (
            <>
              <span className={styles.mark}>{isSelected ? <Check /> : option.icon}</span>
              {option.label}
            </>
          )}
        </AriaMenuItem>
      ))}
    </MenuSection>
  );
}

/** Text at the top of a menu: whose menu it is. */
export function MenuNote(props: { label: string; children: ReactNode }) {
  return (
    <MenuSection className={styles.section} aria-label={props.label}>
      <Header className={styles.note}>{props.children}</Header>
    </MenuSection>
  );
}
