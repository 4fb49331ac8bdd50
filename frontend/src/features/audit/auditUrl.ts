import shape from "../../graphql/schema.generated.json" with { type: "json" };
import type { AuditAction } from "./documents.ts";

export const actions = shape.enums.AuditAction as AuditAction[];

/** What of the page stands in the query part of its address. */
export type AuditFilter = {
  /** Id of the one object whose entries are shown. */
  subject: string | null;
  /** Id of the one person whose entries are shown. */
  who: string | null;
  what: AuditAction[];
  /** Calendar days in Germany, both included. */
  from: string | null;
  until: string | null;
  search: string;
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function day(value: string | null): string | null {
  return value && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : null;
}

/** What cannot be read counts as not set. */
export function parseAudit(query: URLSearchParams): AuditFilter {
  const what = (query.get("what") ?? "").split(",");
  return {
    subject: query.get("subject") || null,
    who: query.get("who") || null,
    what: actions.filter((action) => what.includes(action)),
    from: day(query.get("from")),
    until: day(query.get("until")),
    search: query.get("search") ?? "",
  };
}

/** For `paths.auditLog`. */
export function auditQuery(filter: AuditFilter): Record<string, string | undefined> {
  return {
    subject: filter.subject ?? undefined,
    who: filter.who ?? undefined,
    what: filter.what.join(",") || undefined,
    from: filter.from ?? undefined,
    until: filter.until ?? undefined,
    search: filter.search || undefined,
  };
}

export function isFiltered(filter: AuditFilter): boolean {
  return Object.values(auditQuery(filter)).some(Boolean);
}

/** As the API takes it. */
export function auditVariables(filter: AuditFilter) {
  return {
    subjectId: filter.subject,
    userId: filter.who,
    actions: filter.what.length > 0 ? filter.what : null,
    from: filter.from,
    until: filter.until,
    search: filter.search || null,
  };
}

/**
 * The same entries as a file. `customer`: whom the viewer works for, which a link cannot say by
 * header.
 */
export function exportAddress(filter: AuditFilter, customer: string): string {
  const query = new URLSearchParams({ customer });
  const { subjectId, userId, from, until, search } = auditVariables(filter);
  for (const [name, value] of Object.entries({ subjectId, userId, from, until, search })) {
    if (value) query.set(name, value);
  }
  for (const action of filter.what) query.append("action", action);
  return `/audit-log.csv?${query}`;
}
