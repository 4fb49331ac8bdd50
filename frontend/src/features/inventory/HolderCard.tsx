import { Button as AriaButton } from "react-aria-components/Button";
import { Disclosure, DisclosurePanel } from "react-aria-components/Disclosure";
import { Heading } from "react-aria-components/Heading";
import { Link } from "react-aria-components/Link";
import { paths } from "../../app/paths.ts";
import { formatDate, formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Badge.tsx";
import { ButtonLink } from "../../ui/Button.tsx";
import { Calendar, ChevronRight, Edit } from "../../ui/icons.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { Tip } from "../../ui/Tip.tsx";
import type { HolderRowData } from "./documents.ts";
import styles from "./HolderCard.module.css";
import { HolderNumbers } from "./HolderNumbers.tsx";
import { PlannedTrunkActions } from "./PlannedTrunkActions.tsx";

type Props = {
  holder: HolderRowData;
  isOpen: boolean;
  onOpenChange: (open: boolean) => void;
  number?: string;
  headingLevel: 2 | 3 | 4;
};

/** One SIP trunk, Cloud PBX or UCC connection. */
export function HolderCard({ holder, isOpen, onOpenChange, number, headingLevel }: Props) {
  const t = useText();
  const { changeNumbers, openOrders, meters, contact } = holder;
  const creation = holder.__typename === "SipTrunk" ? holder.creation : null;
  const contactLine = [contact.name, contact.phone, contact.email].filter(Boolean).join(" · ");
  return (
    <Disclosure className={styles.card} isExpanded={isOpen} onExpandedChange={onOpenChange}>
      <div className={styles.head}>
        <Heading level={headingLevel} className={styles.heading}>
          <AriaButton slot="trigger" className={styles.trigger}>
            <ChevronRight size={14} className={styles.chevron} />
            <span className={styles.name}>{holder.name}</span>
          </AriaButton>
        </Heading>
        <div className={styles.facts}>
          {holder.__typename === "UccConnection" && <Badge>{holder.partner.name}</Badge>}
          {creation && (
            <>
              {creation.executionDate && (
                <Badge tone="accent" icon={<Calendar size={12} />}>
                  {t("planned.from", { date: formatDate(creation.executionDate) })}
                </Badge>
              )}
              <Tip text={t(`planned.creator.${creation.creator}`)}>
                {t(`planned.creatorCode.${creation.creator}`)}
              </Tip>
            </>
          )}
          {openOrders
            .filter(({ id }) => id !== creation?.id)
            .map((order) => (
              <span key={order.id} className={styles.order}>
                {order.status === "PLANNED" ? <Calendar size={14} /> : <Spinner />}
                <Link href={paths.order(order.id)}>{order.reference}</Link>
              </span>
            ))}
        </div>
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
          <span className={styles.numbers}>
            {t("holders.numberCount", {
              count: holder.numberCount,
              number: formatNumber(holder.numberCount),
            })}
          </span>
        </div>
        <div className={styles.action}>
          <ButtonLink
            size="small"
            variant="quiet"
            label={t("holders.detailsOf", { holder: holder.name })}
            href={paths.holder(holder.id)}
          >
            {t("holders.details")}
          </ButtonLink>
          <ButtonLink
            size="small"
            icon={<Edit size={14} />}
            label={t("holders.editNumbersOf", { holder: holder.name })}
            href={paths.holderNumbers(holder.id)}
            refusal={changeNumbers.allowed ? null : changeNumbers.refusal?.message}
          >
            {t("holders.editNumbers")}
          </ButtonLink>
        </div>
      </div>
      {creation && <PlannedTrunkActions holder={holder.name} creation={creation} />}
      <DisclosurePanel className={styles.panel}>
        {isOpen && (
          <div className={styles.body}>
            {contactLine && (
              <p className={styles.contact}>
                {t("holders.contact")}: {contactLine}
              </p>
            )}
            {creation?.executionDate && holder.elementCount > 0 && (
              <p className={styles.starts}>
                {t("planned.startsWith", { date: formatDate(creation.executionDate) })}
              </p>
            )}
            <HolderNumbers
              holderId={holder.id}
              number={number}
              hasLimits={meters !== null}
              headingLevel={headingLevel === 2 ? 3 : headingLevel === 3 ? 4 : 5}
            />
          </div>
        )}
      </DisclosurePanel>
    </Disclosure>
  );
}
