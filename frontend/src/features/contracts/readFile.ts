/** The API takes as many (inventory/importing.py). */
export const MAX_BYTES = 20_000_000;

/** The text of a file in UTF-8, or in the Windows-1252 of older spreadsheets. */
export function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
