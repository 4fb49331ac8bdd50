import { useSession } from "../../graphql/session.tsx";
import { formatNumber } from "../../i18n/format.ts";
import { type Translate, useLanguage, useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { TreeTable, type TreeTableColumn } from "../../ui/TreeTable.tsx";
import { useMediaQuery } from "../../ui/useMediaQuery.ts";
import { useIsExpert } from "../accounts/viewer.ts";
import type { SearchReading, TreeRowData } from "./documents.ts";
import { NumberText } from "./NumberText.tsx";
import styles from "./NumberTree.module.css";
import { type RangeAction, RangeActions } from "./RangeActions.tsx";
import { RangeState } from "./RangeState.tsx";
import { siteLine } from "./site.ts";
import { canOpen, type Tree, type TreeNode } from "./useTree.ts";

type Props = {
  tree: Tree;
  reading: SearchReading | null | undefined;
  onAsk: (action: RangeAction, range: TreeRowData) => void;
  onToggle: (range: TreeRowData, open: boolean) => void;
};

/** The tree grid. A chunk of its own (default export), see FreeNumbers. */
export default function NumberTree({ tree, reading, onAsk, onToggle }: Props) {
  const t = useText();
  const language = useLanguage();
  const narrow = useMediaQuery("(max-width: 52rem)");
  const wide = useMediaQuery("(min-width: 70rem)");
  const isExpert = useIsExpert();
  const { queries } = useSession().session;

  const renderCell = (node: TreeNode, column: string) => {
    if (node.kind === "range") {
      return <RangeCell {...{ range: node.range, column, reading, narrow, onAsk }} />;
    }
    if (column !== "number") return null;
    if (node.kind === "loading") return <Skeleton width="8rem" />;
    return (
      <Button size="small" variant="quiet" onPress={() => queries.refetch()}>
        {t("common.tryAgain")}
      </Button>
    );
  };

  return (
    <TreeTable
      label={t("free.title")}
      columns={columns(t, narrow, wide, isExpert)}
      rows={tree.roots}
      rowHeight={narrow ? 76 : 42}
      dependencies={[reading, language, narrow, wide, isExpert]}
      textOf={(node) => (node.kind === "range" ? node.range.display : "")}
      canExpand={(node) => node.kind === "range" && canOpen(node.range)}
      isExpanded={(node) => node.kind === "range" && node.isOpen}
      onToggle={(node, open) => node.kind === "range" && onToggle(node.range, open)}
      rowClass={(node) =>
        node.kind === "range" && node.range.kind === "BLOCK" ? styles.blockRow : undefined
      }
      renderCell={renderCell}
      hasMore={tree.hasMore}
      loadingMore={tree.loadingMore}
      onLoadMore={tree.loadMore}
      loadingMoreLabel={t("common.loading")}
    />
  );
}

function columns(
  t: Translate,
  narrow: boolean,
  wide: boolean,
  isExpert: boolean,
): TreeTableColumn[] {
  const number = { id: "number", header: t("free.column.number") };
  const actions = { id: "actions", header: t("free.column.actions"), headerHidden: true } as const;
  if (narrow) {
    return [
      { ...number, width: "1fr", minWidth: 180 },
      { ...actions, width: 104, align: "end" },
    ];
  }
  const size = { id: "size", header: t("free.column.size"), width: 84, align: "end" } as const;
  return [
    { ...number, width: "5fr", minWidth: 220 },
    { id: "site", header: t("free.column.site"), width: "6fr", minWidth: 120 },
    ...(wide ? [size] : []),
    ...(wide && isExpert
      ? [{ id: "digits", header: t("technical.digits"), width: 150 } as const]
      : []),
    { id: "free", header: t("free.column.free"), width: 140, align: "end" },
    { id: "state", header: t("free.column.state"), width: "5fr", minWidth: 180 },
    { ...actions, width: 118, align: "end" },
  ];
}

type CellProps = {
  range: TreeRowData;
  column: string;
  reading: SearchReading | null | undefined;
  narrow: boolean;
  onAsk: (action: "split" | "merge", range: TreeRowData) => void;
};

function RangeCell({ range, column, reading, narrow, onAsk }: CellProps) {
  const t = useText();
  const site = siteLine(range.siteContract);
  const isRoot = range.level === 0;
  switch (column) {
    case "number": {
      const number = (
        <NumberText display={range.display} isBlock={range.kind === "BLOCK"} reading={reading} />
      );
      if (!narrow) return number;
      return (
        <span className={styles.stack}>
          {number}
          {isRoot ? <span className={styles.site}>{site}</span> : <RangeState range={range} />}
          <span className={styles.facts}>
            {t("range.freeOf", {
              free: formatNumber(range.freeCount),
              size: formatNumber(range.size),
            })}
          </span>
        </span>
      );
    }
    case "site":
      return isRoot ? (
        <span className={styles.site} title={site}>
          {site}
        </span>
      ) : null;
    case "size":
      return <span className={styles.figure}>{formatNumber(range.size)}</span>;
    case "digits":
      return (
        <span className={styles.digits} title={t("technical.level", { level: range.level })}>
          {range.digits}
          {"x".repeat(range.openDigits)}
        </span>
      );
    case "free":
      return (
        <Meter
          label={t("free.column.free")}
          value={range.freeCount}
          max={range.size}
          valueLabel={formatNumber(range.freeCount)}
        />
      );
    case "state":
      return <RangeState range={range} />;
    case "actions":
      return <RangeActions range={range} onAsk={onAsk} />;
    default:
      return null;
  }
}
