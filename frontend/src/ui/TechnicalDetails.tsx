import { CopyButton } from "./CopyButton.tsx";
import styles from "./TechnicalDetails.module.css";

export type TechnicalDetail = {
  label: string;
  value: string;
  /** Names what is copied. */
  copyLabel: string;
  copiedLabel: string;
};

type Props = { title: string; details: TechnicalDetail[]; copyFailedLabel: string };

/** What machines call a thing, to be copied. */
export function TechnicalDetails({ title, details, copyFailedLabel }: Props) {
  return (
    <section className={styles.technical} aria-label={title}>
      <h3 className={styles.title}>{title}</h3>
      <dl className={styles.details}>
        {details.map(({ label, value, copyLabel, copiedLabel }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <code className={styles.value}>{value}</code>
              <CopyButton
                text={value}
                label={copyLabel}
                copiedLabel={copiedLabel}
                failedLabel={copyFailedLabel}
              />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
