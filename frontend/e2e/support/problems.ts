import type { BrowserContext, Request } from "@playwright/test";

/**
 * What went wrong in the browser although nobody looked: errors and warnings in the console,
 * uncaught exceptions, failed requests, and any request to another host.
 */
export class Problems {
  private readonly seen: string[] = [];
  private readonly expected: RegExp[] = [];
  private readonly hosts: Set<string>;

  constructor(url: string) {
    this.hosts = new Set([new URL(url).host]);
  }

  /** A further dialtree that the test opens. */
  know(url: string): void {
    this.hosts.add(new URL(url).host);
  }

  /** Where a test provokes a problem on purpose. */
  expect(...patterns: RegExp[]): void {
    this.expected.push(...patterns);
  }

  watch(context: BrowserContext): void {
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        this.note(`console ${message.type()}: ${message.text()}`);
      }
    });
    context.on("weberror", (error) => this.note(`uncaught: ${error.error().stack}`));
    context.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !this.isKnown(request.url())) {
        this.note(`request to another host: ${request.url()}`);
      }
    });
    context.on("requestfailed", (request) => {
      // A page that is left takes its unfinished requests with it.
      if (failure(request) !== "net::ERR_ABORTED") {
        this.note(`request failed: ${failure(request)} ${request.url()}`);
      }
    });
    context.on("response", (response) => {
      if (response.status() >= 400) this.note(`answered ${response.status()}: ${response.url()}`);
    });
    context.on("page", (page) =>
      page.on("websocket", (socket) => {
        if (!this.isKnown(socket.url())) this.note(`WebSocket to another host: ${socket.url()}`);
      }),
    );
  }

  get unexpected(): string[] {
    return this.seen.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
  }

  private isKnown(url: string): boolean {
    return this.hosts.has(new URL(url).host);
  }

  private note(text: string): void {
    this.seen.push(text);
  }
}

function failure(request: Request): string {
  return request.failure()?.errorText ?? "";
}
