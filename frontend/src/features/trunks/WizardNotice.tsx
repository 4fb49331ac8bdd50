import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { fieldNames } from "./trunkDraft.ts";
import { FIELD_LABELS, refusedAt, type Step } from "./trunkSteps.ts";
import type { TrunkPreview } from "./useTrunkPreview.ts";

type Props = {
  step: Step;
  preview: TrunkPreview;
  refusal: { message: string; fields: Record<string, string> } | null;
  onTakeBack: (ids: string[]) => void;
};

/** What stands against the trunk, in one place; that about name and day stands at their fields. */
export function WizardNotice({ step, preview, refusal, onTakeBack }: Props) {
  const t = useText();
  const { gone } = preview;
  if (step !== "numbers" && step !== "check") return null;
  if (gone.length > 0) {
    return (
      <Notice tone="warn" title={t("numbers.gone.title", { count: gone.length })}>
        {gone.map(({ display }) => display).join(", ")}
        <div>
          <Button size="small" onPress={() => onTakeBack(gone.map(({ id }) => id))}>
            {t("newTrunk.takeOut")}
          </Button>
        </div>
      </Notice>
    );
  }
  if (step === "check" && refusal) {
    const labelOf = (field: string) => {
      const name = fieldNames.find((known) => known === field);
      return name ? t(FIELD_LABELS[name]) : field;
    };
    return (
      <Notice tone="bad">
        {refusal.message}
        {Object.entries(refusal.fields).map(([field, message]) => (
          <p key={field}>
            {labelOf(field)}: {message}
          </p>
        ))}
      </Notice>
    );
  }
  const isHere = step === "check" || refusedAt(preview) === step;
  return preview.refusal && isHere ? <Notice tone="warn">{preview.refusal.message}</Notice> : null;
}
