import { useState } from "react";
import { useText } from "../../i18n/i18n.ts";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { TextField } from "../../ui/TextField.tsx";

type Props = {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | null;
  autoFocus?: boolean;
};

/** A password to be chosen. It can be looked at instead of being typed twice. */
export function NewPasswordField(props: Props) {
  const t = useText();
  const [shown, setShown] = useState(false);
  return (
    <>
      <TextField
        {...props}
        type={shown ? "text" : "password"}
        autoComplete="new-password"
        description={t("password.hint")}
      />
      <Checkbox isSelected={shown} onChange={setShown}>
        {t("password.show")}
      </Checkbox>
    </>
  );
}
