import { useText } from "../../i18n/i18n.ts";
import { Button, ButtonLink } from "../../ui/Button.tsx";
import { ArrowLeft, ArrowRight } from "../../ui/icons.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { BlockMeters } from "../holders/ChangeDetails.tsx";
import { findingsOf, type Step, steps } from "./trunkSteps.ts";
import type { TrunkPreview } from "./useTrunkPreview.ts";
import styles from "./WizardBar.module.css";
import { WizardNotice } from "./WizardNotice.tsx";

type Props = {
  step: Step;
  preview: TrunkPreview;
  /** What ordering was answered. */
  refusal: { message: string; fields: Record<string, string> } | null;
  busy: boolean;
  addressOf: (step: Step) => string;
  onTakeBack: (ids: string[]) => void;
};

/** What speaks against it, how much is used, and the way on; stays in sight. */
export function WizardBar(props: Props) {
  const t = useText();
  const { step, preview, addressOf } = props;
  const { meters } = preview;
  const isLast = step === "check";
  const before = steps[steps.indexOf(step) - 1];
  const toFix = findingsOf(step, preview)
    .map((label) => t(label))
    .join(", ");
  return (
    <div className={styles.bar}>
      <WizardNotice {...props} />
      {step === "numbers" && meters && meters.blocks.length > 0 && (
        <div className={styles.blocks}>
          <BlockMeters blocks={meters.blocks} />
        </div>
      )}
      <div className={styles.line}>
        {before && (
          <ButtonLink icon={<ArrowLeft />} href={addressOf(before)}>
            {t("newTrunk.back")}
          </ButtonLink>
        )}
        {step === "numbers" && meters && (
          <span className={styles.meter}>
            <span>{t("newTrunk.elements")}</span>
            <Meter
              look="limit"
              label={t("holders.elements")}
              value={meters.elements.used}
              max={meters.elements.limit}
              valueLabel={`${meters.elements.used}/${meters.elements.limit}`}
            />
          </span>
        )}
        <Button
          type="submit"
          variant="primary"
          className={styles.forward}
          icon={isLast ? undefined : <ArrowRight />}
          busy={props.busy}
          refusal={toFix ? t("newTrunk.fixFirst", { fields: toFix }) : null}
          submitsRefused
        >
          {t(isLast ? "newTrunk.submit" : "newTrunk.next")}
        </Button>
      </div>
    </div>
  );
}
