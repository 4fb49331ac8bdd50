import { afterEach, describe, expect, it, vi } from "vitest";
import { cleanToken, storedToken, storeToken } from "./token.ts";
import { createTransport } from "./transport.ts";

const sockets: FakeSocket[] = [];

/** The server's side of a WebSocket, as far as graphql-ws looks at it. */
class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState = FakeSocket.OPEN;
  sent: Record<string, unknown>[] = [];
  onopen: () => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onclose: (event: { code: number; reason: string; wasClean: boolean }) => void = () => {};
  onerror: (event: unknown) => void = () => {};

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    sockets.push(this);
    queueMicrotask(() => this.onopen());
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close(code = 1000, reason = "") {
    this.readyState = FakeSocket.CLOSED;
    this.onclose({ code, reason, wasClean: true });
  }
  answer(message: unknown) {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

const QUERY = { query: "{ viewer { id } }" };
const LIVE = "subscription Watch { ordersUpdated { id } } query Viewer { viewer { id } }";

function stubFetch(body: string, status = 200) {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => new Response(body, { status }));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
  sockets.length = 0;
});

describe("queries", () => {
  it("are signed in by the cookie, and by the token where there is one", async () => {
    const fetch = stubFetch('{"data":{"viewer":null}}');
    const answer = await createTransport("/graphql", "").fetcher(QUERY);
    expect(answer).toEqual({ data: { viewer: null } });
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ credentials: "same-origin" });
    expect(fetch.mock.calls[0]?.[1].headers).not.toHaveProperty("authorization");

    await createTransport("/graphql", "secret").fetcher(QUERY);
    expect(fetch.mock.calls[1]?.[1].headers).toMatchObject({ authorization: "Bearer secret" });
  });

  it("are for the customer that service staff chose, or for the one in the editor's headers", async () => {
    const fetch = stubFetch('{"data":{"viewer":null}}');
    const customerOf = (call: number) =>
      new Headers(fetch.mock.calls[call]?.[1].headers).get("Dialtree-Customer");
    const { fetcher } = createTransport("/graphql", "", undefined, "chosen");
    await fetcher(QUERY);
    expect(customerOf(0)).toBe("chosen");
    await fetcher(QUERY, { headers: { "Dialtree-Customer": "typed" } });
    expect(customerOf(1)).toBe("typed");
    // A token is somebody else's: the choice was not made for it.
    await createTransport("/graphql", "secret", undefined, "chosen").fetcher(QUERY);
    expect(customerOf(2)).toBeNull();
  });

  it("tell when one of them may have changed who is signed in", async () => {
    stubFetch('{"data":{}}');
    const onMutation = vi.fn();
    const { fetcher } = createTransport("/graphql", "", onMutation);
    await fetcher(QUERY);
    expect(onMutation).not.toHaveBeenCalled();
    const query = "mutation { logout { __typename } }";
    await fetcher({ query });
    expect(onMutation).toHaveBeenCalledOnce();
  });

  it("are asked for by their own name, not by that of the text before", async () => {
    const fetch = stubFetch('{"data":{}}');
    const { fetcher } = createTransport("/graphql", "");
    await fetcher({ query: "query Now { viewer { id } }", operationName: "Before" });
    expect(JSON.parse(String(fetch.mock.calls[0]?.[1].body)).operationName).toBe("Now");
  });

  it("are left to the API to complain of where they cannot be read", async () => {
    const fetch = stubFetch('{"errors":[{"message":"Syntax Error"}]}');
    const { fetcher } = createTransport("/graphql", "");
    await fetcher({ query: "query {", operationName: "Before" });
    expect(JSON.parse(String(fetch.mock.calls[0]?.[1].body)).query).toBe("query {");
  });

  it("tell what came where it is no JSON", async () => {
    stubFetch("Bad gateway", 502);
    const answer = await createTransport("/graphql", "").fetcher(QUERY);
    const message = expect.stringMatching(/502.*Bad gateway/);
    expect(answer).toEqual({ errors: [{ message }] });
  });
});

describe("subscriptions", () => {
  function watch(token: string) {
    vi.stubGlobal("WebSocket", FakeSocket);
    const { fetcher } = createTransport("/graphql", token);
    const answer = fetcher({ query: LIVE, operationName: "Watch" }) as unknown as {
      subscribe: (observer: object) => { unsubscribe: () => void };
    };
    const observer = { next: vi.fn(), error: vi.fn(), complete: vi.fn() };
    const { unsubscribe } = answer.subscribe(observer);
    return { observer, unsubscribe };
  }

  it("run over graphql-transport-ws with the token in the first message", async () => {
    const { observer, unsubscribe } = watch("secret");
    await vi.waitFor(() => expect(sockets[0]?.sent).toHaveLength(1));
    const [socket] = sockets;
    expect(socket?.url).toBe("ws://localhost:3000/graphql");
    expect(socket?.protocol).toBe("graphql-transport-ws");
    expect(socket?.sent[0]).toEqual({
      type: "connection_init",
      payload: { authorization: "Bearer secret" },
    });
    socket?.answer({ type: "connection_ack" });
    await vi.waitFor(() => expect(socket?.sent).toHaveLength(2));
    expect(socket?.sent[1]).toMatchObject({
      type: "subscribe",
      payload: { query: LIVE, operationName: "Watch" },
    });
    const { id } = socket?.sent[1] ?? {};
    socket?.answer({ id, type: "next", payload: { data: { ordersUpdated: { id: "o1" } } } });
    expect(observer.next).toHaveBeenCalledWith({ data: { ordersUpdated: { id: "o1" } } });
    unsubscribe();
    await vi.waitFor(() => expect(socket?.sent[2]).toMatchObject({ id, type: "complete" }));
  });

  it("say why the server closed the connection", async () => {
    const { observer } = watch("");
    await vi.waitFor(() => expect(sockets[0]?.sent).toHaveLength(1));
    expect(sockets[0]?.sent[0]).toEqual({ type: "connection_init", payload: {} });
    sockets[0]?.close(4403, "Sign in first.");
    await vi.waitFor(() => expect(observer.error).toHaveBeenCalled());
    expect(observer.error).toHaveBeenCalledWith({ message: "Sign in first." });
  });

  it("are told apart from the queries of the same tab", async () => {
    const fetch = stubFetch('{"data":{}}');
    const { fetcher } = createTransport("/graphql", "");
    await fetcher({ query: LIVE, operationName: "Viewer" });
    expect(fetch).toHaveBeenCalledOnce();
  });
});

describe("the token", () => {
  it("is taken as it is pasted", () => {
    expect(cleanToken("  Bearer abc.def\n")).toBe("abc.def");
    expect(cleanToken("abc")).toBe("abc");
  });

  it("is kept for the tab until it is emptied", () => {
    storeToken("abc");
    expect(storedToken()).toBe("abc");
    storeToken("");
    expect(storedToken()).toBe("");
    expect(sessionStorage).toHaveLength(0);
  });
});
