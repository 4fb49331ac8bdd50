import { useText } from "../../i18n/i18n.ts";
import { TextField } from "../../ui/TextField.tsx";

type ContactText = { name: string; phone: string; email: string };

type Props = {
  contact: ContactText;
  onChange: (contact: ContactText) => void;
  /** Sentences by the API's names of the fields. */
  fields: Record<string, string>;
  emailLabel?: string;
  autoFocus?: boolean;
};

/** Whom to ask about a holder. */
export function ContactFields({ contact, onChange, fields, emailLabel, autoFocus }: Props) {
  const t = useText();
  return (
    <>
      <TextField
        label={t("holder.contactName")}
        name="contact.name"
        value={contact.name}
        onChange={(name) => onChange({ ...contact, name })}
        error={fields["contact.name"]}
        isRequired
        autoFocus={autoFocus}
      />
      <TextField
        label={t("holder.contactPhone")}
        name="contact.phone"
        type="tel"
        value={contact.phone}
        onChange={(phone) => onChange({ ...contact, phone })}
        error={fields["contact.phone"]}
      />
      <TextField
        label={emailLabel ?? t("holder.contactEmail")}
        name="contact.email"
        type="email"
        value={contact.email}
        onChange={(email) => onChange({ ...contact, email })}
        error={fields["contact.email"]}
      />
    </>
  );
}

export function contactOf(contact: Record<keyof ContactText, string | null>): ContactText {
  return { name: contact.name ?? "", phone: contact.phone ?? "", email: contact.email ?? "" };
}

/** An empty field is no value; the name is required, and the API says so. */
export function contactInput({ name, phone, email }: ContactText) {
  return { name, phone: phone.trim() || null, email: email.trim() || null };
}
