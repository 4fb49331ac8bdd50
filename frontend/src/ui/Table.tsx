import type { ReactNode } from "react";
import { Skeleton } from "./Skeleton.tsx";
import styles from "./Table.module.css";

type Column<Row> = {
  id: string;
  /** null: the cells need none, such as those with buttons. */
  title: string | null;
  /** Names the row, and so needs no title on a card. */
  isName?: boolean;
  /** A count, to be compared with those above and below. */
  isFigure?: boolean;
  cell: (row: Row) => ReactNode;
};

type Props<Row> = {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  loading?: boolean;
};

const SKELETONS = ["11rem", "15rem", "9rem"];

/** A plain table; on a narrow page its rows are cards. */
export function Table<Row>({ label, columns, rows, keyOf, loading = false }: Props<Row>) {
  return (
    <table className={styles.table} aria-label={label} aria-busy={loading}>
      <thead>
        <tr>
          {columns.map(({ id, title, isFigure }) => (
            <th key={id} scope="col" className={isFigure ? styles.figure : undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {loading
          ? SKELETONS.map((width) => (
              <tr key={width}>
                <td colSpan={columns.length}>
                  <Skeleton width={width} />
                </td>
              </tr>
            ))
          : rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map(({ id, title, isName, isFigure, cell }) => (
                  <td key={id} className={isFigure ? styles.figure : undefined}>
                    {title && !isName && <span className={styles.label}>{title}: </span>}
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
      </tbody>
    </table>
  );
}
