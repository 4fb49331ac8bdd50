import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema } from "graphql";
import { useServer as serve } from "graphql-ws/use/ws";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { eventually } from "../test/eventually.ts";
import { LiveConnection, retryPause } from "./live.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function server(onConnect: () => boolean = () => true) {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  const schema = buildSchema("type Query { a: Int } type Subscription { tick: Int! }");
  const ticks: ((value: number) => void)[] = [];
  async function* tick() {
    while (true) {
      yield { tick: await new Promise<number>((resolve) => ticks.push(resolve)) };
    }
  }
  serve({ schema, roots: { subscription: { tick } }, onConnect }, sockets);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.close();
  });
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    /** To the subscriber that is waiting. */
    async tick(value: number) {
      await eventually(() => expect(ticks).not.toHaveLength(0));
      ticks.shift()?.(value);
    },
    /** As a server does that is told to stop. */
    restart() {
      for (const socket of sockets.clients) socket.close(1012, "The server restarts.");
      ticks.length = 0;
    },
    cut() {
      for (const socket of sockets.clients as Set<WebSocket>) socket.terminate();
      ticks.length = 0;
    },
  };
}

function connect(url: string, onUnauthenticated = () => {}) {
  const live = new LiveConnection(url, onUnauthenticated);
  const received: unknown[] = [];
  const states: string[] = [];
  live.onState(() => states.push(live.state));
  const subscription = live
    .forward({ query: "subscription { tick }" } as never, {} as never)
    .subscribe({
      next: ({ data }) => received.push(data?.tick),
      error: () => {},
      complete: () => {},
    });
  cleanups.push(() => {
    subscription.unsubscribe();
    live.dispose();
  });
  return { live, received, states };
}

describe("the live connection", () => {
  it("brings events", async () => {
    const { url, tick } = await server();
    const { live, received } = connect(url);
    await tick(7);
    await eventually(() => expect(received).toEqual([7]));
    expect(live.state).toBe("connected");
  });

  it("comes back by itself, says so, and goes on where it subscribed", async () => {
    const { url, tick, cut } = await server();
    const { live, received, states } = connect(url);
    const returned = vi.fn();
    live.onReturn(returned);
    await tick(1);
    await eventually(() => expect(received).toEqual([1]));
    expect(returned).not.toHaveBeenCalled();

    cut();
    await eventually(() => expect(returned).toHaveBeenCalledTimes(1));
    expect(states).toEqual(["connected", "lost", "connected"]);
    await tick(2);
    await eventually(() => expect(received).toEqual([1, 2]));
  });

  it("comes back to a server that was restarted", async () => {
    const { url, tick, restart } = await server();
    const { live, received } = connect(url);
    const returned = vi.fn();
    live.onReturn(returned);
    await tick(1);
    await eventually(() => expect(received).toEqual([1]));

    restart();
    await eventually(() => expect(returned).toHaveBeenCalledTimes(1));
    await tick(2);
    await eventually(() => expect(received).toEqual([1, 2]));
  });

  it("stops and tells when the server no longer knows the session", async () => {
    const { url } = await server(() => false);
    const unauthenticated = vi.fn();
    connect(url, unauthenticated);
    await eventually(() => expect(unauthenticated).toHaveBeenCalledTimes(1));
  });
});

describe("the pause before another attempt", () => {
  it("grows to half a minute and no further", () => {
    const longest = () => 1;
    expect([0, 1, 2, 3].map((retries) => retryPause(retries, longest))).toEqual([
      500, 1000, 2000, 4000,
    ]);
    expect(retryPause(50, longest)).toBe(30_000);
  });

  it("is spread, so that browsers do not return in step", () => {
    expect(retryPause(3, () => 0)).toBe(2000);
    expect(retryPause(3, () => 0.5)).toBe(3000);
  });
});
