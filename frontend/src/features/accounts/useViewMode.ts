import { useAction } from "../../graphql/useAction.ts";
import { UpdateViewerMutation, type Viewer } from "./documents.ts";
import { useIsExpert } from "./viewer.ts";

export const viewModes = ["USER", "EXPERT"] as const satisfies readonly Viewer["viewMode"][];

/** How much the app shows to this person (P1), and the way to change that; it is remembered. */
export function useViewMode() {
  const isExpert = useIsExpert();
  const { run, busy } = useAction(UpdateViewerMutation);
  const viewMode: Viewer["viewMode"] = isExpert ? "EXPERT" : "USER";
  return { viewMode, busy, choose: (mode: Viewer["viewMode"]) => run({ viewMode: mode }) };
}
