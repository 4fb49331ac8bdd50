import { type CalendarDate, parseDate } from "@internationalized/date";
import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import {
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
} from "react-aria-components/Calendar";
import { DateInput, DatePicker, DateSegment } from "react-aria-components/DatePicker";
import { Dialog } from "react-aria-components/Dialog";
import { FieldError } from "react-aria-components/FieldError";
import { Group } from "react-aria-components/Group";
import { Heading } from "react-aria-components/Heading";
import { Label } from "react-aria-components/Label";
import { Popover } from "react-aria-components/Popover";
import { Text } from "react-aria-components/Text";
import { classes } from "./classes.ts";
import styles from "./DateField.module.css";
import { Calendar as CalendarIcon, ChevronLeft, ChevronRight, Close } from "./icons.tsx";
import fieldStyles from "./TextField.module.css";

type Props = {
  label: string;
  /** Calendar day `2026-11-23`; null: none. */
  value: string | null;
  onChange: (value: string | null) => void;
  /** First and last day that can be picked. */
  min: CalendarDate;
  max: CalendarDate;
  description?: ReactNode;
  /** The sentence that says what is wrong with the day. */
  error?: string | null;
  /** Spoken names of the buttons; without `clearLabel` the day cannot be emptied. */
  openLabel: string;
  clearLabel?: string;
  autoFocus?: boolean;
  className?: string;
};

/** A day, typed or picked from a calendar; in the order and language of the page. */
export function DateField(props: Props) {
  const { value, clearLabel } = props;
  return (
    <DatePicker
      className={classes(fieldStyles.field, styles.field, props.className)}
      value={value === null ? null : parseDate(value)}
      onChange={(date) => props.onChange(date?.toString() ?? null)}
      minValue={props.min}
      maxValue={props.max}
      autoFocus={props.autoFocus}
      isInvalid={Boolean(props.error)}
      shouldForceLeadingZeros
      validationBehavior="aria"
    >
      <Label className={fieldStyles.label}>{props.label}</Label>
      <Group className={styles.group}>
        <DateInput className={styles.input}>
          {(segment) => <DateSegment segment={segment} className={styles.segment} />}
        </DateInput>
        {clearLabel && value !== null && (
          <AriaButton
            // Not the button of the picker: it gets none of its properties.
            slot={null}
            className={styles.button}
            aria-label={clearLabel}
            onPress={() => props.onChange(null)}
          >
            <Close size={14} />
          </AriaButton>
        )}
        <AriaButton className={styles.button} aria-label={props.openLabel}>
          <CalendarIcon />
        </AriaButton>
      </Group>
      {props.error && <FieldError className={fieldStyles.error}>{props.error}</FieldError>}
      {props.description && (
        <Text slot="description" className={fieldStyles.description}>
          {props.description}
        </Text>
      )}
      <Popover className={styles.popover} offset={6} placement="bottom end">
        <Dialog className={styles.dialog}>
          <Calendar className={styles.calendar}>
            <header className={styles.header}>
              <AriaButton slot="previous" className={styles.button}>
                <ChevronLeft />
              </AriaButton>
              <Heading className={styles.month} />
              <AriaButton slot="next" className={styles.button}>
                <ChevronRight />
              </AriaButton>
            </header>
            <CalendarGrid className={styles.grid} weekdayStyle="short">
              <CalendarGridHeader>
                {(day) => <CalendarHeaderCell className={styles.weekday}>{day}</CalendarHeaderCell>}
              </CalendarGridHeader>
              <CalendarGridBody>
                {(date) => <CalendarCell date={date} className={styles.day} />}
              </CalendarGridBody>
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}
