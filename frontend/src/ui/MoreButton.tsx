import { Button } from "./Button.tsx";
import styles from "./ListPage.module.css";

type Props = {
  pages: { hasMore: boolean; loadingMore: boolean; loadMore: () => void };
  label: string;
};

/** Below a list: brings its next page, and is gone when there is none. */
export function MoreButton({ pages, label }: Props) {
  if (!pages.hasMore && !pages.loadingMore) return null;
  return (
    <Button className={styles.more} busy={pages.loadingMore} onPress={pages.loadMore}>
      {label}
    </Button>
  );
}
