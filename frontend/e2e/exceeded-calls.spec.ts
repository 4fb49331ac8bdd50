import { type APIRequestContext, type Page, request } from "@playwright/test";
import { print } from "graphql";
import { graphql } from "../src/graphql/graphql.ts";
import { Api } from "./support/api.ts";
import { createPerson, dialtree } from "./support/dialtree.ts";
import { environment } from "./support/environment.ts";
import { expect, test } from "./support/test.ts";

type Level = "CUSTOMER" | "SITE" | "TRUNK";
type Call = { level: Level; at: Date; incoming: boolean };

const COUNT = 5_000;
const HOUR = 3_600_000;
const now = Date.now();
const company = `Exceeded ${now}`;
const admin = { email: `admin.${now}@demo.example` };
const viewer = { email: `viewer.${now}@demo.example` };

const Customer = graphql(`
  query CustomerOfCalls {
    viewer {
      customer {
        id
      }
    }
  }
`);

const CreateTrunk = graphql(`
  mutation TrunkOfCalls {
    createSipTrunk(
      input: { name: "Leipzig", contact: { name: "Technik" }, callLimits: { total: 20, incoming: 12 } }
    ) {
      __typename
      ... on OrderAccepted {
        order {
          id
          holder {
            ... on SipTrunk {
              credentials {
                userName
              }
            }
          }
        }
      }
    }
  }
`);

const Report = graphql(`
  mutation Report($calls: [RejectedCallInput!]!) {
    reportRejectedCalls(input: { calls: $calls }) {
      __typename
      ... on RejectedCallsReported {
        acceptedCount
        alreadyKnownCount
      }
      ... on Refusal {
        message
      }
    }
  }
`);

/** Spread over six and a half days; two in three on the trunk, which also takes outgoing ones. */
const sent: Call[] = Array.from({ length: COUNT }, (_, index) => ({
  level: index % 3 === 0 ? "CUSTOMER" : "TRUNK",
  at: new Date(now - 60_000 - Math.floor((index * 6.5 * 24 * HOUR) / COUNT)),
  incoming: index % 5 !== 0,
}));

function sumBy(calls: Call[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { at } of calls) {
    const hour = `${at.toISOString().slice(0, 13)}:00Z`;
    sums.set(hour, (sums.get(hour) ?? 0) + 1);
  }
  return sums;
}

async function serviceToken(): Promise<APIRequestContext> {
  const printed = await dialtree(["token", "create", "switch", "--user", "service@demo.example"]);
  const token = printed.trim().split(/\s+/).at(-1);
  return request.newContext({
    baseURL: environment.baseUrl,
    extraHTTPHeaders: { Authorization: `Bearer ${token}` },
  });
}

test.beforeAll(async () => {
  // Three programs are started one after the other, and 6,000 calls reported.
  test.setTimeout(240_000);
  await createPerson({ ...admin, customer: company, language: "EN" });
  await createPerson({ ...viewer, customer: company, role: "VIEWER", language: "EN" });
  const api = await Api.as(admin);
  const customer = (await api.ask(Customer, {})).viewer?.customer.id;
  const { createSipTrunk } = await api.ask(CreateTrunk, {});
  if (createSipTrunk.__typename !== "OrderAccepted") throw new Error(createSipTrunk.__typename);
  const { holder, id } = createSipTrunk.order;
  const userName = holder && "credentials" in holder ? holder.credentials?.userName : undefined;
  await api.finished(id);
  await api.dispose();

  const service = await serviceToken();
  const calls = sent.map(({ level, at, incoming }, index) => ({
    callId: `${now}-${index}@switch.demo.example`,
    level,
    direction: incoming ? "INCOMING" : "OUTGOING",
    at: at.toISOString(),
    from: incoming ? "069 90009-123" : "030 23125-100",
    to: incoming ? "030 23125-100" : "069 90009-123",
    ...(level === "TRUNK" ? { trunkUserName: userName } : { customerId: customer, limit: 30 }),
  }));
  const report = async (from: number) => {
    const answer = await service.post("/graphql", {
      data: { query: print(Report), variables: { calls: calls.slice(from, from + 1_000) } },
    });
    return (await answer.json()).data.reportRejectedCalls;
  };
  for (let from = 0; from < COUNT; from += 1_000) {
    expect(await report(from)).toMatchObject({ acceptedCount: 1_000, alreadyKnownCount: 0 });
  }
  // As after a connection that broke before the answer came.
  expect(await report(0)).toMatchObject({ acceptedCount: 0, alreadyKnownCount: 1_000 });
  await service.dispose();
});

const plot = (page: Page) => page.getByRole("region", { name: /^Rejected calls per hour/ });
const list = (page: Page) => page.getByRole("region", { name: "Rejected calls", exact: true });
const rows = (page: Page) => list(page).getByRole("table").locator("tbody tr");
const bars = (page: Page) => plot(page).getByRole("button", { name: /:00–/ });

/** What the bars say, by the hours they stand for. */
async function shownSums(page: Page): Promise<Map<string, number>> {
  const told = await bars(page).evaluateAll((buttons) =>
    buttons.map((button) => [
      (button as HTMLElement).dataset.hour ?? "",
      button.getAttribute("aria-label") ?? "",
    ]),
  );
  return new Map(
    told.map(([hour = "", label = ""]) => [hour, Number(/: ([\d,]+) call/.exec(label)?.[1])]),
  );
}

