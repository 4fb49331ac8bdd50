import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { ChevronDown } from "../../ui/icons.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { Menu, MenuChoice } from "../../ui/Menu.tsx";
import { type CallsState, directions } from "./callsUrl.ts";
import type { Level, LimitedPlace } from "./documents.ts";

type Props = {
  levels: readonly Level[];
  places: LimitedPlace[];
  state: CallsState;
  onChange: (change: Partial<CallsState>) => void;
};

const ALL = "all";

/** What the plot and the list are narrowed to. */
export function CallFilters({ levels, places, state, onChange }: Props) {
  const t = useText();
  return (
    <div className={listStyles.filters}>
      <Choice
        label={t("exceeded.level")}
        value={state.level ?? ALL}
        options={[
          { value: ALL, label: t("exceeded.level.all") },
          ...levels.map((value) => ({ value, label: t(`exceeded.level.${value}`) })),
        ]}
        onChange={(value) => {
          onChange({ level: levels.find((level) => level === value) ?? null, place: null });
        }}
      />
      {state.level && <PlaceMenu level={state.level} {...{ places, state, onChange }} />}
      <Choice
        label={t("exceeded.direction")}
        value={state.direction ?? ALL}
        options={[
          { value: ALL, label: t("exceeded.direction.all") },
          ...directions.map((value) => ({ value, label: t(`exceeded.direction.${value}`) })),
        ]}
        onChange={(value) => {
          onChange({ direction: directions.find((one) => one === value) ?? null });
        }}
      />
    </div>
  );
}

type PlaceProps = Omit<Props, "levels"> & { level: Level };

/** Which of the sites or trunks with a limit; of the customer there is only one. */
function PlaceMenu({ level, places, state, onChange }: PlaceProps) {
  const t = useText();
  const here = places.filter((place) => place.level === level);
  if (level === "CUSTOMER" || here.length === 0) return null;
  const all = t(`exceeded.place.all.${level}`);
  const chosen = here.find((place) => idOf(place) === state.place);
  return (
    <Menu
      label={t(`exceeded.level.${level}`)}
      trigger={
        <Button size="small" icon={<ChevronDown size={14} />}>
          {chosen ? nameOf(chosen) : all}
        </Button>
      }
    >
      <MenuChoice
        title={t(`exceeded.level.${level}`)}
        value={state.place ?? ALL}
        options={[
          { value: ALL, label: all },
          ...here.map((place) => ({
            value: idOf(place),
            label: `${nameOf(place)} · ${t("exceeded.calls", {
              count: place.rejectedCallCount,
              number: formatNumber(place.rejectedCallCount),
            })}`,
          })),
        ]}
        onChange={(value) => onChange({ place: value === ALL ? null : value })}
      />
    </Menu>
  );
}

function idOf({ siteContract, sipTrunk }: LimitedPlace): string {
  return siteContract?.id ?? sipTrunk?.id ?? "";
}

function nameOf({ siteContract, sipTrunk }: LimitedPlace): string {
  if (siteContract) return `${siteContract.number}, ${siteContract.street}, ${siteContract.town}`;
  return sipTrunk?.name ?? "";
}
