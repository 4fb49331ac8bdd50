import type { Problem } from "../graphql/problems.ts";
import { translate } from "../i18n/i18n.ts";
import { showToast } from "../ui/Toasts.tsx";
import { paths } from "./paths.ts";

type Place = {
  location: { pathname: string; search: string };
  navigate: (path: string, options: { replace: boolean }) => unknown;
};

/** The one place for errors that no form or dialog asked for. */
export function tellProblem(problem: Problem, place: Place): void {
  if (problem.kind === "unauthenticated") {
    const { pathname, search } = place.location;
    if (pathname !== paths.login()) {
      place.navigate(paths.login(pathname + search), { replace: true });
    }
    return;
  }
  if (problem.kind === "customer") {
    place.navigate(paths.inventory(), { replace: true });
    showToast({
      key: "customer",
      tone: "bad",
      title: translate("problem.customer.title"),
      details: problem.message,
    });
    return;
  }
  if (problem.kind === "network") {
    showToast({
      key: "network",
      tone: "bad",
      title: translate("problem.network.title"),
      details: translate("problem.network.details"),
    });
    return;
  }
  showToast({
    key: "failure",
    tone: "bad",
    title: translate("problem.failure.title"),
    details: problem.errorId
      ? translate("problem.failure.errorId", { errorId: problem.errorId })
      : problem.message,
  });
}
