import type { ReactNode } from "react";
import { Link } from "react-aria-components/Link";
import { formatDate, formatNumber, unbroken } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import styles from "./CheckStep.module.css";
import type { FieldName, TrunkDraft } from "./trunkDraft.ts";
import { FIELD_LABELS, fieldsOf, type Step } from "./trunkSteps.ts";
import type { TrunkPreview } from "./useTrunkPreview.ts";

type Props = {
  draft: TrunkDraft;
  preview: TrunkPreview;
  addressOf: (step: Step) => string;
};

/** Everything that is about to be ordered, each with the way back to it. */
export function CheckStep({ draft, preview, addressOf }: Props) {
  const t = useText();
  const { fields, profile, add, executionDate } = draft;
  const numberCount = add.reduce((sum, { size }) => sum + size, 0);
  const noValue: Partial<Record<FieldName, string>> = {
    "callLimits.total": t("newTrunk.asBooked"),
    "callLimits.incoming": t("newTrunk.noLimit"),
    "callLimits.outgoing": t("newTrunk.noLimit"),
  };
  const entered = (step: Step) =>
    fieldsOf(step).map((name) => (
      <Fact key={name} term={t(FIELD_LABELS[name])} problem={preview.problems[name]}>
        {fields[name] || (noValue[name] ?? "–")}
      </Fact>
    ));
  return (
    <div className={styles.parts}>
      <Part step="name" addressOf={addressOf}>
        {entered("name")}
      </Part>
      <Part step="profile" addressOf={addressOf}>
        <Fact term={t("newTrunk.profile")}>{t(`newTrunk.profile.${profile}`)}</Fact>
        {entered("profile")}
      </Part>
      <Part step="numbers" addressOf={addressOf}>
        <Fact term={t("newTrunk.elements")}>
          {t("holders.elementCount", { count: add.length })}
          {add.length > 0 && (
            <>
              {", "}
              {t("holders.numberCount", {
                count: numberCount,
                number: formatNumber(numberCount),
              })}
              <ul className={styles.elements}>
                {add.map(({ id, display }) => (
                  <li key={id}>{unbroken(display)}</li>
                ))}
              </ul>
            </>
          )}
        </Fact>
      </Part>
      <Part step="date" addressOf={addressOf}>
        <Fact term={t("order.executionDate")}>
          {executionDate ? formatDate(executionDate) : t("order.atOnce")}
        </Fact>
      </Part>
    </div>
  );
}

type PartProps = { step: Step; addressOf: (step: Step) => string; children: ReactNode };

function Part({ step, addressOf, children }: PartProps) {
  const t = useText();
  const title = t(`newTrunk.step.${step}`);
  return (
    <section className={styles.part} aria-label={title}>
      <div className={styles.head}>
        <h3 className={styles.title}>{title}</h3>
        <Link href={addressOf(step)}>
          {t("newTrunk.change")}
          <span className="visually-hidden">: {title}</span>
        </Link>
      </div>
      <dl className={styles.facts}>{children}</dl>
    </section>
  );
}

function Fact(props: { term: string; problem?: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{props.term}</dt>
      <dd>
        {props.children}
        {props.problem && <p className={styles.problem}>{props.problem}</p>}
      </dd>
    </div>
  );
}
