import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Merge, Split } from "../../ui/icons.tsx";
import type { TreeRowData } from "./documents.ts";

export type RangeAction = "split" | "merge";

type Props = {
  range: TreeRowData;
  onAsk: (action: RangeAction, range: TreeRowData) => void;
};

/** Split and merge; where the API knows no such action for this range, nothing. */
export function RangeActions({ range, onAsk }: Props) {
  const t = useText();
  const { split, merge, display } = range;
  return (
    <>
      {split && (
        <Button
          size="small"
          icon={<Split size={14} />}
          label={t("split.of", { range: display })}
          refusal={split.allowed ? null : split.refusal?.message}
          onPress={() => onAsk("split", range)}
        >
          {t("split.action")}
        </Button>
      )}
      {merge && (
        <Button
          size="small"
          icon={<Merge size={14} />}
          label={t("merge.of", { range: display })}
          refusal={merge.allowed ? null : merge.refusal?.message}
          onPress={() => onAsk("merge", range)}
        >
          {t("merge.action")}
        </Button>
      )}
    </>
  );
}
