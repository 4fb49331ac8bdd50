import { useQuery } from "urql";
import type { MetersData } from "../holders/documents.ts";
import type { PendingElement } from "../holders/pendingChange.ts";
import { saysNotFound, useGone, useSettled } from "../holders/usePreview.ts";
import { CreateSipTrunkPreviewQuery } from "./documents.ts";
import { type FieldName, fieldNames, type TrunkDraft, toInput } from "./trunkDraft.ts";

// An element that a merge has removed is an error here: the page tells it itself.
const CONTEXT = { toldByPage: ["NOT_FOUND"] };

const NONE: string[] = [];

export type TrunkPreview = {
  /** What is wrong with single fields, those that are still empty among them. */
  problems: Partial<Record<FieldName, string>>;
  /** The rule that forbids it; null: none does. */
  refusal: { code: string; message: string } | null;
  /** On its first day; null: not known yet. */
  meters: MetersData | null;
  /** Chosen elements that do not exist any more. */
  gone: PendingElement[];
  /** All this is about what is entered now, or could not be asked. */
  isCurrent: boolean;
};

/** Asks the rules about the trunk while it is put together, a moment after the last edit. */
export function useTrunkPreview(draft: TrunkDraft): TrunkPreview {
  const [input, isSettled] = useSettled(toInput(draft));
  const [{ data, error, fetching, stale }] = useQuery({
    query: CreateSipTrunkPreviewQuery,
    variables: { input },
    context: CONTEXT,
  });
  const goneIds = useGone(saysNotFound(error), input.elements ?? NONE);
  const gone = draft.add.filter(({ id }) => goneIds.has(id));

  const preview = data?.createSipTrunkPreview;
  const problems: TrunkPreview["problems"] = {};
  for (const { field, message } of preview?.problems ?? []) {
    const name = fieldNames.find((known) => known === field);
    // Several findings about one field stand together at that field.
    if (name) problems[name] = [problems[name], message].filter(Boolean).join(" ");
  }
  return {
    problems,
    refusal: gone.length === 0 ? (preview?.refusal ?? null) : null,
    meters: preview?.meters ?? null,
    gone,
    isCurrent: isSettled && !fetching && !stale,
  };
}
