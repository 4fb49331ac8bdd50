import type { ComponentProps } from "react";
import { useText } from "../../i18n/i18n.ts";
import { TextField } from "../../ui/TextField.tsx";
import type { FieldName } from "./trunkDraft.ts";
import { FIELD_LABELS } from "./trunkSteps.ts";

/** What the typed fields of all steps have in common. */
export type FieldsProps = {
  values: Record<FieldName, string>;
  /** The problem to show at a field, once there was a chance to fill it. */
  errorAt: (name: FieldName) => string | null;
  onEdit: (name: FieldName, value: string) => void;
  onSeen: (name: FieldName) => void;
};

type Props = FieldsProps & { name: FieldName } & Pick<
    ComponentProps<typeof TextField>,
    "type" | "autoComplete" | "inputMode" | "isRequired" | "description" | "className"
  >;

export function TrunkField({ name, values, errorAt, onEdit, onSeen, ...rest }: Props) {
  const t = useText();
  return (
    <TextField
      {...rest}
      name={name}
      label={t(FIELD_LABELS[name])}
      value={values[name]}
      error={errorAt(name)}
      onChange={(value) => onEdit(name, value)}
      onBlur={() => onSeen(name)}
    />
  );
}
