import { createContext, useContext } from "react";
import type { LanguageTag } from "../../i18n/i18n.ts";
import type { Viewer } from "./documents.ts";

/** Set by the layout: below it somebody is signed in. */
export const ViewerContext = createContext<Viewer | null>(null);

/** The signed-in person. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("useViewer needs the layout above it");
  return viewer;
}

/** Whether rejected calls and technical details are shown (P1). */
export function useIsExpert(): boolean {
  return useContext(ViewerContext)?.viewMode === "EXPERT";
}

export function languageTag(language: Viewer["language"]): LanguageTag {
  return language === "DE" ? "de" : "en";
}
