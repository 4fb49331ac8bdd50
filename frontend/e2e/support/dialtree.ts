import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDate } from "@internationalized/date";
import type { Day } from "./days.ts";
import { environment } from "./environment.ts";

type Settings = Record<string, string>;

const SHIFTED_SERVER = fileURLToPath(
  new URL("../../../scripts/shifted_server.py", import.meta.url),
);

function start(arguments_: string[], settings: Settings): ChildProcess {
  return run(environment.dialtree, arguments_, settings);
}

function run(program: string, arguments_: string[], settings: Settings): ChildProcess {
  return spawn(program, arguments_, {
    env: { ...process.env, ...settings },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

type CommandOptions = { dataDir?: string; input?: string };

/** Runs a command of dialtree to its end and returns what it printed. */
export async function dialtree(
  arguments_: string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, printed, complaints } = await finished(arguments_, options);
  if (code !== 0) throw new Error(`dialtree ${arguments_.join(" ")}: ${code}\n${complaints}`);
  return printed;
}

async function finished(
  arguments_: string[],
  { dataDir = environment.dataDir, input = "" }: CommandOptions,
) {
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
  return { code, printed, complaints };
}

/** What `dialtree credentials check` says, which reads what registrars read. */
export async function registration(
  dataDir: string,
  { userName, password }: { userName: string; password: string },
): Promise<string> {
  const command = ["credentials", "check", userName];
  const { code, printed, complaints } = await finished(command, {
    dataDir,
    input: `${password}\n`,
  });
  if (code === 0) return printed.trim();
  if (/\brefused$/.test(complaints.trim())) return "refused";
  throw new Error(`dialtree credentials check: ${code}\n${complaints}`);
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
  protected child: ChildProcess | null = null;

  constructor(
    readonly dataDir: string,
    private readonly port: number,
  ) {
    this.url = `http://localhost:${port}`;
  }

  /** Resolves once it answers. The demo data is loaded if there is none yet. */
  async start(settings: Settings = {}): Promise<void> {
    const own = { DIALTREE_DATA_DIR: this.dataDir, PORT: String(this.port) };
    const child = this.launch({ ...own, ...settings });
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

  protected launch(settings: Settings): ChildProcess {
    return start(["serve", "--demo"], settings);
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

/** One that need not wait for midnight: its clock is put forward. */
export class ShiftedServer extends Server {
  private secondsAhead = 0;

  override async start(settings: Settings = {}): Promise<void> {
    await this.writeOffset();
    await super.start(settings);
  }

  protected override launch(settings: Settings): ChildProcess {
    const python = join(dirname(environment.dialtree), "python");
    return run(python, [SHIFTED_SERVER, this.offsetFile], settings);
  }

  /** A few seconds after this day has begun in Germany; what is planned for it is due then. */
  async passMidnightOf({ iso }: Day): Promise<void> {
    const midnight = parseDate(iso).toDate("Europe/Berlin");
    this.secondsAhead = (midnight.getTime() - Date.now()) / 1000 + 5;
    await this.writeOffset();
    this.child?.kill("SIGUSR1");
  }

  private get offsetFile() {
    return join(this.dataDir, "seconds-ahead");
  }

  private writeOffset() {
    return writeFile(this.offsetFile, String(this.secondsAhead));
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
