import { setupI18n } from "@lingui/core";
import { useSyncExternalStore } from "react";
import type en from "./en.json";

export type TextId = keyof typeof en;
export type TextValues = Record<string, string | number>;
/** The text with this id in the language of the page. */
export type Translate = (id: TextId, values?: TextValues) => string;
/** Language tags as the page uses them; the API's `Language` is the same in capitals. */
export type LanguageTag = "de" | "en";

const STORAGE_KEY = "dialtree.language";
// A language arrives as a chunk of its own, so that nobody loads the other one.
const catalogues = {
  de: () => import("./de.json?compiled"),
  en: () => import("./en.json?compiled"),
};

const i18n = setupI18n();

export function isLanguageTag(value: string | null | undefined): value is LanguageTag {
  return value === "de" || value === "en";
}

/** What this browser chose last, else its first language that we speak, else English. */
export function preferredLanguage(): LanguageTag {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (isLanguageTag(stored)) return stored;
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return spoken.find(isLanguageTag) ?? "en";
}

/** Loads the language and switches the page to it; kept in this browser for the next visit. */
export async function activateLanguage(language: LanguageTag): Promise<void> {
  localStorage.setItem(STORAGE_KEY, language);
  if (i18n.locale === language) return;
  const { default: messages } = await catalogues[language]();
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}

export function currentLanguage(): LanguageTag {
  return isLanguageTag(i18n.locale) ? i18n.locale : "en";
}

function subscribe(onChange: () => void) {
  return i18n.on("change", onChange);
}

/** The language of the page; the component renders again when it changes. */
export function useLanguage(): LanguageTag {
  return useSyncExternalStore(subscribe, currentLanguage);
}

/** For places that are no components. Components use `useText`. */
export const translate: Translate = (id, values) => i18n._(id, values);

const translators: Record<LanguageTag, Translate> = {
  de: (id, values) => i18n._(id, values),
  en: (id, values) => i18n._(id, values),
};

/** The translate function; another one (by identity) after a change of language. */
export function useText(): Translate {
  return translators[useLanguage()];
}
