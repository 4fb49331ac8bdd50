import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { FieldError } from "react-aria-components/FieldError";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField as AriaSearchField } from "react-aria-components/SearchField";
import { Text } from "react-aria-components/Text";
import { TextField as AriaTextField } from "react-aria-components/TextField";
import { classes } from "./classes.ts";
import { Close, Search } from "./icons.tsx";
import styles from "./TextField.module.css";

type Common = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Shown under the field, below an error. */
  description?: ReactNode;
  /** The sentence that says what is wrong with the value. */
  error?: string | null;
  name?: string;
  autoFocus?: boolean;
  className?: string;
};

/** react-aria shows the error only where the field is invalid, and ties both texts to the input. */
function Below(props: Pick<Common, "description" | "error">) {
  return (
    <>
      <FieldError className={styles.error}>{props.error}</FieldError>
      {props.description && (
        <Text slot="description" className={styles.description}>
          {props.description}
        </Text>
      )}
    </>
  );
}

type TextFieldProps = Common & {
  type?: "text" | "email" | "password" | "tel";
  autoComplete?: string;
  /** Which keys a phone offers. */
  inputMode?: "numeric";
  isRequired?: boolean;
  onBlur?: () => void;
};

export function TextField(props: TextFieldProps) {
  const { label, description, error, className, ...rest } = props;
  return (
    <AriaTextField
      {...rest}
      className={classes(styles.field, className)}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
    >
      <Label className={styles.label}>{label}</Label>
      <Input className={styles.input} />
      <Below description={description} error={error} />
    </AriaTextField>
  );
}

type SearchFieldProps = Common & {
  placeholder?: string;
  clearLabel: string;
  /** Enter starts the search; clearing the field starts it, too. */
  onSubmit: (value: string) => void;
};

export function SearchField(props: SearchFieldProps) {
  const { label, description, error, className, placeholder, clearLabel, ...rest } = props;
  return (
    <AriaSearchField
      {...rest}
      className={classes(styles.field, className)}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      onClear={() => props.onSubmit("")}
    >
      <Label className={styles.label}>{label}</Label>
      <div className={styles.search}>
        <Search className={styles.glass} />
        <Input className={styles.input} placeholder={placeholder} enterKeyHint="search" />
        <AriaButton className={styles.clear} aria-label={clearLabel}>
          <Close size={14} />
        </AriaButton>
      </div>
      <Below description={description} error={error} />
    </AriaSearchField>
  );
}
