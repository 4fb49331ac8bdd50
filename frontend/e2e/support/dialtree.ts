import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { environment } from "./environment.ts";

type Settings = Record<string, string>;

function start(arguments_: string[], settings: Settings): ChildProcess {
  return spawn(environment.dialtree, arguments_, {
    env: { ...process.env, ...settings },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs a command of dialtree to its end and returns what it printed. */
export async function dialtree(
  arguments_: string[],
  { dataDir = environment.dataDir, input = "" } = {},
): Promise<string> {
  const child = start(arguments_, { DIALTREE_DATA_DIR: dataDir });
  let printed = "";
  let complaints = "";
  child.stdout?.on("data", (part) => {
    printed += part;
  });
  child.stderr?.on("data", (part) => {
    complaints += part;
  });
  child.stdin?.end(input);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`dialtree ${arguments_.join(" ")}: ${code}\n${complaints}`);
  return printed;
}

type NewPerson = { email: string; customer: string; role?: string; language?: string };

/** A further person, with the password of the demo logins. */
export async function createPerson(person: NewPerson): Promise<void> {
  const { email, customer, role = "ADMINISTRATOR", language = "DE" } = person;
  const options = ["--customer", customer, "--role", role, "--language", language];
  await dialtree(["user", "create", email, ...options], { input: `${environment.password}\n` });
}

/** A dialtree that a test starts and kills as it likes. */
export class Server {
  readonly url: string;
  private child: ChildProcess | null = null;

  constructor(
    private readonly dataDir: string,
    private readonly port: number,
  ) {
    this.url = `http://localhost:${port}`;
  }

  /** Resolves once it answers. The demo data is loaded if there is none yet. */
  async start(settings: Settings = {}): Promise<void> {
    const own = { DIALTREE_DATA_DIR: this.dataDir, PORT: String(this.port) };
    const child = start(["serve", "--demo"], { ...own, ...settings });
    this.child = child;
    let written = "";
    await new Promise<void>((resolve, reject) => {
      const read = (part: Buffer) => {
        written += part;
        if (written.includes(`dialtree is at ${this.url}`)) resolve();
      };
      child.stdout?.on("data", read);
      child.stderr?.on("data", read);
      child.once("close", (code) => reject(new Error(`dialtree serve: ${code}\n${written}`)));
    });
  }

  /** Ends it as a crash would: no goodbye to anybody. */
  async kill(): Promise<void> {
    const child = this.child;
    this.child = null;
    if (!child || child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "close");
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
