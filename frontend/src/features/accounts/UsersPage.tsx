import { useEffect, useState } from "react";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Plus } from "../../ui/icons.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { EmptyState } from "../../ui/Notice.tsx";
import { PageHead } from "../../ui/PageHead.tsx";
import { SearchField } from "../../ui/TextField.tsx";
import { PeopleDialogs } from "./PeopleDialogs.tsx";
import { usePeopleState } from "./peopleUrl.ts";
import { UserList } from "./UserList.tsx";
import { useViewer } from "./viewer.ts";

const ALL = "all";

/** P2: the people of the company; administrators invite them and end their access. */
export default function UsersPage() {
  const t = useText();
  const viewer = useViewer();
  const { state, filter, openDialog, closeDialog } = usePeopleState();
  const [draft, setDraft] = useState({ searched: state.search, text: state.search });
  // Replaced when what was searched for changes elsewhere (Back, a link).
  if (draft.searched !== state.search) setDraft({ searched: state.search, text: state.search });

  useEffect(() => {
    document.title = `${t("users.title")} · dialtree`;
  }, [t]);

  if (!viewer.change.allowed) {
    return <EmptyState title={t("users.title")}>{viewer.change.refusal?.message}</EmptyState>;
  }
  return (
    <div className={listStyles.page}>
      <PageHead title={t("users.title")}>
        <Button variant="primary" icon={<Plus />} onPress={() => openDialog("invite")}>
          {t("users.invite")}
        </Button>
      </PageHead>
      {/* biome-ignore lint/a11y/useSemanticElements: <search> is not in all browsers we name */}
      <div role="search" className={listStyles.filters}>
        <SearchField
          className={listStyles.search}
          label={t("users.search")}
          value={draft.text}
          onChange={(text) => setDraft({ ...draft, text })}
          onSubmit={(text) => filter({ search: text.trim() })}
          clearLabel={t("search.clear")}
        />
        <Choice
          label={t("users.role")}
          value={state.role ?? ALL}
          options={[
            { value: ALL, label: t("users.everyRole") },
            { value: "ADMINISTRATOR", label: t("role.ADMINISTRATOR") },
            { value: "VIEWER", label: t("role.VIEWER") },
          ]}
          onChange={(role) => filter({ role: role === ALL ? null : role })}
        />
        <Choice
          label={t("users.state")}
          value={state.state ?? ALL}
          options={[
            { value: ALL, label: t("users.everyState") },
            { value: "ACTIVE", label: t("users.state.ACTIVE") },
            { value: "INVITED", label: t("users.state.INVITED") },
            { value: "DEACTIVATED", label: t("users.state.DEACTIVATED") },
          ]}
          onChange={(chosen) => filter({ state: chosen === ALL ? null : chosen })}
        />
      </div>
      <UserList state={state} onDialog={openDialog} />
      <PeopleDialogs state={state} onClose={closeDialog} />
    </div>
  );
}
