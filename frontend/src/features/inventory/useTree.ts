import { useEffect, useRef } from "react";
import { usePages } from "../../graphql/usePages.ts";
import { useQuerySet } from "../../graphql/useQueries.ts";
import { ChildrenQuery, RootsQuery, type TreeRowData } from "./documents.ts";

/** A row of the tree as it is shown. */
export type TreeNode =
  | { kind: "range"; key: string; range: TreeRowData; isOpen: boolean; children: TreeNode[] }
  /** The place of a child that is still loading. */
  | { kind: "loading"; key: string; children: never[] }
  | { kind: "failed"; key: string; children: never[] };

export type Tree = ReturnType<typeof useTree>;

export type TreeSearch = { number: string; site: string; all: boolean; open: string[] };

/**
 * What stands in the address for an open node: its digits. Two blocks may share their stem (one with
 * the first digits 0-5, one with 6-8), so for a block it is its first number.
 */
export function openKey({ level, digits, first }: TreeRowData): string {
  return level === 0 ? first : digits;
}

/** Only a range with children can be open. */
export function canOpen(range: TreeRowData): boolean {
  return range.state === "SPLIT";
}

/** Without "all", rows in which nothing is free are left out, the moment they are assigned. */
function isShown(range: TreeRowData, all: boolean): boolean {
  return all || range.freeCount > 0;
}

/** The roots that match, page by page, and the children of the open nodes, each read when it opens. */
export function useTree({ number, site, all, open }: TreeSearch) {
  const pages = usePages(
    RootsQuery,
    {
      number: number || undefined,
      site: site || undefined,
      state: all ? undefined : ("FREE" as const),
    },
    (data) => data.numberRanges,
  );
  const readChildren = useQuerySet(ChildrenQuery);
  const openKeys = new Set(open);

  const build = (range: TreeRowData): TreeNode => {
    const isOpen = canOpen(range) && openKeys.has(openKey(range));
    return { kind: "range", key: range.id, range, isOpen, children: isOpen ? below(range) : [] };
  };
  const below = (range: TreeRowData): TreeNode[] => {
    const { data, failed } = readChildren({ id: range.id, number: number || undefined });
    if (data?.node?.__typename === "NumberRange") {
      return data.node.children.filter((child) => isShown(child, all)).map(build);
    }
    if (failed) return [{ kind: "failed", key: `${range.id} failed`, children: [] }];
    return Array.from({ length: 10 }, (_, index) => ({
      kind: "loading",
      key: `${range.id} ${index}`,
      children: [],
    }));
  };
  const roots = pages.rows.filter((range) => isShown(range, all)).map(build);
  return { ...pages, roots: useUnchanged(roots) };
}

/**
 * Keeps the node objects of the last render where nothing in them changed, so that only rows that
 * did change are rendered again.
 */
function useUnchanged(nodes: TreeNode[]): TreeNode[] {
  const before = useRef<TreeNode[]>([]);
  const kept = keep(nodes, before.current);
  useEffect(() => {
    before.current = kept;
  });
  return kept;
}

function keep(nodes: TreeNode[], before: TreeNode[]): TreeNode[] {
  const old = new Map(before.map((node) => [node.key, node]));
  const kept = nodes.map((node) => keepNode(node, old.get(node.key)));
  const same = kept.length === before.length && kept.every((node, index) => node === before[index]);
  return same ? before : kept;
}

function keepNode(node: TreeNode, old: TreeNode | undefined): TreeNode {
  if (old?.kind !== node.kind) return node;
  if (node.kind !== "range" || old.kind !== "range") return old;
  const children = keep(node.children, old.children);
  const same = node.range === old.range && node.isOpen === old.isOpen && children === old.children;
  return same ? old : { ...node, children };
}
