import { useState } from "react";
import { useQuery } from "urql";
import { useText } from "../../i18n/i18n.ts";
import { SearchSelect } from "../../ui/SearchSelect.tsx";
import { useViewer } from "../accounts/viewer.ts";
import styles from "./CustomerStrip.module.css";
import { CustomerNamesQuery } from "./documents.ts";
import { useWorkFor } from "./useWorkFor.ts";

/** Under the header of service staff, at every moment: for whom they work, and the choice (P2). */
export default function CustomerStrip() {
  const t = useText();
  const viewer = useViewer();
  const workFor = useWorkFor();
  const [search, setSearch] = useState("");
  const [{ data, fetching }] = useQuery({ query: CustomerNamesQuery, variables: { search } });
  const customers = data?.customers.nodes ?? [];
  return (
    <section className={styles.strip} aria-label={t("customer.strip")}>
      <div className={styles.bar}>
        <p className={styles.current}>
          <span className={styles.for}>{t("customer.workingFor")}</span>{" "}
          <strong className={styles.name}>{viewer.customer.name}</strong>
        </p>
        <SearchSelect
          className={styles.choice}
          label={t("customer.choose")}
          placeholder={t("customer.search")}
          openLabel={t("customer.open")}
          search={search}
          onSearch={setSearch}
          items={customers.map(({ id, name }) =>
            id === viewer.customer.id ? { id, name, hint: t("customer.chosen") } : { id, name },
          )}
          empty={t(fetching ? "common.loading" : "customer.noneMatch")}
          onChoose={(id) => id !== viewer.customer.id && workFor(id)}
        />
      </div>
    </section>
  );
}
