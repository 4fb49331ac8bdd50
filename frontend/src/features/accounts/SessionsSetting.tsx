import { useSession } from "../../graphql/session.tsx";
import { useAction } from "../../graphql/useAction.ts";
import { usePages } from "../../graphql/usePages.ts";
import { formatDateTime } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import {
  EndOtherSessionsMutation,
  EndSessionMutation,
  type SessionData,
  SessionsQuery,
} from "./accessDocuments.ts";
import styles from "./SessionsSetting.module.css";
import settings from "./SettingsPage.module.css";

/** Where the person is signed in, and how to end it there. */
export function SessionsSetting() {
  const t = useText();
  const { queries } = useSession().session;
  const pages = usePages(SessionsQuery, {}, ({ sessions }) => sessions);
  const others = useAction(EndOtherSessionsMutation);
  const hasOthers = pages.rows.some(({ current }) => !current);
  return (
    <section className={settings.setting}>
      <h2 className={settings.name}>{t("sessions.title")}</h2>
      {pages.failed ? (
        <>
          <p className={settings.hint}>{t("sessions.failed")}</p>
          <Button size="small" onPress={() => queries.refetch()}>
            {t("common.tryAgain")}
          </Button>
        </>
      ) : pages.loading ? (
        <Skeleton width="60%" />
      ) : (
        <ul className={styles.list}>
          {pages.rows.map((session) => (
            <Row key={session.id} session={session} />
          ))}
        </ul>
      )}
      {pages.hasMore && (
        <Button size="small" busy={pages.loadingMore} onPress={pages.loadMore}>
          {t("common.more")}
        </Button>
      )}
      {others.refusal && <Notice tone="bad">{others.refusal.message}</Notice>}
      {hasOthers && (
        <Button busy={others.busy} onPress={() => others.run({})}>
          {t("sessions.endOthers")}
        </Button>
      )}
    </section>
  );
}

function Row({ session }: { session: SessionData }) {
  const t = useText();
  const { run, busy, refusal } = useAction(EndSessionMutation);
  const name = session.browser ?? t("sessions.unknownBrowser");
  return (
    <li className={styles.session}>
      <div className={styles.what}>
        <p className={styles.name}>
          {name}
          {session.current && <Badge tone="good">{t("sessions.current")}</Badge>}
        </p>
        <p className={styles.facts}>
          {session.address && <span>{session.address}</span>}
          <span>{t("sessions.since", { moment: formatDateTime(session.createdAt) })}</span>
          {session.lastUsedAt && !session.current && (
            <span>{t("sessions.lastUsed", { moment: formatDateTime(session.lastUsedAt) })}</span>
          )}
        </p>
        {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      </div>
      {!session.current && (
        <Button
          size="small"
          busy={busy}
          label={t("sessions.endNamed", {
            name,
            moment: formatDateTime(session.createdAt),
          })}
          onPress={() => run({ sessionId: session.id })}
        >
          {t("sessions.end")}
        </Button>
      )}
    </li>
  );
}
