import { Link } from "react-aria-components/Link";
import { paths } from "../../app/paths.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button, ButtonLink } from "../../ui/Button.tsx";
import { Calendar, Close, Edit, External, Trash } from "../../ui/icons.tsx";
import { formatOrders, type OrderDialogName } from "../orders/ordersUrl.ts";
import styles from "./HolderActions.module.css";
import {
  deletionOf,
  type HolderPageData,
  reasonAgainst,
  type TrunkData,
} from "./holderDocuments.ts";
import type { HolderDialogName } from "./holderUrl.ts";

type Props = { holder: HolderPageData; onDialog: (dialog: HolderDialogName) => void };

/** What can be done with a holder itself. Of a UCC connection only the numbers can be changed. */
export function HolderActions({ holder, onDialog }: Props) {
  const t = useText();
  if (holder.__typename === "UccConnection") return null;
  const deletion = deletionOf(holder);
  return (
    <>
      {holder.__typename === "CloudPbx" && holder.configurationUrl && (
        <Link
          className={styles.external}
          href={holder.configurationUrl}
          target="_blank"
          rel="noreferrer"
        >
          <External size={14} />
          {t("holder.configure")}
          <span className="visually-hidden"> {t("holder.newTab")}</span>
        </Link>
      )}
      <Button
        icon={<Edit size={14} />}
        refusal={reasonAgainst(holder.update)}
        onPress={() => onDialog("edit")}
      >
        {t("holder.edit")}
      </Button>
      {deletion ? (
        <Button
          icon={<Trash size={14} />}
          refusal={reasonAgainst(deletion)}
          onPress={() => onDialog("delete")}
        >
          {t("holder.delete")}
        </Button>
      ) : (
        holder.__typename === "SipTrunk" && <CreationActions creation={holder.creation} />
      )}
    </>
  );
}

/** A planned trunk is not deleted: its order is cancelled, or moved (T2). */
function CreationActions({ creation }: { creation: TrunkData["creation"] }) {
  const t = useText();
  if (!creation) return null;
  const address = (dialog: OrderDialogName) =>
    paths.order(creation.id) + formatOrders({ filter: "all", dialog });
  return (
    <>
      {creation.reschedule && (
        <ButtonLink
          icon={<Calendar size={14} />}
          href={address("reschedule")}
          refusal={reasonAgainst(creation.reschedule)}
        >
          {t("order.reschedule.action")}
        </ButtonLink>
      )}
      <ButtonLink
        icon={<Close size={14} />}
        href={address("cancel")}
        refusal={reasonAgainst(creation.cancel)}
      >
        {t("holder.cancelOrder")}
      </ButtonLink>
    </>
  );
}
