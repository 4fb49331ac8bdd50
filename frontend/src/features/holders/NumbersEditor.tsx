import { useMemo } from "react";
import { useLocation, useNavigate } from "react-router";
import { paths } from "../../app/paths.ts";
import { idempotencyKey } from "../../graphql/idempotencyKey.ts";
import { useAction } from "../../graphql/useAction.ts";
import { usePages } from "../../graphql/usePages.ts";
import { formatNumber } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Choice } from "../../ui/Choice.tsx";
import { Dialog, DialogForm } from "../../ui/Dialog.tsx";
import { ArrowLeft, ArrowRight } from "../../ui/icons.tsx";
import { useMediaQuery } from "../../ui/useMediaQuery.ts";
import { useViewer } from "../accounts/viewer.ts";
import { executionToday } from "../orders/executionDate.ts";
import { ChangeDetails } from "./ChangeDetails.tsx";
import {
  ChangeNumbersMutation,
  type ElementRowData,
  FreeElementsQuery,
  HeldElementsQuery,
  type HolderData,
  type PlanData,
} from "./documents.ts";
import { ElementList } from "./ElementList.tsx";
import styles from "./NumbersEditor.module.css";
import { formatNumbers, type ListSide, type NumbersState, parseNumbers } from "./numbersUrl.ts";
import {
  attempt,
  countsOf,
  include,
  isEmpty,
  leftAfter,
  onDate,
  type Side,
  takeBack,
  toVariables,
} from "./pendingChange.ts";
import { SaveBar } from "./SaveBar.tsx";
import { useLeaveGuard } from "./useLeaveGuard.ts";
import { clear, usePendingChange } from "./usePendingChange.ts";
import { usePreview } from "./usePreview.ts";

const NO_ELEMENTS = {
  nodes: [],
  pageInfo: { hasNextPage: false, endCursor: null },
  totalCount: 0,
  reading: null,
};

