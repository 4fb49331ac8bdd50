import { Link } from "react-aria-components/Link";
import { paths } from "../../app/paths.ts";
import { formatDate, formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Badge.tsx";
import { ButtonLink } from "../../ui/Button.tsx";
import { Calendar, Edit } from "../../ui/icons.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Tip } from "../../ui/Tip.tsx";
import { ExpertDetails } from "../accounts/ExpertDetails.tsx";
import { useViewer } from "../accounts/viewer.ts";
import { NumberLines } from "../inventory/HolderNumbers.tsx";
import { type HolderNumberPages, useHolderNumbers } from "../inventory/useHolderNumbers.ts";
import { OrderStatus } from "../orders/OrderStatus.tsx";
import { Card } from "./Card.tsx";
import { CredentialsCard } from "./CredentialsCard.tsx";
import { HolderActions } from "./HolderActions.tsx";
import { HolderDialogs } from "./HolderDialogs.tsx";
import { HolderFacts } from "./HolderFacts.tsx";
import { HolderHistory } from "./HolderHistory.tsx";
import styles from "./HolderPage.module.css";
import { type HolderPageData, reasonAgainst, type TrunkData } from "./holderDocuments.ts";
import { useHolderDialog } from "./holderUrl.ts";

/** The page of a holder that exists. */
export function HolderDetails({ holder }: { holder: HolderPageData }) {
  const t = useText();
  const { change } = useViewer();
  const dialog = useHolderDialog(holder.id);
  // Once for all that shows them here: the list, and the question whether to delete.
  const numbers = useHolderNumbers(holder.id);
  const isTrunk = holder.__typename === "SipTrunk";
  return (
    <>
      <header className={styles.head}>
        <div className={styles.heading}>
          <h1 className={styles.title}>
            {holder.name}
            <span className={styles.kind}>
              {holder.__typename === "UccConnection"
                ? holder.partner.name
                : t(`numbers.holderKind.${holder.kind}`)}
            </span>
          </h1>
          {isTrunk && <TrunkStatus trunk={holder} />}
        </div>
        <div className={styles.actions}>
          <HolderActions holder={holder} onDialog={dialog.openDialog} />
        </div>
      </header>
      <div className={styles.cards}>
        <div className={styles.about}>
          <Card title={t("holder.facts")}>
            <HolderFacts holder={holder} />
          </Card>
          <OrdersCard holder={holder} />
        </div>
        {isTrunk && <CredentialsCard trunk={holder} {...dialog} />}
      </div>
      <NumbersCard holder={holder} numbers={numbers} />
      <ExpertDetails
        values={[
          { label: t("technical.id"), value: holder.id },
          { label: t("technical.type"), value: holder.__typename },
          ...(isTrunk ? [{ label: t("technical.profile"), value: holder.profile }] : []),
        ]}
      />
      {change.allowed && <HolderHistory holder={holder} />}
      <HolderDialogs holder={holder} numbers={numbers} {...dialog} />
    </>
  );
}

/** Active, or planned: for when, and who ordered it. */
function TrunkStatus({ trunk }: { trunk: TrunkData }) {
  const t = useText();
  const { creation } = trunk;
  if (trunk.status === "ACTIVE") return <Badge tone="good">{t("holder.status.ACTIVE")}</Badge>;
  return (
    <>
      <Badge tone="accent" icon={<Calendar size={12} />}>
        {creation?.executionDate
          ? t("holder.plannedFrom", { date: formatDate(creation.executionDate) })
          : t("holder.status.PLANNED")}
      </Badge>
      {creation && (
        <>
          <Link href={paths.order(creation.id)}>{creation.reference}</Link>
          <Tip text={t(`planned.creator.${creation.creator}`)}>
            {t(`planned.creatorCode.${creation.creator}`)}
          </Tip>
        </>
      )}
    </>
  );
}

type NumbersProps = { holder: HolderPageData; numbers: HolderNumberPages };

function NumbersCard({ holder, numbers }: NumbersProps) {
  const t = useText();
  const { meters } = holder;
  return (
    <Card
      title={t("holder.numbers")}
      aside={
        <>
          <div className={styles.figures}>
            {meters ? (
              <Meter
                look="limit"
                label={t("holders.elements")}
                value={meters.elements.used}
                max={meters.elements.limit}
                valueLabel={`${meters.elements.used}/${meters.elements.limit}`}
              />
            ) : (
              <span>{t("holders.elementCount", { count: holder.elementCount })}</span>
            )}
            <span>
              {t("holders.numberCount", {
                count: holder.numberCount,
                number: formatNumber(holder.numberCount),
              })}
            </span>
          </div>
          <ButtonLink
            size="small"
            icon={<Edit size={14} />}
            href={paths.holderNumbers(holder.id)}
            refusal={reasonAgainst(holder.changeNumbers)}
          >
            {t("holders.editNumbers")}
          </ButtonLink>
        </>
      }
    >
      <NumberLines
        holderId={holder.id}
        pages={numbers}
        hasLimits={meters !== null}
        headingLevel={3}
      />
    </Card>
  );
}

function OrdersCard({ holder }: { holder: HolderPageData }) {
  const t = useText();
  return (
    <Card title={t("holder.openOrders")}>
      {holder.openOrders.length === 0 ? (
        <p className={styles.when}>{t("holder.noOpenOrders")}</p>
      ) : (
        <ul className={styles.orders}>
          {holder.openOrders.map((order) => (
            <li key={order.id}>
              <Link href={paths.order(order.id)}>{order.reference}</Link>
              <OrderStatus order={order} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
