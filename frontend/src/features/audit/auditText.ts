import { formatDate } from "../../i18n/format.ts";
import type { TextId, Translate } from "../../i18n/i18n.ts";
import type { AuditChange, AuditRowData } from "./documents.ts";

const FIELDS: Record<string, TextId> = {
  name: "holder.name",
  "contact.name": "holder.contactName",
  "contact.phone": "holder.contactPhone",
  "contact.email": "holder.contactEmail",
  supportEmail: "holder.supportEmail",
  profile: "holder.profile",
  "callLimits.total": "holder.callsTotal",
  "callLimits.incoming": "holder.callsIncoming",
  "callLimits.outgoing": "holder.callsOutgoing",
  partner: "holder.partner",
  elements: "holder.elements",
  added: "audit.field.added",
  elementCount: "audit.field.elementCount",
  executionDate: "audit.field.executionDate",
  language: "audit.field.language",
  orderReminders: "audit.field.orderReminders",
  passwords: "audit.field.passwords",
  rangesBelow: "audit.field.rangesBelow",
  refusal: "audit.field.refusal",
  removed: "audit.field.removed",
  state: "audit.field.state",
  status: "audit.field.status",
  takesExecutionDate: "audit.field.takesExecutionDate",
  takesSplitRanges: "audit.field.takesSplitRanges",
  undoes: "audit.field.undoes",
  viewMode: "audit.field.viewMode",
};

const VALUES: Record<string, Record<string, TextId>> = {
  profile: {
    STANDARD: "holder.profile.STANDARD",
    MEDIA_BYPASS: "holder.profile.MEDIA_BYPASS",
  },
  status: {
    PLANNED: "orders.status.PLANNED",
    QUEUED: "orders.status.QUEUED",
    RUNNING: "orders.status.RUNNING",
    SUCCEEDED: "orders.status.SUCCEEDED",
    FAILED: "orders.status.FAILED",
    CANCELLED: "orders.status.CANCELLED",
    ACTIVE: "audit.value.active",
  },
  state: { FREE: "audit.value.free", SPLIT: "audit.value.split" },
  language: { DE: "audit.value.german", EN: "audit.value.english" },
  viewMode: { USER: "audit.value.userView", EXPERT: "audit.value.expertView" },
};

/** What is said of itself and not as a change from nothing. */
const PLAIN = new Set(["added", "removed", "undoes", "refusal", "passwords"]);

/** In words: "E-mail: a → b". `isCreation`: there was no state before, so the values alone. */
export function changeText(
  change: AuditChange,
  isCreation: boolean,
  ofCloudPbx: boolean,
  t: Translate,
): string {
  const { field, before, after } = change;
  const values = {
    field: fieldText(field, ofCloudPbx, t),
    before: valueText(field, before, t),
    after: valueText(field, after, t),
  };
  if (before === null) {
    return t(isCreation || PLAIN.has(field) ? "audit.value" : "audit.set", values);
  }
  return t(after === null ? "audit.removed" : "audit.changed", values);
}

/** A field that a newer API knows is shown by the name it has there. */
function fieldText(field: string, ofCloudPbx: boolean, t: Translate): string {
  if (field === "contact.email" && ofCloudPbx) return t("holder.bookingEmail");
  const id = FIELDS[field];
  return id ? t(id) : field;
}

function valueText(field: string, value: string | null, t: Translate): string {
  if (value === null) return "";
  const id = VALUES[field]?.[value];
  if (id) return t(id);
  if (value === "true" || value === "false") return t(`audit.value.${value}`);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? formatDate(value) : value;
}

/** Whoever runs commands on the server has no account and no name of their own. */
export function actorText(entry: Pick<AuditRowData, "actor" | "actorRole" | "via">, t: Translate) {
  return entry.actorRole === null && entry.via === COMMAND_LINE ? t("audit.operator") : entry.actor;
}

const COMMAND_LINE = "command line";

/** By which means, where it was not simply a person at the page; an order is told elsewhere. */
export function meansText(entry: Pick<AuditRowData, "via" | "order">, t: Translate): string | null {
  if (entry.via === null) return null;
  if (entry.via === COMMAND_LINE) return t("audit.commandLine");
  if (entry.via === entry.order?.reference) return t("audit.byOrder", { order: entry.via });
  return t("audit.byToken", { token: entry.via });
}
