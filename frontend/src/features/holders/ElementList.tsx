import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useSession } from "../../graphql/session.tsx";
import type { Pages } from "../../graphql/usePages.ts";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { classes } from "../../ui/classes.ts";
import { EmptyState } from "../../ui/Notice.tsx";
import { SelectList } from "../../ui/SelectList.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { NumberSearch } from "../inventory/NumberSearch.tsx";
import type { ElementPageData, ElementRowData } from "./documents.ts";
import styles from "./ElementList.module.css";
import { ElementRow } from "./ElementRow.tsx";
import type { ElementSearch } from "./numbersUrl.ts";
import type { Side } from "./pendingChange.ts";
import { markedRows, markOfAll, rowState } from "./selection.ts";

/** "All" is read to here; no order takes more. */
const MARK_AT_MOST = 500;
const ROW_SIZE = 54;
const NONE: ReadonlySet<string> = new Set();

type Props = {
  title: string;
  className?: string;
  search: ElementSearch;
  onSearch: (search: ElementSearch) => void;
  pages: Pages<unknown, ElementRowData>;
  /** The first page: how many there are, and how the search was read. */
  page: ElementPageData | null;
  pending: ReadonlyMap<string, Side>;
  /** The order that is edited here: what it has reserved is open to it. */
  ownOrder?: string;
  /** Shown where there is none without a search. */
  empty: string;
  action: { label: string; icon: ReactNode; refusal: string | null | undefined };
  onMove: (elements: ElementRowData[]) => void;
  onTakeBack: (id: string) => void;
};

/** Number elements to search, mark and move. */
export function ElementList(props: Props) {
  const t = useText();
  const { queries } = useSession().session;
  const { pages, page, pending, ownOrder, search, action } = props;
  const { rows, hasMore, loadingMore, loadMore } = pages;
  const marking = useMemo(() => ({ pending, ownOrder }), [pending, ownOrder]);
  const [marked, setMarked] = useState(NONE);
  const [isMarkingAll, setMarkingAll] = useState(false);
  const total = page?.totalCount ?? 0;
  const reading = page?.reading;

  // "All found" includes what is not loaded yet: page after page is read first.
  const readsOn = isMarkingAll && (hasMore || loadingMore) && rows.length < MARK_AT_MOST;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs again when a page has come
  useEffect(() => {
    if (!isMarkingAll) return;
    if (readsOn) {
      if (!loadingMore) loadMore();
      return;
    }
    setMarked(new Set(rows.slice(0, MARK_AT_MOST).map(({ id }) => id)));
    setMarkingAll(false);
  }, [isMarkingAll, readsOn, loadingMore, rows.length]);

  const chosen = markedRows(rows, marked, marking);
  const ofAll = markOfAll(rows, marked, marking);
  const isAll = ofAll === "all" && (!hasMore || rows.length >= MARK_AT_MOST);
  const isSearched = search.number !== "" || search.site !== "";

  const move = () => {
    props.onMove(chosen);
    setMarked(NONE);
  };
  return (
    <section className={classes(styles.panel, props.className)} aria-label={props.title}>
      <div className={styles.head}>
        <h2 className={styles.title}>
          {props.title}{" "}
          {page && <span className={styles.count}>{formatNumber(page.totalCount)}</span>}
        </h2>
        <NumberSearch
          key={`${search.number} ${search.site}`}
          label={t("numbers.search", { list: props.title })}
          number={search.number}
          other={{
            label: t("search.site"),
            value: search.site,
            placeholder: t("search.sitePlaceholder"),
          }}
          reading={reading}
          onSearch={({ number, other }) => props.onSearch({ number, site: other })}
        />
      </div>
      <div className={styles.bar}>
        <Checkbox
          isDisabled={total === 0}
          isSelected={isAll}
          isIndeterminate={!isAll && (ofAll !== "none" || isMarkingAll)}
          onChange={(all) => (all && !isMarkingAll ? setMarkingAll(true) : setMarked(NONE))}
        >
          {total > MARK_AT_MOST
            ? t("numbers.markFirst", { number: formatNumber(MARK_AT_MOST) })
            : t("numbers.markAll", { count: total })}
        </Checkbox>
        <Button
          size="small"
          icon={action.icon}
          busy={isMarkingAll}
          refusal={action.refusal ?? (chosen.length === 0 ? t("numbers.markFirstOf") : null)}
          onPress={move}
        >
          {chosen.length > 0 ? `${action.label} (${formatNumber(chosen.length)})` : action.label}
        </Button>
        <span role="status" className="visually-hidden">
          {chosen.length > 0 && t("numbers.marked", { count: chosen.length })}
        </span>
      </div>
      {pages.failed ? (
        <div className={styles.list}>
          <EmptyState
            title={t("numbers.failed")}
            action={<Button onPress={() => queries.refetch()}>{t("common.tryAgain")}</Button>}
          />
        </div>
      ) : pages.loading ? (
        <div className={classes(styles.list, styles.loading)}>
          <Skeleton width="60%" />
          <Skeleton width="45%" />
          <Skeleton width="52%" />
        </div>
      ) : (
        <SelectList
          className={styles.list}
          label={props.title}
          items={rows}
          textOf={({ display }) => display}
          rowSize={ROW_SIZE}
          rowClass={(row) => styles[rowState(row, marking)]}
          disabled={rows.filter((row) => rowState(row, marking) !== "open").map(({ id }) => id)}
          selected={marked}
          onSelect={(keys) => (keys === "all" ? setMarkingAll(true) : setMarked(keys))}
          dependencies={[marking, reading, t]}
          render={(element) => (
            <ElementRow
              element={element}
              state={rowState(element, marking)}
              reading={reading}
              onTakeBack={() => props.onTakeBack(element.id)}
            />
          )}
          empty={isSearched ? t("numbers.noneMatch") : props.empty}
          hasMore={hasMore}
          loadingMore={loadingMore}
          onLoadMore={loadMore}
          loadingMoreLabel={t("common.loading")}
        />
      )}
    </section>
  );
}
