import { type Browser, test as base, type Page } from "@playwright/test";
import { Api } from "./api.ts";
import { environment, type Person } from "./environment.ts";
import { Problems } from "./problems.ts";

export { expect } from "@playwright/test";

type Session = Awaited<ReturnType<Api["session"]>>;
type ContextOptions = Parameters<Browser["newContext"]>[0];

type Fixtures = {
  /** Who is signed in at the beginning; null: nobody. */
  as: Person | null;
  /** What went wrong unseen; at the end of every test there may be nothing unexpected. */
  problems: Problems;
  /** Lends ranges of the demo company, and sees to it that they are free elements afterwards. */
  borrow: (...displays: string[]) => Promise<void>;
  /** A browser of somebody else beside `page`. */
  openBrowser: (who: Person | { email: string } | null, options?: ContextOptions) => Promise<Page>;
};

type WorkerFixtures = {
  /** The administrator of the demo company at the API. */
  api: Api;
  sessions: Record<Person, Session>;
};

export const test = base.extend<Fixtures, WorkerFixtures>({
  as: ["administrator", { option: true }],

  api: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
    async ({}, use) => {
      const api = await Api.as("administrator");
      await use(api);
      await api.dispose();
    },
    { scope: "worker" },
  ],

  sessions: [
    async ({ api }, use) => {
      const viewer = await Api.as("viewer");
      const service = await Api.as("service");
      await use({
        administrator: await api.session(),
        viewer: await viewer.session(),
        service: await service.session(),
      });
      await viewer.dispose();
      await service.dispose();
    },
    { scope: "worker" },
  ],

  storageState: async ({ as, sessions }, use) => use(as ? sessions[as] : undefined),

  problems: [
    async ({ context, baseURL }, use) => {
      const problems = new Problems(baseURL ?? environment.baseUrl);
      problems.watch(context);
      await use(problems);
      if (problems.unexpected.length > 0) {
        throw new Error(`Unexpected in the browser:\n${problems.unexpected.join("\n")}`);
      }
    },
    { auto: true },
  ],

  openBrowser: async ({ browser, sessions, problems }, use) => {
    const contexts: Awaited<ReturnType<Browser["newContext"]>>[] = [];
    await use(async (who, options = {}) => {
      const storageState = await sessionOf(who, sessions);
      const context = await browser.newContext({ ...options, storageState });
      contexts.push(context);
      problems.watch(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  borrow: async ({ api }, use) => {
    const borrowed: string[] = [];
    await use(async (...displays) => {
      for (const display of displays) {
        borrowed.push(display);
        await api.setFree(display);
      }
    });
    for (const display of borrowed) await api.setFree(display);
  },
});

async function sessionOf(
  who: Person | { email: string } | null,
  sessions: Record<Person, Session>,
): Promise<Session | undefined> {
  if (who === null) return undefined;
  if (typeof who === "string") return sessions[who];
  const api = await Api.as(who);
  const session = await api.session();
  await api.dispose();
  return session;
}
