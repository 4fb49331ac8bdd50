import { useEffect, useState } from "react";
import { paths } from "../../app/paths.ts";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button, ButtonLink } from "../../ui/Button.tsx";
import listStyles from "../../ui/ListPage.module.css";
import { EmptyState, Notice } from "../../ui/Notice.tsx";
import { PageHead } from "../../ui/PageHead.tsx";
import { useViewer } from "../accounts/viewer.ts";
import { BadRows } from "./BadRows.tsx";
import { ImportMutation, type ImportReport } from "./documents.ts";
import styles from "./ImportPage.module.css";
import { ImportSource, type Source } from "./ImportSource.tsx";
import { ReportFacts } from "./ReportFacts.tsx";

type Step =
  | { name: "source" }
  | { name: "checked"; source: Source; report: ImportReport }
  | { name: "done"; report: ImportReport };

/** Adds contracts and numbers from a file: first what would happen, then it happens (B5, P2). */
export default function ImportPage() {
  const t = useText();
  const viewer = useViewer();
  const [step, setStep] = useState<Step>({ name: "source" });
  const { run, busy, refusal, reset } = useAction(ImportMutation);

  useEffect(() => {
    document.title = `${t("import.title")} · dialtree`;
  }, [t]);

  if (!viewer.serve.allowed) {
    return <EmptyState title={t("import.title")}>{viewer.serve.refusal?.message}</EmptyState>;
  }
  const begin = () => {
    reset();
    setStep({ name: "source" });
  };
  // Bad rows are left out also when it is tried: so the answer tells of the good ones, too.
  const load = (source: Source, dryRun: boolean) =>
    run({ input: { content: source.text, dryRun, skipBadRows: true } });
  const check = async (source: Source) => {
    const report = await load(source, true);
    if (report) setStep({ name: "checked", source, report });
  };
  const carryOut = async (source: Source) => {
    const report = await load(source, false);
    if (report) setStep({ name: "done", report });
  };
  return (
    <div className={listStyles.page}>
      <PageHead
        title={t("import.title")}
        about={t("import.for", { customer: viewer.customer.name })}
      />
      {step.name === "source" && <ImportSource busy={busy} onChosen={check} />}
      {refusal && (
        <Notice tone="bad" title={refusal.message}>
          {refusal.rows.length > 0 && <BadRows rows={refusal.rows} />}
        </Notice>
      )}
      {step.name === "checked" && (
        <section className={styles.card} aria-label={t("import.checked")}>
          <h2 className={styles.heading}>
            {t("import.checkedFile", { name: step.source.name ?? t("import.pasted") })}
          </h2>
          <ReportFacts report={step.report} />
          {step.report.badRows.length > 0 && (
            <>
              <BadNotice report={step.report} />
              <BadRows rows={step.report.badRows} />
            </>
          )}
          <div className={styles.actions}>
            <Button onPress={begin}>{t("import.other")}</Button>
            <Button
              variant={step.report.badRows.length === 0 ? "primary" : "secondary"}
              refusal={hasNothing(step.report) ? t("import.nothing") : null}
              busy={busy}
              onPress={() => carryOut(step.source)}
            >
              {t(step.report.badRows.length === 0 ? "import.run" : "import.runGood")}
            </Button>
          </div>
        </section>
      )}
      {step.name === "done" && (
        <section className={styles.card} aria-label={t("import.done")}>
          <h2 className={styles.heading}>{t("import.done")}</h2>
          <ReportFacts report={step.report} />
          {step.report.badRows.length > 0 && <BadRows rows={step.report.badRows} />}
          <div className={styles.actions}>
            <Button onPress={begin}>{t("import.other")}</Button>
            <ButtonLink href={paths.siteContracts()}>{t("contracts.title")}</ButtonLink>
            <ButtonLink variant="primary" href={paths.inventory()}>
              {t("navigation.inventory")}
            </ButtonLink>
          </div>
        </section>
      )}
    </div>
  );
}

/** Says of bad rows what can be done about them. */
function BadNotice({ report }: { report: ImportReport }) {
  const t = useText();
  const nothing = hasNothing(report);
  return (
    <Notice
      tone="warn"
      title={t(nothing && report.unchangedCount === 0 ? "import.noneTitle" : "import.badTitle")}
    >
      {t(nothing ? "import.mendFile" : "import.badDetails")}
    </Notice>
  );
}

function hasNothing({ contractCount, numberCount }: ImportReport): boolean {
  return contractCount === 0 && numberCount === 0;
}
