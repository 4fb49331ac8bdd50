import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { environment } from "./environment.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * The OpenID Connect provider of the Python tests. It is at 127.0.0.1, dialtree at localhost: to a
 * browser these are two sites, as they are in earnest.
 */
export class OidcProvider {
  readonly url: string;
  private child: ChildProcess | null = null;

  constructor(
    private readonly port: number,
    private readonly redirectUri: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Resolves once it answers. */
  async start(): Promise<void> {
    const python = join(dirname(environment.dialtree), "python");
    const arguments_ = ["-m", "tests.oidc_provider", String(this.port), this.redirectUri];
    const child = spawn(python, arguments_, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    let written = "";
    await new Promise<void>((resolve, reject) => {
      const read = (part: Buffer) => {
        written += part;
        if (written.includes(`running on ${this.url}`)) resolve();
      };
      child.stdout?.on("data", read);
      child.stderr?.on("data", read);
      child.once("close", (code) => reject(new Error(`provider: ${code}\n${written}`)));
    });
  }

  async stop(): Promise<void> {
    const child = this.child;
    this.child = null;
    if (!child || child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "close");
  }

  /** What dialtree has to be told of it. */
  get settings(): Record<string, string> {
    return {
      DIALTREE_OIDC_ISSUER: this.url,
      DIALTREE_OIDC_CLIENT_ID: "dialtree",
      DIALTREE_OIDC_CLIENT_SECRET: "s3cret of dialtree",
      DIALTREE_OIDC_NAME: "Nordlicht ID",
    };
  }
}
