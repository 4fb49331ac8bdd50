import type { ReactNode } from "react";
import type { Pages } from "../../graphql/usePages.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import type { HolderRowData } from "./documents.ts";
import { HolderCard } from "./HolderCard.tsx";
import styles from "./HolderList.module.css";
import type { useInventoryState } from "./inventoryUrl.ts";

export type PageState = Pick<ReturnType<typeof useInventoryState>, "state" | "change">;

type Props = PageState & {
  title?: string;
  /** Of each holder; without it one below the title, or where the title would be. */
  headingLevel?: 2 | 3 | 4;
  /** Beside the title. */
  action?: ReactNode;
  pages: Pages<unknown, HolderRowData>;
  /** Shown where there is none. */
  empty: ReactNode;
  /** The number searched for, to narrow the numbers of an open holder, too. */
  number?: string;
};

/** A list of holders; each opens to show its numbers. */
export function HolderList({ title, action, pages, empty, number, state, change, ...rest }: Props) {
  const t = useText();
  const { headingLevel = title ? 4 : 3 } = rest;
  return (
    <div className={styles.list}>
      {title && (
        <div className={styles.head}>
          <h3 className={styles.title}>{title}</h3>
          {action}
        </div>
      )}
      {pages.loading ? (
        <div className={styles.loading}>
          <Skeleton width="12rem" />
        </div>
      ) : pages.failed ? (
        <p className={styles.empty}>{t("problem.network.title")}</p>
      ) : pages.rows.length === 0 ? (
        <div className={styles.empty}>{empty}</div>
      ) : (
        <ul className={styles.rows}>
          {pages.rows.map((holder) => (
            <li key={holder.id}>
              <HolderCard
                holder={holder}
                number={number}
                headingLevel={headingLevel}
                isOpen={state.holders.includes(holder.id)}
                onOpenChange={(open) =>
                  change(({ holders }) => ({
                    holders: open
                      ? [...holders, holder.id]
                      : holders.filter((id) => id !== holder.id),
                  }))
                }
              />
            </li>
          ))}
        </ul>
      )}
      {pages.hasMore && (
        <div className={styles.more}>
          <Button size="small" onPress={pages.loadMore}>
            {t("common.more")}
          </Button>
        </div>
      )}
    </div>
  );
}
