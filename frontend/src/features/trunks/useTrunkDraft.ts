import { useDraft } from "../holders/useDraft.ts";
import { isNothing, parseDraft } from "./trunkDraft.ts";

const KIND = { parse: parseDraft, isNothing };

/** The SIP trunk that this person is putting together. */
export function useTrunkDraft(viewerId: string) {
  return useDraft(viewerId, "newTrunk", KIND);
}
