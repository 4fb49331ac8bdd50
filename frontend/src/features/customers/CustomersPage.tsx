import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { paths } from "../../app/paths.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Plus } from "../../ui/icons.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { EmptyState } from "../../ui/Notice.tsx";
import { PageHead } from "../../ui/PageHead.tsx";
import { SearchField } from "../../ui/TextField.tsx";
import { useViewer } from "../accounts/viewer.ts";
import { CustomerDialog } from "./CustomerDialog.tsx";
import { CustomerList } from "./CustomerList.tsx";
import { type CustomersState, formatCustomers, NEW, parseCustomers } from "./customersUrl.ts";

/** All customers, for service staff (P2). */
export default function CustomersPage() {
  const t = useText();
  const viewer = useViewer();
  const location = useLocation();
  const navigate = useNavigate();
  const state = parseCustomers(new URLSearchParams(location.search));
  const [draft, setDraft] = useState({ searched: state.search, text: state.search });
  if (draft.searched !== state.search) setDraft({ searched: state.search, text: state.search });

  useEffect(() => {
    document.title = `${t("customers.title")} · dialtree`;
  }, [t]);

  if (!viewer.serve.allowed) {
    return <EmptyState title={t("customers.title")}>{viewer.serve.refusal?.message}</EmptyState>;
  }
  const go = (change: Partial<CustomersState>, step = false) =>
    navigate(paths.customers() + formatCustomers({ ...state, ...change }), {
      state: step ? { step } : null,
    });
  const closeDialog = () => {
    // Opened on this page: one step back. Came with the address: there is no step to go back to.
    if (location.state?.step) navigate(-1);
    else
      navigate(paths.customers() + formatCustomers({ ...state, dialog: null }), { replace: true });
  };
  return (
    <div className={listStyles.page}>
      <PageHead title={t("customers.title")}>
        <Button variant="primary" icon={<Plus />} onPress={() => go({ dialog: NEW }, true)}>
          {t("customers.new")}
        </Button>
      </PageHead>
      {/* biome-ignore lint/a11y/useSemanticElements: <search> is not in all browsers we name */}
      <div role="search" className={listStyles.filters}>
        <SearchField
          className={listStyles.search}
          label={t("customers.search")}
          value={draft.text}
          onChange={(text) => setDraft({ ...draft, text })}
          onSubmit={(text) => go({ search: text.trim() })}
          placeholder={t("customers.searchPlaceholder")}
          clearLabel={t("search.clear")}
        />
      </div>
      <CustomerList search={state.search} onEdit={(id) => go({ dialog: id }, true)} />
      {state.dialog && (
        <CustomerDialog key={state.dialog} id={state.dialog} onClose={closeDialog} />
      )}
    </div>
  );
}
