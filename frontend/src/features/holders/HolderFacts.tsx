import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Fact, Facts } from "./Facts.tsx";
import type { HolderPageData } from "./holderDocuments.ts";

/** What is known of a holder, but its numbers and credentials. */
export function HolderFacts({ holder }: { holder: HolderPageData }) {
  const t = useText();
  const { contact } = holder;
  const none = t("holder.notGiven");
  return (
    <Facts>
      <Fact label={t("holder.contactName")} none={none}>
        {contact.name}
      </Fact>
      <Fact label={t("holder.contactPhone")} none={none}>
        {contact.phone && (
          <a href={`tel:${contact.phone.replace(/[^+0-9]/g, "")}`}>{contact.phone}</a>
        )}
      </Fact>
      <Fact
        label={t(holder.__typename === "CloudPbx" ? "holder.bookingEmail" : "holder.contactEmail")}
        none={none}
      >
        {contact.email && <a href={`mailto:${contact.email}`}>{contact.email}</a>}
      </Fact>
      {holder.__typename === "CloudPbx" && (
        <>
          <Fact label={t("holder.supportEmail")} none={none}>
            {holder.supportEmail && (
              <a href={`mailto:${holder.supportEmail}`}>{holder.supportEmail}</a>
            )}
          </Fact>
          <Fact label={t("holder.changes")}>{t("holder.changesAtOnce")}</Fact>
        </>
      )}
      {holder.__typename === "SipTrunk" && (
        <>
          <Fact label={t("holder.profile")}>{t(`holder.profile.${holder.profile}`)}</Fact>
          <Limit
            label={t("holder.callsTotal")}
            value={holder.callLimits.total}
            none={t("holder.callsAsBooked")}
          />
          <Limit
            label={t("holder.callsIncoming")}
            value={holder.callLimits.incoming}
            none={t("holder.callsNoLimit")}
          />
          <Limit
            label={t("holder.callsOutgoing")}
            value={holder.callLimits.outgoing}
            none={t("holder.callsNoLimit")}
          />
        </>
      )}
      {holder.__typename === "UccConnection" && (
        <>
          <Fact label={t("holder.partner")}>{holder.partner.name}</Fact>
          <Fact label={t("holder.splitRanges")}>
            {t(holder.partner.takesSplitRanges ? "holder.takesSplit" : "holder.takesNoSplit")}
          </Fact>
          <Fact label={t("holder.changes")}>
            {t(
              holder.partner.takesExecutionDate
                ? "holder.changesPlannable"
                : "holder.changesAtOnce",
            )}
          </Fact>
        </>
      )}
    </Facts>
  );
}

function Limit(props: { label: string; value: number | null; none: string }) {
  return (
    <Fact label={props.label} none={props.none}>
      {props.value === null ? null : formatNumber(props.value)}
    </Fact>
  );
}
