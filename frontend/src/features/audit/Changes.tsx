import { useText } from "../../i18n/i18n.ts";
import { changeText } from "./auditText.ts";
import type { AuditChange } from "./documents.ts";

type Props = {
  changes: readonly AuditChange[];
  /** One of its fields has a name of its own. */
  ofCloudPbx?: boolean;
  /** Why an order failed or was cancelled, in place of the code in the log. */
  reason?: string | undefined;
  className?: string | undefined;
};

/** From which state to which; of something new the values it began with. */
export function Changes({ changes, ofCloudPbx = false, reason, className }: Props) {
  const t = useText();
  const isCreation = changes.length > 1 && changes.every(({ before }) => before === null);
  return (
    <ul className={className}>
      {changes.map((change) => (
        <li key={change.field}>
          {changeText(
            reason && change.field === "refusal" ? { ...change, after: reason } : change,
            isCreation,
            ofCloudPbx,
            t,
          )}
        </li>
      ))}
    </ul>
  );
}
