import type { SubscriptionForwarder } from "@urql/core";
import { type Client, createClient } from "graphql-ws";

/** lost: there was a connection, or the first attempt failed; it is being tried again. */
export type ConnectionState = "connecting" | "connected" | "lost";

const KEEPALIVE_MS = 15_000;
const PONG_WITHIN_MS = 8_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Close codes with which a server says that the session is over. */
const UNAUTHENTICATED = new Set([4401, 4403]);

/**
 * Milliseconds to wait before attempt `retries` (from 0): doubling up to half a minute, of which a
 * random half is taken off, so that browsers do not return in step after a restart of the server.
 */
export function retryPause(retries: number, random: () => number = Math.random): number {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(retries, 16), LONGEST_PAUSE_MS);
  return longest * (0.5 + random() / 2);
}

/** Waits for the pause, shorter when the browser says that the network is back. */
function waitToRetry(retries: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, retryPause(retries));
    addEventListener("online", done);
  });
}

/** The one WebSocket of a session, over which all subscriptions run. */
export class LiveConnection {
  state: ConnectionState = "connecting";
  private readonly stateListeners = new Set<() => void>();
  private readonly returnListeners = new Set<() => void>();
  private readonly socket: Client;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;

  /** params: the payload of connection_init. */
  constructor(url: string, onUnauthenticated: () => void, params?: Record<string, string>) {
    this.socket = createClient({
      url,
      connectionParams: params,
      // The socket stays open for a moment when the last subscription ends (React remounts).
      lazyCloseTimeout: 2_000,
      keepAlive: KEEPALIVE_MS,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: (reason) => !UNAUTHENTICATED.has(closeCode(reason)),
      retryWait: waitToRetry,
      on: {
        connected: (_socket, _payload, wasRetry) => {
          const returned = wasRetry || this.state === "lost";
          this.become("connected");
          if (returned) for (const listener of this.returnListeners) listener();
        },
        closed: (event) => {
          clearTimeout(this.pongTimer);
          if (UNAUTHENTICATED.has(closeCode(event))) onUnauthenticated();
          else if (!isNormalClosure(event)) this.become("lost");
        },
        // A dead network closes nothing: a ping without a pong is the only sign of it.
        ping: (received) => {
          if (received) return;
          clearTimeout(this.pongTimer);
          this.pongTimer = setTimeout(() => this.socket.terminate(), PONG_WITHIN_MS);
        },
        pong: (received) => {
          if (received) clearTimeout(this.pongTimer);
        },
      },
    });
  }

  /** For urql's `subscriptionExchange`. */
  forward: SubscriptionForwarder = (operation) => ({
    subscribe: (sink) => {
      const payload = {
        query: operation.query ?? "",
        variables: operation.variables as Record<string, unknown>,
      };
      return { unsubscribe: this.socket.subscribe(payload, sink as never) };
    },
  });

  onState = (listener: () => void): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };

  /** After a connection was lost and is there again: what happened meanwhile was not told. */
  onReturn(listener: () => void): () => void {
    this.returnListeners.add(listener);
    return () => this.returnListeners.delete(listener);
  }

  dispose(): void {
    clearTimeout(this.pongTimer);
    this.stateListeners.clear();
    this.returnListeners.clear();
    void this.socket.dispose();
  }

  private become(state: ConnectionState) {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.stateListeners) listener();
  }
}

function closeCode(event: unknown): number {
  return typeof event === "object" && event !== null && "code" in event ? Number(event.code) : 0;
}

function isNormalClosure(event: unknown): boolean {
  return closeCode(event) === 1000;
}