export function NumbersEditor({ holder }: { holder: HolderData }) {
  const t = useText();
  const location = useLocation();
  const navigate = useNavigate();
  const viewer = useViewer();
  const narrow = useMediaQuery("(max-width: 56rem)");
  const state = parseNumbers(new URLSearchParams(location.search));
  const [change, edit] = usePendingChange(viewer.id, holder.id);
  const preview = usePreview(holder.id, change);
  const save = useAction(ChangeNumbersMutation);
  const guard = useLeaveGuard(!isEmpty(change));

  const plan = planOf(holder);
  const pending = useMemo(() => {
    const sides = new Map<string, Side>();
    for (const { id } of change.add) sides.set(id, "add");
    for (const { id } of change.remove) sides.set(id, "remove");
    return sides;
  }, [change]);

  const free = usePages(
    FreeElementsQuery,
    argumentsOf(state.free),
    ({ numberElements }) => numberElements,
  );
  const held = usePages(
    HeldElementsQuery,
    { holderId: holder.id, ...argumentsOf(state.held) },
    ({ node }) => (node && "numbers" in node ? node.numbers : NO_ELEMENTS),
  );
  const heldNode = held.first?.node;

  const show = (next: Partial<NumbersState>, { step }: { step: boolean }) => {
    const search = formatNumbers({ ...state, ...next });
    navigate({ pathname: location.pathname, search }, { replace: !step });
  };
  const changeBy = (how: Parameters<typeof edit>[0]) => {
    save.reset();
    edit(how);
  };
  const move = (side: Side) => (elements: ElementRowData[]) =>
    changeBy((now) => include(now, side, elements.map(pendingElement)));
  const back = (ids: string[]) => changeBy((now) => takeBack(now, ids));

  const submit = async () => {
    const sent = edit((now) => attempt(now, idempotencyKey));
    const accepted = await save.run({
      input: { ...toVariables(holder.id, sent), idempotencyKey: sent.key },
    });
    if (!accepted) return;
    const left = edit((now) => leftAfter(now, sent));
    if (isEmpty(left)) navigate(paths.order(accepted.order.id));
  };

  const notAllowed = holder.changeNumbers.allowed ? null : holder.changeNumbers.refusal?.message;
  const meters = preview.meters ?? holder.meters;
  const metersDay = plan ? plan.executionDate : preview.meters && preview.day;
  const titles: Record<ListSide, string> = {
    free: t("numbers.free"),
    held: t(plan ? "numbers.heldPlanned" : "numbers.held", { holder: holder.name }),
  };
  const heldShort = t(plan ? "numbers.heldPlannedShort" : "numbers.heldShort");
  const countOf = (page: { totalCount: number } | null | undefined) =>
    page ? ` (${formatNumber(page.totalCount)})` : "";
  const freePage = free.first?.numberElements ?? null;
  const heldPage = heldNode && "numbers" in heldNode ? heldNode.numbers : null;

  return (
    <>
      {narrow && (
        <Choice
          label={t("numbers.list")}
          value={state.side}
          options={[
            { value: "free", label: `${t("numbers.freeShort")}${countOf(freePage)}` },
            { value: "held", label: `${heldShort}${countOf(heldPage)}` },
          ]}
          onChange={(side) => show({ side }, { step: false })}
        />
      )}
      <div className={styles.lists}>
        {(!narrow || state.side === "free") && (
          <ElementList
            title={titles.free}
            search={state.free}
            onSearch={(search) => show({ free: search }, { step: true })}
            pages={free}
            page={freePage}
            pending={pending}
            empty={t("numbers.noneFree")}
            action={{ label: t("numbers.add"), icon: <ArrowRight />, refusal: notAllowed }}
            onMove={move("add")}
            onTakeBack={(id) => back([id])}
          />
        )}
        {(!narrow || state.side === "held") && (
          <ElementList
            title={titles.held}
            search={state.held}
            onSearch={(search) => show({ held: search }, { step: true })}
            pages={held}
            page={heldPage}
            pending={pending}
            ownOrder={plan?.id}
            empty={t("numbers.noneHeld")}
            action={{ label: t("numbers.remove"), icon: <ArrowLeft />, refusal: notAllowed }}
            onMove={move("remove")}
            onTakeBack={(id) => back([id])}
          />
        )}
      </div>
      <div className={styles.change}>
        <ChangeDetails
          takesDate={holder.takesExecutionDate && !plan}
          plan={plan}
          change={change}
          meters={meters}
          metersDay={metersDay}
          onTakeBack={back}
          onDate={(day) => changeBy((now) => onDate(now, day, executionToday().toString()))}
        />
      </div>
      <SaveBar
        change={change}
        day={plan ? plan.executionDate : change.executionDate}
        meters={meters}
        metersDay={metersDay}
        preview={preview}
        refusal={save.refusal?.message}
        notAllowed={notAllowed}
        busy={save.busy}
        onTakeBack={back}
        onSave={submit}
      />
      <Dialog
        isOpen={guard.isAsking}
        title={t("numbers.leave.title")}
        closeLabel={t("common.close")}
        onClose={guard.stay}
      >
        <DialogForm
          submitLabel={t("numbers.leave.discard")}
          cancelLabel={t("numbers.leave.stay")}
          submitVariant="danger"
          onSubmit={() => {
            edit(clear);
            guard.leave();
          }}
          onCancel={guard.stay}
        >
          <p>{t("numbers.leave.details", { counts: countsOf(change), holder: holder.name })}</p>
        </DialogForm>
      </Dialog>
    </>
  );
}

function planOf(holder: HolderData): PlanData | null {
  return holder.__typename === "SipTrunk" && holder.status === "PLANNED" ? holder.creation : null;
}

function argumentsOf({ number, site }: { number: string; site: string }) {
  return { number: number || undefined, site: site || undefined };
}

function pendingElement({ id, digits, display, size }: ElementRowData) {
  return { id, digits, display, size };
}
