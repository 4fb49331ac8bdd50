import { useState } from "react";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { DialogForm } from "../../ui/Dialog.tsx";
import styles from "../../ui/FormFields.module.css";
import { FormFields, FormGroup } from "../../ui/FormFields.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { ContactFields, contactInput, contactOf } from "./ContactFields.tsx";
import { reasonAgainst, type TrunkData, UpdateSipTrunkMutation } from "./holderDocuments.ts";

type Props = { trunk: TrunkData; onClose: () => void };

const LIMITS = ["total", "incoming", "outgoing"] as const;
type Limit = (typeof LIMITS)[number];

const LABELS = {
  total: "holder.callsTotal",
  incoming: "holder.callsIncoming",
  outgoing: "holder.callsOutgoing",
} as const;

/** Nothing or a whole number; whether it is a good one, the API says. */
const isLimit = (text: string) => /^\d{0,9}$/.test(text.trim());
const limitInput = (text: string) => (text.trim() === "" ? null : Number(text));

/** Name, contact and call limits of a trunk; they change at once. */
export function EditTrunkForm({ trunk, onClose }: Props) {
  const t = useText();
  const { run, busy, refusal, reset } = useAction(UpdateSipTrunkMutation);
  const [name, setName] = useState(trunk.name);
  const [contact, setContact] = useState(() => contactOf(trunk.contact));
  const [limits, setLimits] = useState(() => {
    const text = (limit: Limit) => String(trunk.callLimits[limit] ?? "");
    return { total: text("total"), incoming: text("incoming"), outgoing: text("outgoing") };
  });
  const [unread, setUnread] = useState<Limit[]>([]);
  const fields = refusal?.fields ?? {};

  const submit = async () => {
    const wrong = LIMITS.filter((limit) => !isLimit(limits[limit]));
    setUnread(wrong);
    if (wrong.length > 0) {
      reset();
      return;
    }
    const callLimits = {
      total: limitInput(limits.total),
      incoming: limitInput(limits.incoming),
      outgoing: limitInput(limits.outgoing),
    };
    const input = { sipTrunkId: trunk.id, name, contact: contactInput(contact), callLimits };
    if (await run({ input })) onClose();
  };
  return (
    <DialogForm
      submitLabel={t("numbers.save")}
      cancelLabel={t("common.cancel")}
      submitRefusal={reasonAgainst(trunk.update)}
      refusal={refusal?.kind === "InvalidInput" ? null : refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <FormFields findings={refusal ?? unread}>
        <TextField
          label={t("holder.name")}
          name="name"
          value={name}
          onChange={setName}
          error={fields.name}
          isRequired
          autoFocus
        />
        <FormGroup title={t("holders.contact")}>
          <ContactFields contact={contact} onChange={setContact} fields={fields} />
        </FormGroup>
        <FormGroup title={t("calls.title")}>
          {LIMITS.map((limit) => (
            <TextField
              key={limit}
              label={t(LABELS[limit])}
              name={`callLimits.${limit}`}
              value={limits[limit]}
              onChange={(value) => setLimits({ ...limits, [limit]: value })}
              description={t(limit === "total" ? "holder.emptyAsBooked" : "holder.emptyNoLimit")}
              error={
                unread.includes(limit) ? t("holder.wholeNumber") : fields[`callLimits.${limit}`]
              }
            />
          ))}
        </FormGroup>
        <FormGroup title={t("holder.profile")}>
          <p>{t(`holder.profile.${trunk.profile}`)}</p>
          <p className={styles.hint}>{t("holder.profileFixed")}</p>
        </FormGroup>
      </FormFields>
    </DialogForm>
  );
}
