import { useEffect } from "react";
import { useQuery } from "urql";
import { useSession } from "../../graphql/session.tsx";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { CallFilters } from "./CallFilters.tsx";
import { CallList } from "./CallList.tsx";
import { CallPlot } from "./CallPlot.tsx";
import { type CallsState, levels, periodOf } from "./callsUrl.ts";
import { CallHoursQuery, CallLevelsQuery } from "./documents.ts";
import { daysOf } from "./hours.ts";

type Props = { state: CallsState; onChange: (change: Partial<CallsState>) => void };

const REFRESH_MS = 60_000;

/** What the network has reported since is asked for every minute, while somebody looks. */
function useMinutely() {
  const { queries } = useSession().session;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") queries.refetch();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [queries]);
}

/** The API's arguments for what the address says. */
function filterOf({ level, place, direction }: CallsState) {
  return {
    level: level ?? undefined,
    siteContractId: (level === "SITE" && place) || undefined,
    sipTrunkId: (level === "TRUNK" && place) || undefined,
    direction: direction ?? undefined,
  };
}

/** The filters, the plot of the last 7 days, and the calls themselves. */
export function RejectedCalls({ state, onChange }: Props) {
  const t = useText();
  const { queries } = useSession().session;
  useMinutely();
  const filter = filterOf(state);
  const [levelsAnswer] = useQuery({ query: CallLevelsQuery });
  const [hoursAnswer] = useQuery({ query: CallHoursQuery, variables: filter });
  const places = levelsAnswer.data?.rejectedCallLevels;
  const hours = hoursAnswer.data?.rejectedCallHours;

  if ((levelsAnswer.error && !places) || (hoursAnswer.error && !hours)) {
    return (
      <EmptyState
        title={t("exceeded.failed")}
        action={<Button onPress={() => queries.refetch()}>{t("common.tryAgain")}</Button>}
      />
    );
  }
  if (!places) return <Skeleton width="20rem" />;

  const isFiltered = Boolean(state.level || state.direction || state.time);
  if (hours?.total === 0 && !isFiltered) {
    return places.length === 0 ? (
      <EmptyState title={t("exceeded.noLimits.title")}>{t("exceeded.noLimits.details")}</EmptyState>
    ) : (
      <EmptyState title={t("exceeded.none.title")}>{t("exceeded.none.details")}</EmptyState>
    );
  }
  // A level is listed only where something is limited, or was (C2).
  const listed = levels.filter(
    (level) =>
      places.some((place) => place.level === level) ||
      hours?.hours.some((hour) => hour.level === level) ||
      state.level === level,
  );
  return (
    <>
      <CallFilters levels={listed} places={places} state={state} onChange={onChange} />
      {hours ? (
        <CallPlot
          days={daysOf(hours)}
          total={hours.total}
          levels={state.level ? [state.level] : listed}
          selected={state.time}
          onSelect={(time) => onChange({ time: time === state.time ? null : time })}
        />
      ) : (
        <Skeleton width="100%" />
      )}
      <CallList
        filter={{ ...filter, ...(state.time ? periodOf(state.time) : null) }}
        time={state.time}
        onAllTimes={() => onChange({ time: null })}
      />
    </>
  );
}
