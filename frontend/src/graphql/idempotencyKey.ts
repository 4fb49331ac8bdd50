/**
 * A key for one intended action: sent again with the same key it gives the same order (O5).
 * Not `crypto.randomUUID`, which does not exist on a page served over plain HTTP.
 */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
