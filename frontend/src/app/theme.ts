import { useSyncExternalStore } from "react";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const STORAGE_KEY = "dialtree.theme";
const listeners = new Set<() => void>();
let current = read();

function read(): Theme {
  const stored = localStorage.getItem(STORAGE_KEY);
  return themes.find((theme) => theme === stored) ?? "system";
}

function apply() {
  if (current === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current;
}

// On import, so that the first paint is right.
apply();
addEventListener("storage", (event) => {
  if (event.key === STORAGE_KEY) change(read());
});

function change(theme: Theme) {
  current = theme;
  apply();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The theme of this browser; `system` follows the operating system. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore(subscribe, () => current);
  return [
    theme,
    (next) => {
      localStorage.setItem(STORAGE_KEY, next);
      change(next);
    },
  ];
}
