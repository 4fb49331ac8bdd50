import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Collection } from "react-aria-components/Collection";
import {
  Cell,
  Column,
  ResizableTableContainer,
  Row,
  Table,
  TableBody,
  TableHeader,
  TableLoadMoreItem,
} from "react-aria-components/Table";
import { TableLayout, Virtualizer } from "react-aria-components/Virtualizer";
import { classes } from "./classes.ts";
import { ChevronRight } from "./icons.tsx";
import { Spinner } from "./Spinner.tsx";
import styles from "./TreeTable.module.css";

export type TreeTableColumn = {
  id: string;
  header: string;
  /** `2fr` or pixels. */
  width: `${number}fr` | number;
  minWidth?: number;
  align?: "end";
  /** The header is for screen readers only (a column of buttons). */
  headerHidden?: boolean;
};

export type TreeTableRow = { key: string; children: TreeTableRow[] };

type Props<T extends TreeTableRow> = {
  label: string;
  /** The first column holds the tree. */
  columns: TreeTableColumn[];
  rows: T[];
  /** In a word, for type-ahead. */
  textOf: (row: T) => string;
  /** Has children, even if they are not loaded yet. */
  canExpand: (row: T) => boolean;
  isExpanded: (row: T) => boolean;
  onToggle: (row: T, expanded: boolean) => void;
  renderCell: (row: T, column: string) => ReactNode;
  rowClass?: (row: T) => string | undefined;
  rowHeight: number;
  /** Other values that `renderCell` uses. */
  dependencies: unknown[];
  hasMore: boolean;
  loadingMore: boolean;
  onLoadMore: () => void;
  loadingMoreLabel: string;
};

const HEADER_HEIGHT = 34;
const LOADER_HEIGHT = 44;

/** A treegrid of any length: rows are in the page only while they are in sight. */
export function TreeTable<T extends TreeTableRow>(props: Props<T>) {
  const { columns, rows, rowHeight, renderCell } = props;
  const [treeColumn] = columns;
  const all = new Map<string, T>();
  const expanded = new Set<string>();
  const collect = (list: T[]) => {
    for (const row of list) {
      all.set(row.key, row);
      if (!props.isExpanded(row)) continue;
      expanded.add(row.key);
      collect(row.children as T[]);
    }
  };
  collect(rows);
  const height =
    HEADER_HEIGHT + all.size * rowHeight + (props.hasMore || props.loadingMore ? LOADER_HEIGHT : 0);

  const toggle = (key: string) => {
    const row = all.get(key);
    if (row && props.canExpand(row)) props.onToggle(row, !expanded.has(key));
  };
  const renderRow = (row: T) => (
    <Row
      id={row.key}
      value={row}
      textValue={props.textOf(row)}
      hasChildItems={props.canExpand(row)}
      // The same under the name by which the row's ARIA and arrow keys ask for it.
      {...{ hasChildRows: props.canExpand(row) }}
      className={classes(styles.row, props.rowClass?.(row))}
      dependencies={props.dependencies}
    >
      {columns.map((column) => (
        <Cell
          key={column.id}
          className={classes(styles.cell, column.align && styles[column.align])}
        >
          {({ hasChildItems, isTreeColumn }) => (
            <>
              {isTreeColumn && (
                <span className={styles.indent}>
                  {hasChildItems && (
                    <AriaButton slot="chevron" className={styles.chevron}>
                      <ChevronRight size={14} />
                    </AriaButton>
                  )}
                </span>
              )}
              {renderCell(row, column.id)}
            </>
          )}
        </Cell>
      ))}
      <Collection items={row.children as T[]} dependencies={props.dependencies}>
        {renderRow}
      </Collection>
    </Row>
  );

  return (
    <ResizableTableContainer className={styles.container}>
      <Virtualizer
        layout={TableLayout}
        layoutOptions={{ rowHeight, headingHeight: HEADER_HEIGHT, loaderHeight: LOADER_HEIGHT }}
      >
        <Table
          aria-label={props.label}
          className={styles.table}
          style={{ height }}
          treeColumn={treeColumn?.id}
          expandedKeys={expanded}
          onExpandedChange={(keys) => {
            for (const key of all.keys()) {
              if (new Set(keys).has(key) !== expanded.has(key)) toggle(key);
            }
          }}
          onRowAction={(key) => toggle(String(key))}
        >
          <TableHeader className={styles.header}>
            {columns.map((column) => (
              <Column
                key={column.id}
                id={column.id}
                isRowHeader={column === treeColumn}
                width={column.width}
                minWidth={column.minWidth}
                className={classes(
                  styles.column,
                  column === treeColumn && styles.treeColumn,
                  column.align && styles[column.align],
                )}
              >
                <span className={classes(column.headerHidden && "visually-hidden")}>
                  {column.header}
                </span>
              </Column>
            ))}
          </TableHeader>
          <TableBody className={styles.body}>
            <Collection items={rows} dependencies={props.dependencies}>
              {renderRow}
            </Collection>
            {(props.hasMore || props.loadingMore) && (
              <TableLoadMoreItem
                className={styles.more}
                isLoading={props.loadingMore}
                onLoadMore={props.onLoadMore}
              >
                <Spinner />
                {props.loadingMoreLabel}
              </TableLoadMoreItem>
            )}
          </TableBody>
        </Table>
      </Virtualizer>
    </ResizableTableContainer>
  );
}
