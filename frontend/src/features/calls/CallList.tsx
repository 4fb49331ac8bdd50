import { Link } from "react-aria-components/Link";
import { paths } from "../../app/paths.ts";
import { useSession } from "../../graphql/session.tsx";
import { usePages } from "../../graphql/usePages.ts";
import {
  formatHour,
  formatMoment,
  formatNumber,
  formatWeekday,
  unbroken,
} from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { ArrowLeft, ArrowRight, Close } from "../../ui/icons.tsx";
import { MoreButton } from "../../ui/MoreButton.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import styles from "./CallList.module.css";
import { dayOf } from "./callsUrl.ts";
import { type CallRowData, CallsQuery, type Direction, type Level } from "./documents.ts";

type Filter = {
  level?: Level;
  siteContractId?: string;
  sipTrunkId?: string;
  direction?: Direction;
  from?: string;
  until?: string;
};

type Props = {
  filter: Filter;
  /** The day or hour it is narrowed to, as in the address. */
  time: string | null;
  onAllTimes: () => void;
};

/** The calls themselves, the newest first. */
export function CallList({ filter, time, onAllTimes }: Props) {
  const t = useText();
  const { queries } = useSession().session;
  const pages = usePages(CallsQuery, filter, ({ rejectedCalls }) => rejectedCalls);
  const total = pages.first?.rejectedCalls.totalCount;

  return (
    <section className={styles.list} aria-label={t("exceeded.list")}>
      <div className={styles.head}>
        <h2 className={styles.title}>
          {t("exceeded.list")}{" "}
          {total !== undefined && <span className={styles.total}>{formatNumber(total)}</span>}
        </h2>
        {time && (
          <Button
            size="small"
            icon={<Close size={12} />}
            label={t("exceeded.allTimes", { time: timeText(time) })}
            onPress={onAllTimes}
          >
            {timeText(time)}
          </Button>
        )}
      </div>
      {pages.failed ? (
        <EmptyState
          title={t("exceeded.failed")}
          action={<Button onPress={() => queries.refetch()}>{t("common.tryAgain")}</Button>}
        />
      ) : !pages.loading && pages.rows.length === 0 ? (
        <EmptyState title={t("exceeded.noneMatch.title")}>
          {t("exceeded.noneMatch.details")}
        </EmptyState>
      ) : (
        <table className={styles.table} aria-busy={pages.loading} aria-label={t("exceeded.list")}>
          <thead className={styles.headings}>
            <tr>
              <th scope="col">{t("exceeded.column.at")}</th>
              <th scope="col">{t("exceeded.direction")}</th>
              <th scope="col">{t("exceeded.level")}</th>
              <th scope="col">{t("exceeded.column.from")}</th>
              <th scope="col">{t("exceeded.column.to")}</th>
              <th scope="col" className={styles.limit}>
                {t("exceeded.column.limit")}
              </th>
            </tr>
          </thead>
          <tbody>
            {pages.loading
              ? SKELETONS.map((width) => (
                  <tr key={width} className={styles.row}>
                    <td colSpan={6}>
                      <Skeleton width={width} />
                    </td>
                  </tr>
                ))
              : pages.rows.map((call) => <Row key={call.id} call={call} />)}
          </tbody>
        </table>
      )}
      <MoreButton pages={pages} label={t("common.more")} />
    </section>
  );
}

const SKELETONS = ["34rem", "30rem", "36rem", "32rem"];

function timeText(time: string): string {
  return time.includes("T")
    ? `${formatWeekday(dayOf(time))}, ${formatHour(time)}`
    : formatWeekday(time);
}

function Row({ call }: { call: CallRowData }) {
  const t = useText();
  return (
    <tr className={styles.row}>
      <td className={styles.at}>{formatMoment(call.at)}</td>
      <td className={styles.direction}>
        {call.direction === "INCOMING" ? <ArrowLeft size={12} /> : <ArrowRight size={12} />}{" "}
        {t(`exceeded.direction.${call.direction}`)}
      </td>
      <td className={styles.level}>
        {t(`exceeded.level.${call.level}`)}
        <Place call={call} />
      </td>
      <td className={styles.party}>
        <span className={styles.narrowLabel}>{t("exceeded.column.from")} </span>
        {call.from ? (
          <Party party={call.from} />
        ) : (
          <span className={styles.withheld}>{t("exceeded.withheld")}</span>
        )}
      </td>
      <td className={styles.party}>
        <span className={styles.narrowLabel}>{t("exceeded.column.to")} </span>
        <Party party={call.to} />
      </td>
      <td className={styles.limit}>
        <span className={styles.narrowLabel}>{t("exceeded.column.limit")} </span>
        {formatNumber(call.limit)}
      </td>
    </tr>
  );
}

function Place({ call: { sipTrunk, siteContract } }: { call: CallRowData }) {
  if (sipTrunk) {
    return (
      <Link className={styles.place} href={paths.holder(sipTrunk.id)}>
        {sipTrunk.name}
      </Link>
    );
  }
  if (!siteContract) return null;
  return (
    <span className={styles.place}>
      {siteContract.number}, {siteContract.town}
    </span>
  );
}

function Party({ party }: { party: CallRowData["to"] }) {
  const t = useText();
  return (
    <span className={styles.number} title={party.masked ? t("exceeded.masked") : undefined}>
      {unbroken(party.display)}
      {party.masked && <span className="visually-hidden"> {t("exceeded.masked")}</span>}
    </span>
  );
}
