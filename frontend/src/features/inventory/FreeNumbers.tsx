import { useEffect, useState } from "react";
import { useSession } from "../../graphql/session.tsx";
import { formatNumber } from "../../i18n/format.ts";
import { type Translate, useLanguage, useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { TreeTable, type TreeTableColumn } from "../../ui/TreeTable.tsx";
import { useMediaQuery } from "../../ui/useMediaQuery.ts";
import type { SearchReading, TreeRowData } from "./documents.ts";
import styles from "./FreeNumbers.module.css";
import type { useInventoryState } from "./inventoryUrl.ts";
import { NumberSearch } from "./NumberSearch.tsx";
import { NumberText } from "./NumberText.tsx";
import { RangeActions } from "./RangeActions.tsx";
import { RangeDialog } from "./RangeDialog.tsx";
import { RangeState } from "./RangeState.tsx";
import { siteLine } from "./site.ts";
import { canOpen, type TreeNode, useTree } from "./useTree.ts";

type Props = ReturnType<typeof useInventoryState> & {
  /** The customer has no numbers at all yet. */
  isEmpty: boolean;
};

/** F1-F4: the numbers of all site contracts as trees, searched, split and merged. */
export function FreeNumbers({ state, change, closeDialog, isEmpty }: Props) {
  const t = useText();
  const language = useLanguage();
  const narrow = useMediaQuery("(max-width: 52rem)");
  const wide = useMediaQuery("(min-width: 70rem)");
  const { queries } = useSession().session;
  const tree = useTree(state);
  const reading = tree.first?.numberRanges.reading;
  const [awaited, setAwaited] = useState<ReadonlySet<string>>(new Set());

  // A range that was split from here opens by itself once it is.
  const arrived = awaited.size === 0 ? [] : splitNow(tree.roots, awaited);
  const arrivedKey = arrived.join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `arrivedKey` stands for `arrived`
  useEffect(() => {
    if (arrived.length === 0) return;
    const missing = arrived.filter((digits) => !state.open.includes(digits));
    if (missing.length > 0) {
      change((now) => ({ open: [...new Set([...now.open, ...missing])] }));
      return;
    }
    // Only when the address has it: closing the dialog may have stepped back over the change.
    setAwaited((now) => new Set([...now].filter((digits) => !arrived.includes(digits))));
  }, [arrivedKey, state.open.join(" ")]);

  const ask = (action: "split" | "merge", range: TreeRowData) =>
    change({ dialog: { action, rangeId: range.id } }, { step: true });

  const renderCell = (node: TreeNode, column: string) => {
    if (node.kind === "failed") {
      if (column !== "number") return null;
      return (
        <Button size="small" variant="quiet" onPress={() => queries.refetch()}>
          {t("common.tryAgain")}
        </Button>
      );
    }
    if (node.kind === "loading") {
      return column === "number" ? <Skeleton width="8rem" /> : null;
    }
    return (
      <RangeCell range={node.range} column={column} reading={reading} narrow={narrow} onAsk={ask} />
    );
  };

  const searched = state.number !== "" || state.site !== "";
  return (
    <>
      <p className={styles.intro}>{t("free.intro")}</p>
      <NumberSearch
        key={`${state.number} ${state.site}`}
        label={t("free.title")}
        number={state.number}
        other={{
          label: t("search.site"),
          value: state.site,
          placeholder: t("search.sitePlaceholder"),
        }}
        reading={reading}
        onSearch={({ number, other }) => change({ number, site: other }, { step: true })}
      >
        <div className={styles.switch}>
          <Switch isSelected={!state.all} onChange={(onlyFree) => change({ all: !onlyFree })}>
            {t("free.onlyFree")}
          </Switch>
        </div>
      </NumberSearch>

      <p role="status" className="visually-hidden">
        {tree.first ? t("free.found", { count: tree.first.numberRanges.totalCount }) : ""}
      </p>
      {isEmpty ? (
        <EmptyState title={t("free.nothingYet.title")}>{t("free.nothingYet.details")}</EmptyState>
      ) : tree.failed ? (
        <EmptyState
          title={t("problem.network.title")}
          action={<Button onPress={() => queries.refetch()}>{t("common.tryAgain")}</Button>}
        />
      ) : tree.loading ? (
        <LoadingRows />
      ) : reading?.kind === "NOT_UNDERSTOOD" ? null : tree.roots.length === 0 &&
        !tree.hasMore &&
        !tree.loadingMore ? (
        <EmptyState
          title={searched ? t("free.noMatch.title") : t("free.noneFree.title")}
          action={
            state.all ? undefined : (
              <Button onPress={() => change({ all: true })}>
                {t(searched ? "free.searchAll" : "free.showAll")}
              </Button>
            )
          }
        >
          {searched ? t("free.noMatch.details") : t("free.noneFree.details")}
        </EmptyState>
      ) : (
        <TreeTable
          label={t("free.title")}
          columns={columns(t, narrow, wide)}
          rows={tree.roots}
          rowHeight={narrow ? 76 : 42}
          dependencies={[reading, language, narrow, wide]}
          textOf={(node) => (node.kind === "range" ? node.range.display : "")}
          canExpand={(node) => node.kind === "range" && canOpen(node.range)}
          isExpanded={(node) => node.kind === "range" && node.isOpen}
          onToggle={(node, expanded) => {
            if (node.kind !== "range") return;
            const { digits } = node.range;
            change(({ open }) => ({
              open: expanded ? [...open, digits] : open.filter((other) => other !== digits),
            }));
          }}
          rowClass={(node) =>
            node.kind === "range" && node.range.kind === "BLOCK" ? styles.blockRow : undefined
          }
          renderCell={renderCell}
          hasMore={tree.hasMore}
          loadingMore={tree.loadingMore}
          onLoadMore={tree.loadMore}
          loadingMoreLabel={t("common.loading")}
        />
      )}

      {state.dialog && (
        <RangeDialog
          {...state.dialog}
          key={`${state.dialog.action} ${state.dialog.rangeId}`}
          onClose={closeDialog}
          onAccepted={(action, range) => {
            if (action === "split") setAwaited((now) => new Set([...now, range.digits]));
          }}
        />
      )}
    </>
  );
}

function splitNow(nodes: TreeNode[], awaited: ReadonlySet<string>): string[] {
  return nodes.flatMap((node) =>
    node.kind === "range"
      ? [
          ...(awaited.has(node.range.digits) && canOpen(node.range) ? [node.range.digits] : []),
          ...splitNow(node.children, awaited),
        ]
      : [],
  );
}

function columns(t: Translate, narrow: boolean, wide: boolean): TreeTableColumn[] {
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

function LoadingRows() {
  const t = useText();
  return (
    <div className={styles.loading}>
      <span className="visually-hidden">{t("common.loading")}</span>
      {["62%", "48%", "71%", "55%", "66%", "43%"].map((width) => (
        <div key={width} className={styles.loadingRow}>
          <Skeleton width="11rem" />
          <Skeleton width={width} />
        </div>
      ))}
    </div>
  );
}
