import type { ReactNode } from "react";
import { Collection } from "react-aria-components/Collection";
import { GridList, GridListItem, GridListLoadMoreItem } from "react-aria-components/GridList";
import { ListLayout, Virtualizer } from "react-aria-components/Virtualizer";
import { Checkbox } from "./Checkbox.tsx";
import { classes } from "./classes.ts";
import styles from "./SelectList.module.css";
import { Spinner } from "./Spinner.tsx";

type Props<T> = {
  label: string;
  items: T[];
  textOf: (item: T) => string;
  render: (item: T) => ReactNode;
  rowClass?: (item: T) => string | undefined;
  rowSize: number;
  /** Rows that cannot be marked. */
  disabled: Iterable<string>;
  selected: ReadonlySet<string>;
  /** "all": everything, also what is not loaded yet. */
  onSelect: (selected: ReadonlySet<string> | "all") => void;
  /** Other values that `render` uses. */
  dependencies: unknown[];
  empty: ReactNode;
  hasMore: boolean;
  loadingMore: boolean;
  onLoadMore: () => void;
  loadingMoreLabel: string;
  className?: string;
};

const LOADER_SIZE = 44;

/**
 * A list of any length of which many can be marked: by click, with Shift a stretch, by keyboard
 * (Space, Shift and arrows, Ctrl A). Rows are in the page only while they are in sight.
 */
export function SelectList<T extends { id: string }>(props: Props<T>) {
  return (
    <Virtualizer
      layout={ListLayout}
      layoutOptions={{ rowSize: props.rowSize, loaderSize: LOADER_SIZE }}
    >
      <GridList
        className={classes(styles.list, props.className)}
        aria-label={props.label}
        selectionMode="multiple"
        selectedKeys={props.selected}
        // The very set that is given: it remembers where a stretch (Shift) begins.
        onSelectionChange={(keys) => props.onSelect(keys as ReadonlySet<string> | "all")}
        disabledKeys={props.disabled}
        disabledBehavior="selection"
        renderEmptyState={() => <div className={styles.empty}>{props.empty}</div>}
      >
        <Collection items={props.items} dependencies={props.dependencies}>
          {(item) => (
            <GridListItem
              className={classes(styles.row, props.rowClass?.(item))}
              textValue={props.textOf(item)}
            >
              <Checkbox slot="selection" className={styles.mark} />
              {props.render(item)}
            </GridListItem>
          )}
        </Collection>
        {(props.hasMore || props.loadingMore) && (
          <GridListLoadMoreItem
            className={styles.more}
            isLoading={props.loadingMore}
            onLoadMore={props.onLoadMore}
          >
            <Spinner />
            {props.loadingMoreLabel}
          </GridListLoadMoreItem>
        )}
      </GridList>
    </Virtualizer>
  );
}
