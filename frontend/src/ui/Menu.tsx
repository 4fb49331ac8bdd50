import type { ComponentProps, ReactNode } from "react";
import { Header } from "react-aria-components/Header";
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection,
  MenuTrigger,
} from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { Text } from "react-aria-components/Text";
import { classes } from "./classes.ts";
import { Check } from "./icons.tsx";
import styles from "./Menu.module.css";

type Props = {
  trigger: ReactNode;
  label: string;
  children: ReactNode;
  /** The end of the button under which it opens. */
  align?: "start" | "end";
};

/** A button (`trigger`) that opens a menu of `MenuItem`s and `MenuChoice`s. */
export function Menu(props: Props) {
  return (
    <MenuTrigger>
      {props.trigger}
      <Popover className={styles.popover} placement={`bottom ${props.align ?? "end"}`} offset={6}>
        <AriaMenu className={styles.menu} aria-label={props.label}>
          {props.children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

type ItemProps = {
  onAction: () => void;
  icon?: ReactNode;
  /** Why this cannot be done now. The item stays reachable and tells it instead of acting. */
  refusal?: string | null;
  children: string;
};

export function MenuItem({ onAction, icon, refusal, children }: ItemProps) {
  if (refusal) {
    return (
      <AriaMenuItem
        className={classes(styles.item, styles.refused)}
        shouldCloseOnSelect={false}
        textValue={children}
        // Not disabled for react-aria, which would keep the keyboard from reaching the reason.
        render={(props) => <div {...(props as ComponentProps<"div">)} aria-disabled="true" />}
      >
        <span className={styles.mark}>{icon}</span>
        <span>
          <Text slot="label">{children}</Text>
          <Text slot="description" className={styles.reason}>
            {refusal}
          </Text>
        </span>
      </AriaMenuItem>
    );
  }
  return (
    <AriaMenuItem className={styles.item} onAction={onAction} textValue={children}>
      {icon && <span className={styles.mark}>{icon}</span>}
      {children}
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
