import { useText } from "../../i18n/i18n.ts";
import styles from "./FieldStep.module.css";
import { type FieldsProps, TrunkField } from "./TrunkField.tsx";

/** What the trunk is called and whom to ask about it. */
export function NameStep(fields: FieldsProps) {
  const t = useText();
  return (
    <div className={styles.fields}>
      <TrunkField
        {...fields}
        name="name"
        autoComplete="off"
        isRequired
        description={t("newTrunk.nameHint")}
      />
      <TrunkField
        {...fields}
        name="contact.name"
        autoComplete="off"
        isRequired
        description={t("newTrunk.contactHint")}
      />
      <TrunkField {...fields} name="contact.phone" type="tel" autoComplete="off" />
      <TrunkField {...fields} name="contact.email" type="email" autoComplete="off" />
    </div>
  );
}
