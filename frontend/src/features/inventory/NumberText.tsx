import type { SearchReading } from "./documents.ts";
import { highlight } from "./highlight.ts";
import styles from "./NumberText.module.css";

type Props = {
  display: string;
  /** A block is shown on magenta. */
  isBlock?: boolean;
  reading?: SearchReading | null;
};

/** A number or range; open digits step back, what the search matched is marked. */
export function NumberText({ display, isBlock = false, reading }: Props) {
  return (
    <span className={isBlock ? styles.block : styles.number}>
      {highlight(display, reading).map((piece, index) => {
        const text = piece.text.split(/(x+)/).map((part, at) =>
          part.startsWith("x") ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name
            <span key={at} className={styles.open}>
              {part}
            </span>
          ) : (
            part
          ),
        );
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name
        return piece.hit ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>;
      })}
    </span>
  );
}
