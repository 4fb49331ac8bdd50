import { useText } from "../../i18n/i18n.ts";
import { TechnicalDetails } from "../../ui/TechnicalDetails.tsx";
import { useIsExpert } from "./viewer.ts";

type Props = {
  /** Texts of what there is; null: nothing of the kind. */
  values: { label: string; value: string | null }[];
};

/** Technical details, which only the expert view shows (P1). */
export function ExpertDetails({ values }: Props) {
  const t = useText();
  if (!useIsExpert()) return null;
  const details = values.flatMap(({ label, value }) => {
    if (value === null) return [];
    const what = { what: label };
    return { label, value, copyLabel: t("copy.of", what), copiedLabel: t("copy.done", what) };
  });
  return (
    <TechnicalDetails
      title={t("technical.title")}
      details={details}
      copyFailedLabel={t("copy.failed")}
    />
  );
}
