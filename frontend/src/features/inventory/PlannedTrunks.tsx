import { usePages } from "../../graphql/usePages.ts";
import { useText } from "../../i18n/i18n.ts";
import { SipTrunksQuery } from "./documents.ts";
import { HolderList, type PageState } from "./HolderList.tsx";
import { NumberSearch } from "./NumberSearch.tsx";
import styles from "./PlannedTrunks.module.css";

type Props = PageState & {
  /** Of each trunk; one below what stands over the list. */
  headingLevel: 2 | 3;
};

/** T2: trunks that become active on a later day. */
export function PlannedTrunks({ headingLevel, ...page }: Props) {
  const t = useText();
  const { state, change } = page;
  const trunks = usePages(
    SipTrunksQuery,
    {
      name: state.planned || undefined,
      number: state.plannedNumber || undefined,
      status: "PLANNED" as const,
    },
    (data) => data.sipTrunks,
  );
  return (
    <>
      <NumberSearch
        label={t("planned.search")}
        number={state.plannedNumber}
        other={{
          label: t("search.trunk"),
          value: state.planned,
          placeholder: t("search.trunkPlaceholder"),
        }}
        reading={trunks.first?.sipTrunks.reading}
        onSearch={({ number, other }) =>
          change({ plannedNumber: number, planned: other }, { step: true })
        }
      />
      <HolderList
        {...page}
        headingLevel={headingLevel}
        pages={trunks}
        number={state.plannedNumber}
        empty={t("holders.noTrunkFound")}
      />
      <dl className={styles.legend}>
        {(["CUSTOMER", "SERVICE"] as const).map((creator) => (
          <div key={creator}>
            <dt>{t(`planned.creatorCode.${creator}`)}</dt>
            <dd>{t(`planned.creator.${creator}`)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
