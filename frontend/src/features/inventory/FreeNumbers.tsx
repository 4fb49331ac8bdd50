import { lazy, Suspense, useEffect, useState } from "react";
import { useSession } from "../../graphql/session.tsx";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { Switch } from "../../ui/Switch.tsx";
import type { TreeRowData } from "./documents.ts";
import styles from "./FreeNumbers.module.css";
import type { useInventoryState } from "./inventoryUrl.ts";
import { NumberSearch } from "./NumberSearch.tsx";
import { RangeDialog } from "./RangeDialog.tsx";
import { canOpen, openKey, type TreeNode, useTree } from "./useTree.ts";

// The heaviest part of the page: it comes beside the data, not before it.
const numberTree = import("./NumberTree.tsx");
const NumberTree = lazy(() => numberTree);

type Props = ReturnType<typeof useInventoryState> & {
  /** The customer has no numbers at all yet. */
  isEmpty: boolean;
};

/** F1-F4: the numbers of all site contracts as trees, searched, split and merged. */
export function FreeNumbers({ state, change, closeDialog, isEmpty }: Props) {
  const t = useText();
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
    const missing = arrived.filter((key) => !state.open.includes(key));
    if (missing.length > 0) {
      change((now) => ({ open: [...new Set([...now.open, ...missing])] }));
      return;
    }
    // Only when the address has it: closing the dialog may have stepped back over the change.
    setAwaited((now) => new Set([...now].filter((key) => !arrived.includes(key))));
  }, [arrivedKey, state.open.join(" ")]);

  const ask = (action: "split" | "merge", range: TreeRowData) =>
    change({ dialog: { action, rangeId: range.id } }, { step: true });

  const content = () => {
    if (isEmpty) {
      return (
        <EmptyState title={t("free.nothingYet.title")}>{t("free.nothingYet.details")}</EmptyState>
      );
    }
    if (tree.failed) {
      return (
        <EmptyState
          title={t("problem.network.title")}
          action={<Button onPress={() => queries.refetch()}>{t("common.tryAgain")}</Button>}
        />
      );
    }
    if (tree.loading) return <LoadingRows />;
    // The field says what was not understood.
    if (reading?.kind === "NOT_UNDERSTOOD") return null;
    if (tree.roots.length === 0 && !tree.hasMore && !tree.loadingMore) {
      const searched = state.number !== "" || state.site !== "";
      return (
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
      );
    }
    return (
      <Suspense fallback={<LoadingRows />}>
        <NumberTree
          tree={tree}
          reading={reading}
          onAsk={ask}
          onToggle={(range, open) => {
            const key = openKey(range);
            change((now) => ({
              open: open ? [...now.open, key] : now.open.filter((other) => other !== key),
            }));
          }}
        />
      </Suspense>
    );
  };

  return (
    <>
      <p className={styles.intro}>{t("free.intro")}</p>
      <NumberSearch
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
      {content()}

      {state.dialog && (
        <RangeDialog
          {...state.dialog}
          key={`${state.dialog.action} ${state.dialog.rangeId}`}
          onClose={closeDialog}
          onAccepted={(action, range) => {
            if (action === "split") setAwaited((now) => new Set([...now, openKey(range)]));
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
          ...(awaited.has(openKey(node.range)) && canOpen(node.range) ? [openKey(node.range)] : []),
          ...splitNow(node.children, awaited),
        ]
      : [],
  );
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
