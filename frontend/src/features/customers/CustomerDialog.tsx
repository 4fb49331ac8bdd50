import { useState } from "react";
import { useQuery } from "urql";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { Dialog, DialogForm } from "../../ui/Dialog.tsx";
import { FormFields } from "../../ui/FormFields.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { showToast } from "../../ui/Toasts.tsx";
import { NEW } from "./customersUrl.ts";
import {
  CreateCustomerMutation,
  CustomerQuery,
  type CustomerRowData,
  UpdateCustomerMutation,
} from "./documents.ts";

type Props = { id: string; onClose: () => void };

/** A new customer, or what service staff set of one (C1). */
export function CustomerDialog({ id, onClose }: Props) {
  const t = useText();
  const isNew = id === NEW;
  const [{ data }] = useQuery({ query: CustomerQuery, variables: { id }, pause: isNew });
  const customer = data?.node?.__typename === "Customer" ? data.node : null;
  return (
    <Dialog
      isOpen
      title={isNew ? t("customers.new") : t("customers.editOf", { customer: customer?.name ?? "" })}
      closeLabel={t("common.close")}
      onClose={onClose}
    >
      {isNew || customer ? (
        <CustomerForm customer={customer} onClose={onClose} />
      ) : data ? (
        <Notice tone="bad">{t("customers.gone")}</Notice>
      ) : (
        <Skeleton width="60%" />
      )}
    </Dialog>
  );
}

type FormProps = { customer: CustomerRowData | null; onClose: () => void };

function CustomerForm({ customer, onClose }: FormProps) {
  const t = useText();
  const [name, setName] = useState(customer?.name ?? "");
  const [calls, setCalls] = useState(String(customer?.bookedConcurrentCalls ?? 0));
  const [unreadable, setUnreadable] = useState(false);
  const create = useAction(CreateCustomerMutation);
  const update = useAction(UpdateCustomerMutation);
  const { busy, refusal } = customer ? update : create;

  const submit = async () => {
    // The API takes whole numbers only: what is none never gets there.
    const isNumber = /^\d{1,9}$/.test(calls.trim());
    setUnreadable(!isNumber);
    if (!isNumber) return;
    const values = { name, bookedConcurrentCalls: Number(calls) };
    const done = customer
      ? await update.run({ input: { customerId: customer.id, ...values } })
      : await create.run({ input: values });
    if (!done) return;
    showToast({ tone: "good", title: t("customers.saved", { customer: done.customer.name }) });
    onClose();
  };
  return (
    <DialogForm
      submitLabel={t("numbers.save")}
      cancelLabel={t("common.cancel")}
      refusal={refusal?.kind === "InvalidInput" ? null : refusal?.message}
      busy={busy}
      onSubmit={submit}
      onCancel={onClose}
    >
      <FormFields findings={refusal}>
        <TextField
          label={t("customers.name")}
          name="name"
          value={name}
          onChange={setName}
          error={refusal?.fields.name}
          autoFocus={!customer}
        />
        <TextField
          label={t("customers.booked")}
          name="bookedConcurrentCalls"
          inputMode="numeric"
          value={calls}
          onChange={setCalls}
          error={
            unreadable ? t("customers.callsUnreadable") : refusal?.fields.bookedConcurrentCalls
          }
          description={t("customers.callsHint")}
          autoFocus={customer !== null}
        />
      </FormFields>
    </DialogForm>
  );
}
