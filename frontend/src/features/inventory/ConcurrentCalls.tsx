import type { ResultOf } from "../../graphql/graphql.ts";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Skeleton } from "../../ui/Skeleton.tsx";
import styles from "./ConcurrentCalls.module.css";
import type { InventoryQuery } from "./documents.ts";

type Props = { inventory: ResultOf<typeof InventoryQuery>["inventory"] | undefined };

/** C1: the booked number, and who books more. */
export function ConcurrentCalls({ inventory }: Props) {
  const t = useText();
  if (!inventory) return <Skeleton width="14rem" />;
  const { name, phone, email } = inventory.customerService;
  return (
    <div className={styles.calls}>
      <dl className={styles.booked}>
        <dt>{t("calls.booked")}</dt>
        <dd>{formatNumber(inventory.bookedConcurrentCalls)}</dd>
      </dl>
      <div className={styles.service}>
        <p>{t("calls.bookMore")}</p>
        {(name || phone || email) && (
          <p className={styles.contact}>
            {name && <strong>{name}</strong>}
            {phone && <a href={`tel:${phone.replace(/[^+0-9]/g, "")}`}>{phone}</a>}
            {email && <a href={`mailto:${email}`}>{email}</a>}
          </p>
        )}
      </div>
    </div>
  );
}
