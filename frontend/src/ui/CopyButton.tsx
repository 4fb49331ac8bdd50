import { useEffect, useState } from "react";
import { Button } from "./Button.tsx";
import styles from "./CopyButton.module.css";
import { Check, Copy } from "./icons.tsx";

type Props = {
  text: string;
  /** Names what is copied. */
  label: string;
  copiedLabel: string;
  /** Where the browser does not allow it. */
  failedLabel: string;
};

const CONFIRMED_MS = 3_000;

/** Puts a text into the clipboard, and tells eyes and ears that it is there. */
export function CopyButton({ text, label, copiedLabel, failedLabel }: Props) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (outcome !== "copied") return;
    const timer = setTimeout(() => setOutcome(null), CONFIRMED_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    try {
      // Missing on a page served over plain HTTP.
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
    } catch {
      setOutcome("failed");
    }
  };
  return (
    <span className={styles.copy}>
      <Button
        variant="quiet"
        size="small"
        icon={outcome === "copied" ? <Check size={14} /> : <Copy size={14} />}
        label={label}
        onPress={copy}
      />
      {/* Always there: a status that comes with its text is not read out. */}
      <span role="status" className={outcome === "failed" ? styles.failed : "visually-hidden"}>
        {outcome && (outcome === "copied" ? copiedLabel : failedLabel)}
      </span>
    </span>
  );
}
