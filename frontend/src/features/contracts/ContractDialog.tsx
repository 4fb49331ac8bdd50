import { CalendarDate, today } from "@internationalized/date";
import { useState } from "react";
import { useQuery } from "urql";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { Choice } from "../../ui/Choice.tsx";
import { DateField } from "../../ui/DateField.tsx";
import { Dialog, DialogForm } from "../../ui/Dialog.tsx";
import { FormFields, FormGroup } from "../../ui/FormFields.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useViewer } from "../accounts/viewer.ts";
import { type ContractData, SiteContractQuery, UpdateSiteContractMutation } from "./documents.ts";

type Props = { id: string; onClose: () => void };

/** Address, status and start date of one contract. */
export function ContractDialog({ id, onClose }: Props) {
  const t = useText();
  const [{ data }] = useQuery({ query: SiteContractQuery, variables: { id } });
  const contract = data?.node?.__typename === "SiteContract" ? data.node : null;
  return (
    <Dialog
      isOpen
      title={t("contracts.editOf", { contract: contract?.number ?? "" })}
      closeLabel={t("common.close")}
      onClose={onClose}
    >
      {contract ? (
        <ContractForm contract={contract} onClose={onClose} />
      ) : data ? (
        <Notice tone="bad">{t("contracts.gone")}</Notice>
      ) : (
        <Skeleton width="60%" />
      )}
    </Dialog>
  );
}

const STATUSES = ["ACTIVE", "ORDERED"] as const;

function ContractForm({ contract, onClose }: { contract: ContractData; onClose: () => void }) {
  const t = useText();
  const viewer = useViewer();
  const { run, busy, refusal } = useAction(UpdateSiteContractMutation);
  const [street, setStreet] = useState(contract.street);
  const [postcode, setPostcode] = useState(contract.postcode);
  const [town, setTown] = useState(contract.town);
  const [status, setStatus] = useState(contract.status);
  const [startDate, setStartDate] = useState(contract.startDate);
  const fields = refusal?.fields ?? {};

  const submit = async () => {
    const input = { siteContractId: contract.id, street, postcode, town, status, startDate };
    if (await run({ input })) onClose();
  };
  return (
    <DialogForm
      submitLabel={t("numbers.save")}
      cancelLabel={t("common.cancel")}
      submitRefusal={viewer.serve.refusal?.message}
      refusal={refusal?.kind === "InvalidInput" ? null : refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <FormFields findings={refusal}>
        <TextField
          label={t("contracts.street")}
          name="street"
          value={street}
          onChange={setStreet}
          error={fields.street}
          autoFocus
        />
        <TextField
          label={t("contracts.postcode")}
          name="postcode"
          value={postcode}
          onChange={setPostcode}
          error={fields.postcode}
        />
        <TextField
          label={t("contracts.town")}
          name="town"
          value={town}
          onChange={setTown}
          error={fields.town}
        />
        <FormGroup title={t("contracts.status")}>
          <Choice
            label={t("contracts.status")}
            value={status}
            options={STATUSES.map((value) => ({ value, label: t(`contracts.status.${value}`) }))}
            onChange={setStatus}
          />
        </FormGroup>
        {status === "ORDERED" && (
          <DateField
            label={t("contracts.startDate")}
            description={t("contracts.startDateHint")}
            value={startDate}
            onChange={setStartDate}
            min={new CalendarDate(2000, 1, 1)}
            max={today("Europe/Berlin").add({ years: 10 })}
            openLabel={t("contracts.openCalendar")}
            error={fields.startDate}
          />
        )}
      </FormFields>
    </DialogForm>
  );
}
