import { useMutation } from "urql";
import { useSession } from "../../graphql/session.tsx";
import { activateLanguage, type LanguageTag } from "../../i18n/i18n.ts";
import { UpdateViewerMutation } from "./documents.ts";

/** Each in its own language, so that whoever cannot read the page finds theirs. */
export const languages: { value: LanguageTag; label: string }[] = [
  { value: "de", label: "Deutsch" },
  { value: "en", label: "English" },
];

/** Changes the language of the signed-in person, and of the page. */
export function useLanguageChoice(): (language: LanguageTag) => Promise<void> {
  const { restart } = useSession();
  const [, updateViewer] = useMutation(UpdateViewerMutation);
  return async (language) => {
    const { data } = await updateViewer({ language: language === "de" ? "DE" : "EN" });
    if (data?.updateViewer.__typename !== "ViewerUpdated") return;
    await activateLanguage(language);
    // The sentences of the server (reasons, refusals) are cached in the old language.
    restart();
  };
}