/** Its text is what takes the click of a radio button that looks like a chip. */
function choose(page: Page, text: string): Promise<void> {
  return page.locator("label").getByText(text, { exact: true }).click();
}

async function openCalls(page: Page): Promise<void> {
  await page.goto("/calls");
  const change = page.getByRole("button", { name: "Switch to the expert view" });
  await expect(change.or(plot(page))).toBeVisible();
  if (await change.isVisible()) await change.click();
  await expect(plot(page)).toBeVisible();
}

test("the expert view is chosen once, and remembered", async ({ openBrowser }) => {
  const page = await openBrowser(admin);
  await page.goto("/calls");
  const pages = page.getByRole("navigation");
  await expect(page.getByText("This page belongs to the expert view")).toBeVisible();
  await expect(pages.getByRole("link", { name: "Calls" })).toHaveCount(0);

  await page.getByRole("button", { name: "Switch to the expert view" }).click();
  await expect(plot(page)).toBeVisible();
  await page.reload();
  await expect(plot(page)).toBeVisible();
  await page.goto("/");
  await page.getByRole("link", { name: "5,000 calls rejected in the last 7 days" }).click();
  await expect(page).toHaveURL("/calls");
  await expect(pages.getByRole("link", { name: "Calls" })).toHaveAttribute("aria-current", "page");

  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitemradio", { name: "User view" }).click();
  await expect(page.getByText("This page belongs to the expert view")).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Inventory" })).toBeVisible();
  await expect(page.getByText("rejected in the last 7 days")).toHaveCount(0);
});

test("plot and list show what was reported", async ({ openBrowser }) => {
  const page = await openBrowser(admin);
  await openCalls(page);
  await expect(plot(page)).toContainText("5,000 calls");
  expect(await shownSums(page)).toEqual(sumBy(sent));
  await expect(list(page).getByRole("heading")).toHaveText(/5,000$/);
  await expect(rows(page)).toHaveCount(50);
  await list(page).getByRole("button", { name: "Show more" }).click();
  await expect(rows(page)).toHaveCount(100);

  const onTrunk = sent.filter(({ level }) => level === "TRUNK");
  await choose(page, "SIP trunk");
  await expect(page).toHaveURL("/calls?level=trunk");
  await expect(list(page).getByRole("heading")).toHaveText(/3,333$/);
  await expect(plot(page)).toContainText("3,333 calls");
  expect(await shownSums(page)).toEqual(sumBy(onTrunk));
  // The limit of the trunk was the configured one: 12 for incoming calls, 20 for all.
  await expect(rows(page).first()).toContainText("Leipzig");
  await choose(page, "Outgoing");
  const outgoing = onTrunk.filter(({ incoming }) => !incoming);
  await expect(plot(page)).toContainText(`${outgoing.length} calls`);
  await expect(rows(page).first().getByRole("cell").last()).toHaveText(/20$/);

  await plot(page).getByText("As a table").click();
  const table = plot(page).getByRole("table");
  const sums = await table.locator("tbody td:last-child").allTextContents();
  expect(sums.reduce((sum, text) => sum + Number(text), 0)).toBe(outgoing.length);
});

test("an hour or a day narrows the list, in the address and by keyboard", async ({
  openBrowser,
}) => {
  const page = await openBrowser(admin);
  await openCalls(page);
  const sums = [...sumBy(sent)].sort(([one], [other]) => one.localeCompare(other));
  const [last, before] = [sums.at(-1), sums.at(-2)];

  await bars(page).last().focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/calls?time=${encodeURIComponent(before?.[0] ?? "")}`);
  await expect(list(page).getByRole("heading")).toHaveText(new RegExp(` ${before?.[1]}$`));
  await expect(rows(page)).toHaveCount(before?.[1] ?? 0);
  await page.keyboard.press("End");
  await expect(bars(page).last()).toBeFocused();
  await page.keyboard.press("Space");
  await expect(rows(page)).toHaveCount(last?.[1] ?? 0);
  await expect(bars(page).last()).toHaveAttribute("aria-pressed", "true");

  await page.goBack();
  await expect(rows(page)).toHaveCount(before?.[1] ?? 0);
  await list(page)
    .getByRole("button", { name: /^No longer only/ })
    .click();
  await expect(page).toHaveURL("/calls");
  await expect(list(page).getByRole("heading")).toHaveText(/5,000$/);

  const day = plot(page)
    .getByRole("button", { name: /^\w+ \d\d\/\d\d: / })
    .nth(2);
  const count = /: ([\d,]+) calls/.exec((await day.getAttribute("aria-label")) ?? "")?.[1];
  await day.click();
  await expect(page).toHaveURL(/\/calls\?time=\d{4}-\d{2}-\d{2}$/);
  await expect(list(page).getByRole("heading")).toHaveText(new RegExp(` ${count}$`));
});

test("viewers see masked numbers", async ({ openBrowser }) => {
  const page = await openBrowser(viewer);
  await openCalls(page);
  await choose(page, "Incoming");
  await expect(page).toHaveURL("/calls?direction=incoming");
  const cells = rows(page).first().getByRole("cell");
  await expect(cells.nth(3)).toContainText(/\+49\s69\s•+23/);
  await expect(cells.nth(3)).not.toContainText("90009");
  await expect(cells.nth(4)).toContainText(/\+49\s30\s23125/);
});
