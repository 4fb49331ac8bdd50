import { useText } from "../../i18n/i18n.ts";
import { Choice } from "../../ui/Choice.tsx";
import styles from "./FieldStep.module.css";
import { type FieldsProps, TrunkField } from "./TrunkField.tsx";
import { type Profile, profiles } from "./trunkDraft.ts";

type Props = FieldsProps & { profile: Profile; onProfile: (profile: Profile) => void };

/** The profile, which stays, and how many calls may run at once. */
export function ProfileStep({ profile, onProfile, ...fields }: Props) {
  const t = useText();
  return (
    <div className={styles.fields}>
      <div className={styles.group}>
        <h3 className={styles.label}>{t("newTrunk.profile")}</h3>
        <Choice
          label={t("newTrunk.profile")}
          value={profile}
          options={profiles.map((value) => ({ value, label: t(`newTrunk.profile.${value}`) }))}
          onChange={onProfile}
        />
        <p className={styles.hint}>{t("newTrunk.profileHint")}</p>
      </div>
      <div className={styles.group}>
        <h3 className={styles.label}>{t("calls.title")}</h3>
        <p className={styles.hint}>{t("newTrunk.callsHint")}</p>
        <div className={styles.limits}>
          <TrunkField
            {...fields}
            name="callLimits.total"
            inputMode="numeric"
            autoComplete="off"
            description={t("newTrunk.callsAsBooked")}
          />
          <TrunkField
            {...fields}
            name="callLimits.incoming"
            inputMode="numeric"
            autoComplete="off"
            description={t("newTrunk.callsNoLimit")}
          />
          <TrunkField
            {...fields}
            name="callLimits.outgoing"
            inputMode="numeric"
            autoComplete="off"
            description={t("newTrunk.callsNoLimit")}
          />
        </div>
      </div>
    </div>
  );
}
