import { useSession } from "../../graphql/session.tsx";
import { usePages } from "../../graphql/usePages.ts";
import { formatDateTime } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { MoreButton } from "../../ui/MoreButton.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { type UserData, type UserStateName, UsersQuery } from "./peopleDocuments.ts";
import type { PeopleDialogName, PeopleState } from "./peopleUrl.ts";
import styles from "./UserList.module.css";
import { UserMenu } from "./UserMenu.tsx";
import { useViewer } from "./viewer.ts";

type OnDialog = (dialog: PeopleDialogName, user: string) => void;
type Props = { state: PeopleState; onDialog: OnDialog };

/** The people who match the filters, by name. */
export function UserList({ state, onDialog }: Props) {
  const t = useText();
  const { queries } = useSession().session;
  const { search, role, state: accountState } = state;
  const pages = usePages(
    UsersQuery,
    { search: search || null, role, state: accountState },
    ({ users }) => users,
  );
  if (pages.failed) {
    return (
      <EmptyState
        title={t("users.failed")}
        action={<Button onPress={() => queries.refetch()}>{t("common.tryAgain")}</Button>}
      />
    );
  }
  if (!pages.loading && pages.rows.length === 0) {
    return <EmptyState title={t("users.none.title")}>{t("users.none.details")}</EmptyState>;
  }
  return (
    <>
      <table className={styles.table} aria-busy={pages.loading} aria-label={t("users.title")}>
        <thead className={styles.head}>
          <tr>
            <th scope="col">{t("users.column.name")}</th>
            <th scope="col">{t("users.column.role")}</th>
            <th scope="col">{t("users.column.state")}</th>
            <th scope="col">{t("users.column.lastSeen")}</th>
            <th scope="col">
              <span className="visually-hidden">{t("users.column.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {pages.loading
            ? SKELETONS.map((width) => <LoadingRow key={width} width={width} />)
            : pages.rows.map((user) => <Row key={user.id} user={user} onDialog={onDialog} />)}
        </tbody>
      </table>
      <MoreButton pages={pages} label={t("common.more")} />
    </>
  );
}

const SKELETONS = ["9rem", "12rem", "8rem", "10rem"];

function LoadingRow({ width }: { width: string }) {
  return (
    <tr className={styles.row}>
      <td className={styles.person}>
        <Skeleton width={width} />
      </td>
      <td className={styles.role}>
        <Skeleton width="6rem" />
      </td>
      <td className={styles.state} />
      <td className={styles.seen} />
      <td className={styles.menu} />
    </tr>
  );
}

const TONES = { ACTIVE: "good", INVITED: "info", DEACTIVATED: "neutral" } as const satisfies Record<
  UserStateName,
  string
>;

function Row({ user, onDialog }: { user: UserData; onDialog: OnDialog }) {
  const t = useText();
  const isOneself = user.id === useViewer().id;
  return (
    <tr className={styles.row}>
      <td className={styles.person}>
        <span className={styles.name}>
          {user.name}
          {isOneself && <span className={styles.own}> {t("users.you")}</span>}
        </span>
        <span className={styles.email}>{user.email}</span>
      </td>
      <td className={styles.role}>{t(`role.${user.role}`)}</td>
      <td className={styles.state}>
        <Badge tone={TONES[user.state]}>{t(`users.state.${user.state}`)}</Badge>
      </td>
      <td className={styles.seen}>
        <span className={styles.narrowLabel}>{t("users.column.lastSeen")} </span>
        {user.lastSeenAt ? formatDateTime(user.lastSeenAt) : t("users.notSeen")}
      </td>
      <td className={styles.menu}>
        <UserMenu user={user} onDialog={(dialog) => onDialog(dialog, user.id)} />
      </td>
    </tr>
  );
}
