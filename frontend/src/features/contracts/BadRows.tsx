import { useState } from "react";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Table } from "../../ui/Table.tsx";
import styles from "./ImportPage.module.css";

type BadRow = { field: string; line?: number | null; message: string; value?: string | null };

/** So many at once, that a file of nothing but bad rows does not hold up the page. */
const STEP = 100;

/** Every bad row with its line, its column and what is wrong. */
export function BadRows({ rows }: { rows: BadRow[] }) {
  const t = useText();
  const [count, setCount] = useState(STEP);
  const shown = rows.slice(0, count).map((row, place) => ({ ...row, place }));
  return (
    <div className={styles.bad}>
      <Table
        label={t("import.badRows")}
        rows={shown}
        keyOf={({ place }) => String(place)}
        columns={[
          { id: "line", title: t("import.line"), cell: ({ line }) => line ?? "–" },
          {
            id: "column",
            title: t("import.column"),
            cell: ({ field }) => <code className={styles.column}>{field}</code>,
          },
          { id: "reason", title: t("import.reason"), cell: ({ message }) => message },
          {
            id: "value",
            title: t("import.value"),
            cell: ({ value }) => <span className={styles.value}>{value || "–"}</span>,
          },
        ]}
      />
      {rows.length > count && (
        <Button className={styles.more} size="small" onPress={() => setCount(count + STEP)}>
          {t("import.moreRows", { count: rows.length - count })}
        </Button>
      )}
    </div>
  );
}
