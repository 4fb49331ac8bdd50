import { Link } from "react-aria-components/Link";
import { useQuery } from "urql";
import { paths } from "../../app/paths.ts";
import type { ResultOf } from "../../graphql/graphql.ts";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { useIsExpert } from "../accounts/viewer.ts";
import { CallCountQuery } from "../calls/documents.ts";
import styles from "./ConcurrentCalls.module.css";
import type { InventoryQuery } from "./documents.ts";

type Props = { inventory: ResultOf<typeof InventoryQuery>["inventory"] | undefined };

/** C1: the booked number, and who books more. */
export function ConcurrentCalls({ inventory }: Props) {
  const t = useText();
  const isExpert = useIsExpert();
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
        {isExpert && <Rejected />}
      </div>
    </div>
  );
}

/** How many calls that was too few for (C2). */
function Rejected() {
  const t = useText();
  const [{ data }] = useQuery({ query: CallCountQuery, requestPolicy: "cache-and-network" });
  if (!data) return <Skeleton width="10rem" />;
  const count = data.inventory.rejectedCallCount;
  return (
    <p className={styles.rejected}>
      <Link href={paths.calls()}>
        {t("exceeded.lastDays", { count, number: formatNumber(count) })}
      </Link>
    </p>
  );
}
