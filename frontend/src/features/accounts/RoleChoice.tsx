import { useText } from "../../i18n/i18n.ts";
import { Choice } from "../../ui/Choice.tsx";
import { FormGroup } from "../../ui/FormFields.tsx";
import type { UserRole } from "./peopleDocuments.ts";
import styles from "./RoleChoice.module.css";

type Props = { roles: UserRole[]; value: UserRole; onChange: (role: UserRole) => void };

/** What a person may do, with what that means. */
export function RoleChoice({ roles, value, onChange }: Props) {
  const t = useText();
  return (
    <FormGroup title={t("users.role")}>
      <Choice
        label={t("users.role")}
        value={value}
        options={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))}
        onChange={onChange}
      />
      <p className={styles.hint}>{t(`users.roleHint.${value}`)}</p>
    </FormGroup>
  );
}
