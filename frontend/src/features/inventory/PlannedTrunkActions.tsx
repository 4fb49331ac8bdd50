import { paths } from "../../app/paths.ts";
import { useText } from "../../i18n/i18n.ts";
import { ButtonLink } from "../../ui/Button.tsx";
import { Calendar, Close } from "../../ui/icons.tsx";
import { formatOrders } from "../orders/ordersUrl.ts";
import type { CreationData } from "./documents.ts";
import styles from "./PlannedTrunkActions.module.css";

type Props = { holder: string; creation: CreationData };

const ICONS = { reschedule: <Calendar size={14} />, cancel: <Close size={14} /> };

/** What can still be done about when a planned trunk comes: its order is where it is done. */
export function PlannedTrunkActions({ holder, creation }: Props) {
  const t = useText();
  return (
    <div className={styles.actions}>
      {(["reschedule", "cancel"] as const).map((action) => {
        const availability = creation[action];
        return (
          availability && (
            <ButtonLink
              key={action}
              size="small"
              variant="quiet"
              icon={ICONS[action]}
              label={t(`planned.${action}Of`, { holder })}
              href={paths.order(creation.id) + formatOrders({ filter: "all", dialog: action })}
              refusal={availability.allowed ? null : availability.refusal?.message}
            >
              {t(`planned.${action}`)}
            </ButtonLink>
          )
        );
      })}
    </div>
  );
}
