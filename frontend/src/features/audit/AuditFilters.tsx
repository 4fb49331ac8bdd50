import { type CalendarDate, parseDate } from "@internationalized/date";
import { useState } from "react";
import { useQuery } from "urql";
import { type LanguageTag, useLanguage, useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { DateField } from "../../ui/DateField.tsx";
import { Close } from "../../ui/icons.tsx";
import { Select } from "../../ui/Select.tsx";
import { SearchField } from "../../ui/TextField.tsx";
import { executionToday } from "../orders/executionDate.ts";
import styles from "./AuditFilters.module.css";
import { type AuditFilter, actions } from "./auditUrl.ts";
import { type AuditAction, AuditActorsQuery } from "./documents.ts";

type Props = {
  filter: AuditFilter;
  /** Of the one object whose entries are shown, if that is known. */
  subjectName: string | undefined;
  onChange: (change: Partial<AuditFilter>) => void;
};

const EARLIEST = parseDate("2020-01-01");

/** What narrows the list; all of it stands in the address. */
export function AuditFilters({ filter, subjectName, onChange }: Props) {
  const t = useText();
  const language = useLanguage();
  const [{ data }] = useQuery({ query: AuditActorsQuery, requestPolicy: "cache-and-network" });
  const [draft, setDraft] = useState({ searched: filter.search, text: filter.search });
  if (draft.searched !== filter.search) setDraft({ searched: filter.search, text: filter.search });
  const day = (name: "from" | "until", min: CalendarDate, max: CalendarDate) => (
    <DateField
      className={styles.day}
      label={t(`auditLog.${name}`)}
      value={filter[name]}
      onChange={(value) => onChange({ [name]: value })}
      min={min}
      max={max}
      openLabel={t("auditLog.openCalendar")}
      clearLabel={t("auditLog.clearDay")}
    />
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not in all browsers we name
    <div role="search" aria-label={t("auditLog.filters")} className={styles.filters}>
      <div className={styles.fields}>
        <SearchField
          className={styles.text}
          label={t("auditLog.search")}
          value={draft.text}
          onChange={(text) => setDraft({ searched: filter.search, text })}
          onSubmit={(text) => onChange({ search: text.trim().slice(0, MAX_SEARCH) })}
          placeholder={t("auditLog.searchPlaceholder")}
          clearLabel={t("search.clear")}
        />
        <Select
          label={t("auditLog.who")}
          options={(data?.auditActors ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={filter.who ? [filter.who] : []}
          // One at a time: the last one that was chosen.
          onChange={(chosen) => onChange({ who: chosen.at(-1) ?? null })}
          none={t("auditLog.everybody")}
          several={String}
        />
        <Select
          label={t("auditLog.what")}
          options={byText(language, (action) => t(`audit.action.${action}`))}
          value={filter.what}
          onChange={(chosen) =>
            onChange({ what: actions.filter((action) => chosen.includes(action)) })
          }
          none={t("auditLog.everything")}
          several={(count) => t("auditLog.several", { count })}
        />
        {day("from", EARLIEST, executionToday())}
        {day("until", EARLIEST, executionToday())}
      </div>
      {filter.subject && (
        <p className={styles.subject}>
          {subjectName
            ? t("auditLog.onlySubject", { subject: subjectName })
            : t("auditLog.onlyOneSubject")}
          <Button
            size="small"
            variant="quiet"
            icon={<Close size={14} />}
            label={t("auditLog.allSubjects")}
            onPress={() => onChange({ subject: null })}
          />
        </p>
      )}
    </div>
  );
}

const MAX_SEARCH = 100;

function byText(language: LanguageTag, textOf: (action: AuditAction) => string) {
  const { compare } = new Intl.Collator(language);
  return actions
    .map((value) => ({ value, label: textOf(value) }))
    .sort((a, b) => compare(a.label, b.label));
}
