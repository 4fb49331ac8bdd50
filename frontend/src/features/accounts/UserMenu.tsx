import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Close, Edit, Mail, More, Undo } from "../../ui/icons.tsx";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import { showToast } from "../../ui/Toasts.tsx";
import {
  ReactivateUserMutation,
  ResendInvitationMutation,
  type UserData,
} from "./peopleDocuments.ts";
import type { PeopleDialogName } from "./peopleUrl.ts";

type Props = { user: UserData; onDialog: (dialog: PeopleDialogName) => void };

/** What can be done with an account; what cannot says why. */
export function UserMenu({ user, onDialog }: Props) {
  const t = useText();
  const resend = useAction(ResendInvitationMutation);
  const reactivate = useAction(ReactivateUserMutation);

  const told = (title: string) => showToast({ tone: "good", title });
  const sendAgain = async () => {
    if (await resend.run({ userId: user.id })) told(t("users.resent", { email: user.email }));
  };
  const letBackIn = async () => {
    if (await reactivate.run({ userId: user.id })) {
      told(t("users.reactivated", { name: user.name }));
    }
  };
  // The list may be older than what somebody else has done since.
  const refused = resend.refusal ?? reactivate.refusal;
  return (
    <>
      <Menu
        label={t("users.actionsFor", { name: user.name })}
        trigger={
          <Button
            variant="quiet"
            size="small"
            icon={<More />}
            label={t("users.actionsFor", { name: user.name })}
            busy={resend.busy || reactivate.busy}
          />
        }
      >
        <MenuItem icon={<Edit />} onAction={() => onDialog("edit")}>
          {t("users.edit")}
        </MenuItem>
        {user.resendInvitation && (
          <MenuItem
            icon={<Mail />}
            refusal={user.resendInvitation.refusal?.message}
            onAction={sendAgain}
          >
            {t("users.resend")}
          </MenuItem>
        )}
        {user.deactivate && (
          <MenuItem
            icon={<Close />}
            refusal={user.deactivate.refusal?.message}
            onAction={() => onDialog("deactivate")}
          >
            {t("users.deactivate")}
          </MenuItem>
        )}
        {user.reactivate && (
          <MenuItem icon={<Undo />} refusal={user.reactivate.refusal?.message} onAction={letBackIn}>
            {t("users.reactivate")}
          </MenuItem>
        )}
      </Menu>
      {refused && <p role="alert">{refused.message}</p>}
    </>
  );
}
