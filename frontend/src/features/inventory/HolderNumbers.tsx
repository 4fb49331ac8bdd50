import { Heading } from "react-aria-components/Heading";
import { useQuery } from "urql";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { HolderMetersQuery } from "./documents.ts";
import styles from "./HolderNumbers.module.css";
import { NumberText } from "./NumberText.tsx";
import { siteLine } from "./site.ts";
import { type HolderNumberPages, useHolderNumbers } from "./useHolderNumbers.ts";

type Props = {
  holderId: string;
  /** Only numbers that match this search. */
  number?: string;
  /** Read by `useHolderNumbers`, with the same search. */
  pages: HolderNumberPages;
  hasLimits: boolean;
  /** Of the title within; one below what stands over it. */
  headingLevel: 3 | 4 | 5;
};

/** The numbers a holder has, and how much of each block; reads them. */
export function HolderNumbers(props: Omit<Props, "pages">) {
  return <NumberLines {...props} pages={useHolderNumbers(props.holderId, props.number)} />;
}

/** The same where they have been read already. */
export function NumberLines({ holderId, number, pages, hasLimits, headingLevel }: Props) {
  const t = useText();
  const [{ data }] = useQuery({
    query: HolderMetersQuery,
    variables: { id: holderId },
    pause: !hasLimits,
  });
  const blocks = (data?.node && "meters" in data.node && data.node.meters?.blocks) || [];

  if (pages.loading) return <Skeleton width="60%" />;
  if (pages.rows.length === 0) {
    return <p className={styles.none}>{t(number ? "holders.noneMatch" : "holders.noNumbers")}</p>;
  }
  return (
    <>
      <ul className={styles.numbers}>
        {pages.rows.map((range) => (
          <li key={range.id} className={styles.number}>
            <NumberText display={range.display} />
            <span className={styles.size}>
              {t("range.size", { count: range.size, number: formatNumber(range.size) })}
            </span>
            <span className={styles.site}>{siteLine(range.siteContract)}</span>
          </li>
        ))}
      </ul>
      {pages.hasMore && (
        <Button size="small" busy={pages.loadingMore} onPress={pages.loadMore}>
          {t("common.more")}
        </Button>
      )}
      {blocks.length > 0 && (
        <div className={styles.blocks}>
          <Heading level={headingLevel} className={styles.blocksTitle}>
            {t("holders.perBlock")}
          </Heading>
          <ul className={styles.meters}>
            {blocks.map(({ block, used, limit }) => (
              <li key={block.id}>
                <span>{block.display}</span>
                <Meter
                  look="limit"
                  label={t("holders.elementsOf", { block: block.display })}
                  value={used}
                  max={limit}
                  valueLabel={`${used}/${limit}`}
                />
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
