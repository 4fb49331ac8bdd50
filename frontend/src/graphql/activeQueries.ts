import type { Client, Exchange, Operation } from "@urql/core";
import { pipe, tap } from "wonka";

/**
 * Knows which queries are shown now.
 *
 * `refetch` asks for all of them again (after a lost connection, or when the server says that
 * everything changed). `outdate` marks answers that are still under way: what an event brought is
 * newer than such an answer, which was perhaps read before it, so it is asked for once more (after
 * a mutation: whatever is shown).
 */
export class ActiveQueries {
  private shown = new Map<number, Operation>();
  private underWay = new Map<number, { outdated: boolean }>();
  private client: Client | null = null;

  refetch(): void {
    for (const operation of this.shown.values()) this.ask(operation);
  }

  outdate(): void {
    for (const request of this.underWay.values()) request.outdated = true;
  }

  /** Stands directly before the exchange that sends: it must see only what leaves the cache. */
  get wireExchange(): Exchange {
    return ({ forward }) =>
      (operations) =>
        pipe(
          operations,
          tap((operation) => {
            if (operation.kind === "teardown") this.underWay.delete(operation.key);
            else if (operation.kind !== "subscription") {
              this.underWay.set(operation.key, { outdated: false });
            }
          }),
          forward,
          tap(({ operation }) => {
            const request = this.underWay.get(operation.key);
            this.underWay.delete(operation.key);
            if (!request?.outdated) return;
            // After the result was handed on; the same operation may not run inside itself.
            queueMicrotask(() => {
              if (operation.kind === "query") this.ask(operation);
              else this.refetch();
            });
          }),
        );
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
          forward,
        );
      };
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
