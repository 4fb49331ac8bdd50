import { useMemo } from "react";
import { usePages } from "../../graphql/usePages.ts";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { ArrowRight } from "../../ui/icons.tsx";
import { Elements } from "../holders/ChangeDetails.tsx";
import { FreeElementsQuery } from "../holders/documents.ts";
import { ElementList } from "../holders/ElementList.tsx";
import type { ElementSearch } from "../holders/numbersUrl.ts";
import type { PendingElement, Side } from "../holders/pendingChange.ts";
import styles from "./NumbersStep.module.css";

type Props = {
  chosen: PendingElement[];
  search: ElementSearch;
  onSearch: (search: ElementSearch) => void;
  onAdd: (elements: PendingElement[]) => void;
  onTakeBack: (ids: string[]) => void;
};

/** The free numbers, and beside them what the trunk will start with. */
export function NumbersStep({ chosen, search, onSearch, onAdd, onTakeBack }: Props) {
  const t = useText();
  const pending = useMemo(
    () => new Map<string, Side>(chosen.map(({ id }) => [id, "add"])),
    [chosen],
  );
  const free = usePages(
    FreeElementsQuery,
    { number: search.number || undefined, site: search.site || undefined },
    ({ numberElements }) => numberElements,
  );
  return (
    <div className={styles.lists}>
      <ElementList
        title={t("numbers.free")}
        search={search}
        onSearch={onSearch}
        pages={free}
        page={free.first?.numberElements ?? null}
        pending={pending}
        empty={t("numbers.noneFree")}
        action={{ label: t("numbers.add"), icon: <ArrowRight />, refusal: null }}
        onMove={(elements) =>
          onAdd(elements.map(({ id, digits, display, size }) => ({ id, digits, display, size })))
        }
        onTakeBack={(id) => onTakeBack([id])}
      />
      <section className={styles.chosen} aria-label={t("newTrunk.chosen")}>
        <div className={styles.head}>
          <h2 className={styles.title}>
            {t("newTrunk.chosen")}{" "}
            <span className={styles.count}>{formatNumber(chosen.length)}</span>
          </h2>
          {chosen.length > 1 && (
            <Button
              variant="quiet"
              size="small"
              onPress={() => onTakeBack(chosen.map(({ id }) => id))}
            >
              {t("numbers.takeBackAll")}
            </Button>
          )}
        </div>
        {chosen.length === 0 ? (
          <p className={styles.none}>{t("newTrunk.noneChosen")}</p>
        ) : (
          <ul className={styles.elements}>
            <Elements side="add" elements={chosen} onTakeBack={onTakeBack} />
          </ul>
        )}
      </section>
    </div>
  );
}
