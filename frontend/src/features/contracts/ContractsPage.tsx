import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { paths } from "../../app/paths.ts";
import { useText } from "../../i18n/i18n.ts";
import { ButtonLink } from "../../ui/Button.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { SearchField } from "../../ui/TextField.tsx";
import { useViewer } from "../accounts/viewer.ts";
import { ContractDialog } from "./ContractDialog.tsx";
import { ContractList } from "./ContractList.tsx";
import { formatContracts, parseContracts } from "./contractsUrl.ts";

/** The site contracts of the customer. Everybody reads them; service staff change them (P2). */
export default function ContractsPage() {
  const t = useText();
  const viewer = useViewer();
  const location = useLocation();
  const navigate = useNavigate();
  const state = parseContracts(new URLSearchParams(location.search));
  const [draft, setDraft] = useState({ searched: state.site, text: state.site });
  if (draft.searched !== state.site) setDraft({ searched: state.site, text: state.site });

  useEffect(() => {
    document.title = `${t("contracts.title")} · dialtree`;
  }, [t]);

  const closeDialog = () => {
    // Opened on this page: one step back. Came with the address: there is no step to go back to.
    if (location.state?.step) navigate(-1);
    else
      navigate(paths.siteContracts() + formatContracts({ ...state, edit: null }), {
        replace: true,
      });
  };
  return (
    <div className={listStyles.page}>
      <PageHead title={t("contracts.title")}>
        <ButtonLink href={paths.importContracts()} refusal={viewer.serve.refusal?.message ?? null}>
          {t("import.title")}
        </ButtonLink>
      </PageHead>
      {/* biome-ignore lint/a11y/useSemanticElements: <search> is not in all browsers we name */}
      <div role="search" className={listStyles.filters}>
        <SearchField
          className={listStyles.search}
          label={t("search.site")}
          value={draft.text}
          onChange={(text) => setDraft({ ...draft, text })}
          onSubmit={(site) =>
            navigate(paths.siteContracts() + formatContracts({ ...state, site: site.trim() }))
          }
          placeholder={t("search.sitePlaceholder")}
          clearLabel={t("search.clear")}
        />
      </div>
      <ContractList
        site={state.site}
        onEdit={(edit) =>
          navigate(paths.siteContracts() + formatContracts({ ...state, edit }), {
            state: { step: true },
          })
        }
      />
      {state.edit && <ContractDialog key={state.edit} id={state.edit} onClose={closeDialog} />}
    </div>
  );
}
