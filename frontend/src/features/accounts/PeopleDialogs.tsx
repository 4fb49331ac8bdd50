import { useQuery } from "urql";
import { useText } from "../../i18n/i18n.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { DeactivateForm } from "./DeactivateForm.tsx";
import { EditUserForm } from "./EditUserForm.tsx";
import { InviteForm } from "./InviteForm.tsx";
import { GrantableRolesQuery, UserQuery } from "./peopleDocuments.ts";
import type { PeopleState } from "./peopleUrl.ts";

type Props = { state: PeopleState; onClose: () => void };

/** Inviting somebody, changing an account, ending it. */
export function PeopleDialogs({ state, onClose }: Props) {
  const t = useText();
  const { dialog } = state;
  const [{ data: viewer }] = useQuery({ query: GrantableRolesQuery, pause: !dialog });
  const [{ data }] = useQuery({
    query: UserQuery,
    variables: { id: state.user ?? "" },
    pause: !state.user || dialog === "invite",
  });
  const roles = viewer?.viewer?.grantableRoles;
  if (dialog === "invite") {
    return (
      <Dialog isOpen title={t("users.invite")} closeLabel={t("common.close")} onClose={onClose}>
        {roles && <InviteForm roles={roles} onClose={onClose} />}
      </Dialog>
    );
  }
  const user = data?.node?.__typename === "User" ? data.node : null;
  if (!dialog || !user || user.id !== state.user) return null;
  if (dialog === "edit") {
    return (
      <Dialog
        isOpen
        title={t("users.editOf", { name: user.name })}
        closeLabel={t("common.close")}
        onClose={onClose}
      >
        {roles && <EditUserForm user={user} roles={roles} onClose={onClose} />}
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      role="alertdialog"
      title={t("users.deactivateOf", { name: user.name })}
      closeLabel={t("common.close")}
      onClose={onClose}
    >
      <DeactivateForm user={user} onClose={onClose} />
    </Dialog>
  );
}
