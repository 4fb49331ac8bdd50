import { type FormEvent, useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { paths } from "../../app/paths.ts";
import { idempotencyKey } from "../../graphql/idempotencyKey.ts";
import { useAction } from "../../graphql/useAction.ts";
import { useText } from "../../i18n/i18n.ts";
import { useViewer } from "../accounts/viewer.ts";
import { attempt, include, onDate, takeBack } from "../holders/pendingChange.ts";
import { executionToday } from "../orders/executionDate.ts";
import { CheckStep } from "./CheckStep.tsx";
import { DateStep } from "./DateStep.tsx";
import { DiscardDraft } from "./DiscardDraft.tsx";
import { CreateSipTrunkMutation } from "./documents.ts";
import { NameStep } from "./NameStep.tsx";
import { NumbersStep } from "./NumbersStep.tsx";
import { ProfileStep } from "./ProfileStep.tsx";
import { StepList } from "./StepList.tsx";
import type { FieldsProps } from "./TrunkField.tsx";
import styles from "./TrunkWizard.module.css";
import {
  type FieldName,
  isNothing,
  NO_DRAFT,
  type TrunkDraft,
  toInput,
  withField,
  withProfile,
} from "./trunkDraft.ts";
import {
  fieldsOf,
  findingsOf,
  formatWizard,
  parseWizard,
  refusedAt,
  type Step,
  seenBefore,
  steps,
} from "./trunkSteps.ts";
import { useNext } from "./useNext.ts";
import { useTrunkDraft } from "./useTrunkDraft.ts";
import { useTrunkPreview } from "./useTrunkPreview.ts";
import { WizardBar } from "./WizardBar.tsx";

export function TrunkWizard() {
  const t = useText();
  const navigate = useNavigate();
  const asked = parseWizard(new URLSearchParams(useLocation().search));
  const [draft, edit, forget] = useTrunkDraft(useViewer().id);
  const [seen, setSeen] = useState(() => seenBefore(draft));
  const preview = useTrunkPreview(draft);
  const order = useAction(CreateSipTrunkMutation);
  const form = useRef<HTMLFormElement>(null);
  // An address can lead no further than its reader has come.
  const step = steps.indexOf(asked.step) <= draft.reached ? asked.step : "name";
  const heading = useHeadingFocus(step);

  const addressOf = (to: Step) => paths.newTrunk() + formatWizard({ ...asked, step: to });
  const change = (how: (now: TrunkDraft) => TrunkDraft) => {
    order.reset();
    edit(how);
  };
  const back = (ids: string[]) => change((now) => ({ ...now, ...takeBack(now, ids) }));
  const see = (names: FieldName[]) => setSeen((now) => new Set([...now, ...names]));

  const { next, isWaiting } = useNext(step, preview, form, () => {
    const index = steps.indexOf(step) + 1;
    edit((now) => ({ ...now, reached: Math.max(now.reached, index) }));
    navigate(addressOf(steps[index] ?? "check"));
  });
  const goOn = () => {
    see(fieldsOf(step));
    next();
  };
  const submit = async () => {
    const sent = edit((now) => ({ ...now, ...attempt(now, idempotencyKey) }));
    const accepted = await order.run({ input: { ...toInput(sent), idempotencyKey: sent.key } });
    if (!accepted) return;
    forget();
    navigate(paths.order(accepted.order.id));
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (step !== "check") goOn();
    else if (findingsOf(step, preview).length === 0) void submit();
  };
  const discard = () => {
    change(() => NO_DRAFT);
    setSeen(seenBefore(NO_DRAFT));
    navigate(paths.newTrunk(), { replace: true });
  };

  const refusedHere = refusedAt(preview) === step ? (preview.refusal?.message ?? null) : null;
  const fields: FieldsProps = {
    values: draft.fields,
    errorAt: (name) =>
      seen.has(name) ? (preview.problems[name] ?? (name === "name" ? refusedHere : null)) : null,
    onEdit: (name, value) => change((now) => withField(now, name, value)),
    onSeen: (name) => see([name]),
  };
  return (
    <div className={styles.wizard}>
      <div className={styles.head}>
        <StepList step={step} reached={draft.reached} preview={preview} addressOf={addressOf} />
        <DiscardDraft isNothing={isNothing(draft)} onDiscard={discard} />
      </div>
      <h2 ref={heading} tabIndex={-1} className={styles.heading}>
        {t(`newTrunk.step.${step}`)}{" "}
        <span className={styles.count}>
          {t("newTrunk.stepOf", { step: steps.indexOf(step) + 1, count: steps.length })}
        </span>
      </h2>
      {/* Not in the form: here Enter searches and marks. */}
      {step === "numbers" && (
        <NumbersStep
          chosen={draft.add}
          search={asked.search}
          onSearch={(search) => navigate(paths.newTrunk() + formatWizard({ step, search }))}
          onAdd={(elements) => change((now) => ({ ...now, ...include(now, "add", elements) }))}
          onTakeBack={back}
        />
      )}
      <form ref={form} className={styles.form} noValidate onSubmit={onSubmit}>
        {step === "name" && <NameStep {...fields} />}
        {step === "profile" && (
          <ProfileStep
            {...fields}
            profile={draft.profile}
            onProfile={(profile) => change((now) => withProfile(now, profile))}
          />
        )}
        {step === "date" && (
          <DateStep
            value={draft.executionDate}
            error={refusedHere}
            onDate={(day) =>
              change((now) => ({ ...now, ...onDate(now, day, executionToday().toString()) }))
            }
          />
        )}
        {step === "check" && <CheckStep draft={draft} preview={preview} addressOf={addressOf} />}
        <WizardBar
          step={step}
          preview={preview}
          refusal={order.refusal}
          busy={order.busy || isWaiting}
          addressOf={addressOf}
          onTakeBack={back}
        />
      </form>
    </div>
  );
}

/** Another step is announced, and the keyboard goes on in it. */
function useHeadingFocus(step: Step) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    heading.current?.focus();
  }, [step]);
  return heading;
}
