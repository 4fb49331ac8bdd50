import { vi } from "vitest";

/** Waits until the check passes; patient, because a busy machine is no failure. */
export function eventually(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { timeout: 8_000, interval: 10 });
}
