import { useState } from "react";
import { usePages } from "../../graphql/usePages.ts";
import { formatDateTime } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { classes } from "../../ui/classes.ts";
import { Plus } from "../../ui/icons.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { Table } from "../../ui/Table.tsx";
import styles from "./ApiTokens.module.css";
import settings from "./SettingsPage.module.css";
import { NewTokenDialog, RevokeTokenDialog } from "./TokenDialogs.tsx";
import { ApiTokensQuery, type TokenData } from "./tokenDocuments.ts";
import { useViewer } from "./viewer.ts";

const TONES = { VALID: "good", EXPIRED: "neutral", REVOKED: "neutral" } as const;

/** One's own API tokens; administrators see and end those of everybody at their customer. */
export function ApiTokens() {
  const t = useText();
  const viewer = useViewer();
  const pages = usePages(ApiTokensQuery, {}, ({ apiTokens }) => apiTokens);
  const [dialog, setDialog] = useState<"new" | TokenData | null>(null);

  return (
    <section className={classes(settings.setting, styles.wide)} aria-label={t("tokens.title")}>
      <header className={styles.head}>
        <h2 className={settings.name}>{t("tokens.title")}</h2>
        <Button size="small" icon={<Plus />} onPress={() => setDialog("new")}>
          {t("tokens.new")}
        </Button>
      </header>
      <p className={settings.hint}>
        {t(viewer.change.allowed ? "tokens.hintAdministrator" : "tokens.hint")}
      </p>
      {pages.failed ? (
        <p className={settings.hint}>{t("tokens.failed")}</p>
      ) : !pages.loading && pages.rows.length === 0 ? (
        <p className={settings.hint}>{t("tokens.none")}</p>
      ) : (
        <Table
          label={t("tokens.title")}
          rows={pages.rows}
          keyOf={({ id }) => id}
          loading={pages.loading}
          columns={[
            {
              id: "name",
              title: t("tokens.name"),
              isName: true,
              cell: ({ name, owner, isOwn }) => (
                <>
                  <span className={listStyles.name}>{name}</span>
                  {!isOwn && (
                    <span className={listStyles.sub}>{t("tokens.ownerIs", { name: owner })}</span>
                  )}
                </>
              ),
            },
            {
              id: "role",
              title: t("tokens.role"),
              cell: ({ role, state }) => (
                <>
                  {t(`role.${role}`)}{" "}
                  <Badge tone={TONES[state]}>{t(`tokens.state.${state}`)}</Badge>
                </>
              ),
            },
            {
              id: "expires",
              title: t("tokens.expires"),
              cell: ({ expiresAt }) => (expiresAt ? formatDateTime(expiresAt) : t("tokens.never")),
            },
            {
              id: "used",
              title: t("tokens.used"),
              cell: ({ lastUsedAt }) =>
                lastUsedAt ? formatDateTime(lastUsedAt) : t("tokens.neverUsed"),
            },
            {
              id: "actions",
              title: null,
              cell: (token) =>
                token.revoke && (
                  <div className={listStyles.actions}>
                    <Button
                      size="small"
                      label={t("tokens.revokeOf", { name: token.name })}
                      refusal={token.revoke.refusal?.message ?? null}
                      onPress={() => setDialog(token)}
                    >
                      {t("tokens.revoke")}
                    </Button>
                  </div>
                ),
            },
          ]}
        />
      )}
      {(pages.hasMore || pages.loadingMore) && (
        <Button size="small" busy={pages.loadingMore} onPress={pages.loadMore}>
          {t("common.more")}
        </Button>
      )}
      {dialog === "new" && <NewTokenDialog onClose={() => setDialog(null)} />}
      {dialog && dialog !== "new" && (
        <RevokeTokenDialog token={dialog} onClose={() => setDialog(null)} />
      )}
    </section>
  );
}
