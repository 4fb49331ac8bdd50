import type { OrderNewsData } from "./documents.ts";

type Seen = Pick<OrderNewsData, "id" | "status" | "finishedAt">;

const FINAL: ReadonlySet<string> = new Set(["SUCCEEDED", "FAILED", "CANCELLED"]);
/**
 * A fast order is finished before its first event is read, so an order first seen finished is news,
 * too; only not when it is an old one that changed for another reason. Generous, because the clock
 * of this computer may be wrong.
 */
const FRESH_MS = 60 * 60_000;

export function isFinal(status: string): boolean {
  return FINAL.has(status);
}

/** Remembers which orders are open and tells which have just finished, each once. */
export class OrderWatch {
  private readonly open = new Set<string>();
  private readonly finished = new Set<string>();

  constructor(private readonly now: () => number = Date.now) {}

  /** True when this is the news that the order has finished. */
  sees({ id, status, finishedAt }: Seen): boolean {
    if (!isFinal(status)) {
      if (!this.finished.has(id)) this.open.add(id);
      return false;
    }
    const wasOpen = this.open.delete(id);
    if (this.finished.has(id)) return false;
    this.finished.add(id);
    return wasOpen || (finishedAt !== null && this.now() - Date.parse(finishedAt) < FRESH_MS);
  }

  get openIds(): string[] {
    return [...this.open];
  }
}
