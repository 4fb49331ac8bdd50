import {
  type Client,
  type Exchange,
  makeOperation,
  type Operation,
  type OperationResult,
} from "@urql/core";
import { filter, makeSubject, map, merge, pipe, tap } from "wonka";

const LONGEST_WAIT_MS = 3_000;

/** answers: keys of the requests for which it waits */
type Waiting = { event: OperationResult; answers: Set<number> };

/**
 * Knows which queries are shown, and keeps answers and events in order.
 *
 * An event can overtake an answer that the server read before it; taken in afterwards, the answer
 * would bring back an old state. So events wait until the requests that were under way when they
 * came are answered: what an event says is then never undone by something older.
 */
export class ActiveQueries {
  private readonly shown = new Map<number, Operation>();
  /** How often everything may have changed, and at which count a query was last asked. */
  private changes = 0;
  private readonly askedAt = new Map<number, number>();
  private readonly underWay = new Set<number>();
  /** Under way for too long: events went ahead, so the answer may be old. */
  private readonly overtaken = new Set<number>();
  private waiting: Waiting[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly released = makeSubject<OperationResult>();
  private client: Client | null = null;

  /**
   * Something was missed, or everything changed: asks again for what is shown at once, and for the
   * rest when it is shown next, which the cache alone would answer with what it was.
   */
  refetch(): void {
    this.changes++;
    for (const operation of this.shown.values()) this.ask(operation);
  }

  /** Stands before the cache: it must see also what the cache answers. */
  get exchange(): Exchange {
    return ({ client, forward }) =>
      (operations) => {
        this.client = client;
        return pipe(
          operations,
          tap((operation) => {
            if (operation.kind === "query") this.shown.set(operation.key, operation);
            else if (operation.kind === "teardown") this.shown.delete(operation.key);
          }),
          map((operation) => this.upToDate(operation)),
          forward,
        );
      };
  }

  /** A query that was not asked since everything may have changed is asked behind the cache, too. */
  private upToDate(operation: Operation): Operation {
    if (operation.kind !== "query") return operation;
    const asked = this.askedAt.get(operation.key) ?? 0;
    this.askedAt.set(operation.key, this.changes);
    if (asked === this.changes || operation.context.requestPolicy !== "cache-first") {
      return operation;
    }
    return makeOperation("query", operation, {
      ...operation.context,
      requestPolicy: "cache-and-network",
    });
  }

  /** Stands behind the cache, directly before what sends. */
  get wireExchange(): Exchange {
    return ({ forward }) =>
      (operations) =>
        merge([
          pipe(
            operations,
            tap((operation) => {
              if (operation.kind === "teardown") this.answered(operation.key);
              else if (operation.kind !== "subscription") this.underWay.add(operation.key);
            }),
            forward,
            filter((result) => !this.mustWait(result)),
            tap(({ operation }) => {
              if (operation.kind === "subscription") return;
              // After the cache has taken the answer in.
              queueMicrotask(() => this.answered(operation.key, operation));
            }),
          ),
          this.released.source,
        ]);
  }

  private mustWait(event: OperationResult): boolean {
    if (event.operation.kind !== "subscription") return false;
    if (this.waiting.length === 0 && this.underWay.size === 0) return false;
    this.waiting.push({ event, answers: new Set(this.underWay) });
    this.timer ??= setTimeout(() => this.giveUpWaiting(), LONGEST_WAIT_MS);
    return true;
  }

  private answered(key: number, operation?: Operation) {
    this.underWay.delete(key);
    for (const { answers } of this.waiting) answers.delete(key);
    this.release();
    if (!this.overtaken.delete(key)) return;
    if (operation?.kind === "query") this.ask(operation);
    else if (operation?.kind === "mutation") this.refetch();
  }

  private release() {
    // One by one and in their order; each may start requests of its own.
    for (let next = this.waiting[0]; next?.answers.size === 0; next = this.waiting[0]) {
      this.waiting.shift();
      this.released.next(next.event);
    }
    if (this.waiting.length > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private giveUpWaiting() {
    this.timer = undefined;
    for (const { answers } of this.waiting) {
      for (const key of answers) this.overtaken.add(key);
      answers.clear();
    }
    this.release();
  }

  private ask(operation: Operation): void {
    if (!this.client || !this.shown.has(operation.key)) return;
    this.client.reexecuteOperation(
      this.client.createRequestOperation("query", operation, {
        ...operation.context,
        requestPolicy: "network-only",
      }),
    );
  }
}
