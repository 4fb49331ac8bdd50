const STORAGE_KEY = "dialtree.token";

/** A token as it is pasted, perhaps with the word before it, or with a line's end. */
export function cleanToken(pasted: string): string {
  return pasted.trim().replace(/^bearer\s+/i, "");
}

/** Kept in this browser tab only. Empty: none. */
export function storedToken(): string {
  return sessionStorage.getItem(STORAGE_KEY) ?? "";
}

export function storeToken(token: string): void {
  if (token === "") sessionStorage.removeItem(STORAGE_KEY);
  else sessionStorage.setItem(STORAGE_KEY, token);
}
