import { type ReactNode, useState } from "react";
import { useText } from "../../i18n/i18n.ts";
import { SearchField } from "../../ui/TextField.tsx";
import type { SearchReading } from "./documents.ts";
import styles from "./NumberSearch.module.css";

type Props = {
  /** Spoken name of this search. */
  label: string;
  number: string;
  /** The field beside the number: a site, or a name. */
  other: { label: string; value: string; placeholder: string };
  /** How the API read the number; null before the answer, and where none was searched. */
  reading: SearchReading | null | undefined;
  onSearch: (search: { number: string; other: string }) => void;
  children?: ReactNode;
};

/** Two search fields that narrow each other. Enter starts; emptying a field does, too. */
export function NumberSearch(props: Props) {
  const t = useText();
  const [number, setNumber] = useDraft(props.number);
  const [other, setOther] = useDraft(props.other.value);
  const { reading } = props;
  const isRead = reading && props.number !== "";
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not in all browsers we name
    <div role="search" aria-label={props.label} className={styles.search}>
      <SearchField
        className={styles.field}
        label={t("search.number")}
        value={number}
        onChange={setNumber}
        onSubmit={(value) => props.onSearch({ number: value.trim(), other: other.trim() })}
        placeholder={t("search.numberPlaceholder")}
        clearLabel={t("search.clear")}
        error={isRead ? reading.refusal?.message : null}
        description={
          isRead && reading.kind !== "NOT_UNDERSTOOD"
            ? t(`search.read.${reading.kind}`, { digits: reading.display })
            : isRead
              ? undefined
              : t("search.numberHint")
        }
      />
      <SearchField
        className={styles.field}
        label={props.other.label}
        value={other}
        onChange={setOther}
        onSubmit={(value) => props.onSearch({ number: number.trim(), other: value.trim() })}
        placeholder={props.other.placeholder}
        clearLabel={t("search.clear")}
      />
      {props.children}
    </div>
  );
}

/** What is being typed; replaced when what was searched for changes elsewhere (Back, a link). */
function useDraft(searched: string) {
  const [draft, setDraft] = useState({ searched, text: searched });
  if (draft.searched !== searched) setDraft({ searched, text: searched });
  return [draft.text, (text: string) => setDraft({ searched, text })] as const;
}
