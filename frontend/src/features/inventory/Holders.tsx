import { paths } from "../../app/paths.ts";
import { usePages } from "../../graphql/usePages.ts";
import { useText } from "../../i18n/i18n.ts";
import { ButtonLink } from "../../ui/Button.tsx";
import { Plus } from "../../ui/icons.tsx";
import { useViewer } from "../accounts/viewer.ts";
import { CloudPbxesQuery, SipTrunksQuery, UccConnectionsQuery } from "./documents.ts";
import { HolderList, type PageState } from "./HolderList.tsx";
import { NumberSearch } from "./NumberSearch.tsx";

/** The assigned numbers, by what they are assigned to. */
export function Holders(page: PageState) {
  const t = useText();
  const viewer = useViewer();
  const { state, change } = page;
  const trunks = usePages(
    SipTrunksQuery,
    {
      name: state.trunk || undefined,
      number: state.trunkNumber || undefined,
      status: "ACTIVE" as const,
    },
    (data) => data.sipTrunks,
  );
  const cloudPbxes = usePages(CloudPbxesQuery, {}, (data) => data.cloudPbxes);
  const uccConnections = usePages(UccConnectionsQuery, {}, (data) => data.uccConnections);
  const searched = state.trunk !== "" || state.trunkNumber !== "";
  return (
    <>
      <NumberSearch
        label={t("holders.searchTrunks")}
        number={state.trunkNumber}
        other={{
          label: t("search.trunk"),
          value: state.trunk,
          placeholder: t("search.trunkPlaceholder"),
        }}
        reading={trunks.first?.sipTrunks.reading}
        onSearch={({ number, other }) =>
          change({ trunkNumber: number, trunk: other }, { step: true })
        }
      />
      <HolderList
        {...page}
        title={t("holders.sipTrunks")}
        action={
          <ButtonLink
            size="small"
            icon={<Plus />}
            href={paths.newTrunk()}
            refusal={viewer.change.allowed ? null : viewer.change.refusal?.message}
          >
            {t("newTrunk.title")}
          </ButtonLink>
        }
        pages={trunks}
        number={state.trunkNumber}
        empty={t(searched ? "holders.noTrunkFound" : "holders.noTrunks")}
      />
      <HolderList
        {...page}
        title={t("holders.cloudPbxes")}
        pages={cloudPbxes}
        empty={t("holders.noCloudPbxes")}
      />
      <HolderList
        {...page}
        title={t("holders.uccConnections")}
        pages={uccConnections}
        empty={t("holders.noUccConnections")}
      />
    </>
  );
}
