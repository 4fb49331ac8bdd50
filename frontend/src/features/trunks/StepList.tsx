import { Link } from "react-aria-components/Link";
import { useText } from "../../i18n/i18n.ts";
import { classes } from "../../ui/classes.ts";
import { Check, Warning } from "../../ui/icons.tsx";
import styles from "./StepList.module.css";
import { findingsOf, type Step, steps } from "./trunkSteps.ts";
import type { TrunkPreview } from "./useTrunkPreview.ts";

type Props = {
  step: Step;
  /** How many steps lie behind; up to there one can jump. */
  reached: number;
  preview: TrunkPreview;
  addressOf: (step: Step) => string;
};

/** All steps: where one is, what lies behind, and what of it is to be put right. */
export function StepList({ step, reached, preview, addressOf }: Props) {
  const t = useText();
  return (
    <nav aria-label={t("newTrunk.steps")}>
      <ol className={styles.steps}>
        {steps.map((each, index) => {
          const isHere = each === step;
          const isWrong = index < reached && findingsOf(each, preview).length > 0;
          const sign = isWrong ? (
            <Warning size={13} />
          ) : index < reached && !isHere ? (
            <Check size={13} />
          ) : (
            index + 1
          );
          const content = (
            <>
              <span className={styles.sign} aria-hidden="true">
                {sign}
              </span>
              <span className={styles.label}>
                {t(`newTrunk.step.${each}`)}
                {isWrong && <span className="visually-hidden">: {t("newTrunk.toFix")}</span>}
              </span>
            </>
          );
          return (
            <li key={each} className={classes(isHere && styles.here, isWrong && styles.wrong)}>
              {isHere ? (
                <span className={styles.step} aria-current="step">
                  {content}
                </span>
              ) : index <= reached ? (
                <Link className={styles.step} href={addressOf(each)}>
                  {content}
                </Link>
              ) : (
                <span className={classes(styles.step, styles.ahead)}>{content}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
