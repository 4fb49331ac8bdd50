import styles from "./LoginTree.module.css";

const ROWS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const OPEN = 3;

/** A picture of what the product is about: a block, its ten ranges, one of them split. */
export function LoginTree() {
  return (
    <svg className={styles.tree} viewBox="0 0 240 320" aria-hidden="true">
      {ROWS.map((row) => {
        const y = 20 + row * 31;
        return (
          <g key={row} className={row === OPEN ? styles.open : styles.row}>
            <path d={`M22 160 C 62 160 52 ${y} 92 ${y}`} />
            <rect x="92" y={y - 9} width="40" height="18" rx="4" />
            <text x="112" y={y + 4}>{`${row}xx`}</text>
          </g>
        );
      })}
      {ROWS.map((row) => {
        const y = 30 + row * 18.5;
        return (
          <g key={row} className={styles.leaf}>
            <path d={`M132 ${20 + OPEN * 31} C 162 ${20 + OPEN * 31} 152 ${y} 182 ${y}`} />
            <circle cx="186" cy={y} r="3.5" />
          </g>
        );
      })}
      <circle className={styles.root} cx="22" cy="160" r="9" />
    </svg>
  );
}
