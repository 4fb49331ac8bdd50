import { Link } from "react-aria-components/Link";
import {
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components/Toast";
import { Button } from "./Button.tsx";
import { classes } from "./classes.ts";
import { Check, Close, Warning } from "./icons.tsx";
import styles from "./Toasts.module.css";

export type ToastMessage = {
  tone: "good" | "bad";
  title: string;
  details?: string;
  link?: { href: string; label: string };
  /** A toast with the same key replaces the one that is shown. */
  key?: string;
};

const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 4 });
const shown = new Map<string, string>();
const GOOD_STAYS_MS = 8_000;

/** Tells something that no form or dialog asked for. A bad message stays until it is closed. */
export function showToast(message: ToastMessage): void {
  const { key } = message;
  const before = key ? shown.get(key) : undefined;
  if (before) queue.close(before);
  const toast = queue.add(message, {
    timeout: message.tone === "good" ? GOOD_STAYS_MS : undefined,
    onClose: () => key && shown.get(key) === toast && shown.delete(key),
  });
  if (key) shown.set(key, toast);
}

export function Toasts(props: { label: string; closeLabel: string }) {
  return (
    <ToastRegion queue={queue} className={styles.region} aria-label={props.label}>
      {({ toast }) => (
        <Toast toast={toast} className={classes(styles.toast, styles[toast.content.tone])}>
          {toast.content.tone === "good" ? (
            <Check className={styles.icon} />
          ) : (
            <Warning className={styles.icon} />
          )}
          <ToastContent className={styles.content}>
            <span slot="title" className={styles.title}>
              {toast.content.title}
            </span>
            {toast.content.details && (
              <span slot="description" className={styles.details}>
                {toast.content.details}
              </span>
            )}
            {toast.content.link && (
              <Link className={styles.link} href={toast.content.link.href}>
                {toast.content.link.label}
              </Link>
            )}
          </ToastContent>
          <Button
            slot="close"
            variant="quiet"
            size="small"
            icon={<Close size={14} />}
            label={props.closeLabel}
          />
        </Toast>
      )}
    </ToastRegion>
  );
}
