import { useEffect } from "react";
import { useLocation, useNavigate } from "react-router";
import { paths } from "../../app/paths.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { EmptyState } from "../../ui/Notice.tsx";
import { PageHead } from "../../ui/PageHead.tsx";
import { useViewMode } from "../accounts/useViewMode.ts";
import { useIsExpert } from "../accounts/viewer.ts";
import { formatCalls, parseCalls } from "./callsUrl.ts";
import { RejectedCalls } from "./RejectedCalls.tsx";

/** Calls that were rejected because too many ran at once (C2); for the expert view. */
export default function CallsPage() {
  const t = useText();
  const location = useLocation();
  const navigate = useNavigate();
  const isExpert = useIsExpert();
  const state = parseCalls(new URLSearchParams(location.search));

  useEffect(() => {
    document.title = `${t("exceeded.title")} · dialtree`;
  }, [t]);

  return (
    <div className={listStyles.page}>
      <PageHead title={t("exceeded.title")} about={t("exceeded.subtitle")} />
      {isExpert ? (
        <RejectedCalls
          state={state}
          onChange={(change) => navigate(paths.calls(formatCalls({ ...state, ...change })))}
        />
      ) : (
        <ExpertOnly />
      )}
    </div>
  );
}

/** Whoever follows a link to this page in the user view. */
function ExpertOnly() {
  const t = useText();
  const { busy, choose } = useViewMode();
  return (
    <EmptyState
      title={t("exceeded.expertOnly.title")}
      action={
        <Button variant="primary" busy={busy} onPress={() => choose("EXPERT")}>
          {t("exceeded.expertOnly.switch")}
        </Button>
      }
    >
      {t("exceeded.expertOnly.details")}
    </EmptyState>
  );
}
