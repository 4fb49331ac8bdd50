import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { beforeAll, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession, offline } from "../../test/fakeSession.ts";
import { renderPage } from "../../test/renderPage.tsx";
import type { Viewer } from "../accounts/documents.ts";
import { ViewerContext } from "../accounts/viewer.ts";
import AuditLogPage from "./AuditLogPage.tsx";

const VIEWER = {
  id: "user-1",
  role: "ADMINISTRATOR",
  customer: { id: "customer-1", name: "Nordlicht" },
  change: { allowed: true, refusal: null },
} as unknown as Viewer;

function entry(id: string, more: Record<string, unknown> = {}) {
  return {
    id,
    at: "2026-11-23T10:00:09Z",
    action: "TRUNK_UPDATED",
    actor: "Anna",
    actorRole: "ADMINISTRATOR",
    address: "192.0.2.7",
    via: null,
    subjectId: "trunk-1",
    subjectName: `Trunk ${id}`,
    subject: { __typename: "SipTrunk", id: "trunk-1" },
    order: null,
    changes: [{ field: "name", before: "a", after: "b" }],
    ...more,
  };
}

function connection(nodes: unknown[], endCursor: string | null = null) {
  const pageInfo = { hasNextPage: endCursor !== null, hasPreviousPage: false, endCursor };
  return { nodes, pageInfo };
}

function open(auditLog: unknown, address = "/audit-log", viewer: Viewer = VIEWER) {
  const fake = fakeSession({
    auditLog,
    auditActors: [
      { id: "user-1", name: "Anna", role: "ADMINISTRATOR" },
      { id: "user-2", name: "Sven", role: "SERVICE" },
    ],
  });
  renderPage(
    fake.session,
    address,
    <ViewerContext value={viewer}>
      <Routes>
        <Route path="/audit-log" element={<AuditLogPage />} />
      </Routes>
    </ViewerContext>,
  );
  return fake;
}

const row = async (name: RegExp) => within(await screen.findByRole("row", { name }));
const lastVariables = (fake: ReturnType<typeof open>) =>
  fake.requests.filter(({ name }) => name === "AuditLogPage").at(-1)?.variables;

beforeAll(() => activateLanguage("en"));

describe("the audit log", () => {
  it("says who did what, by which means and from where", async () => {
    open(
      connection([
        entry("1"),
        entry("2", {
          action: "RANGE_SPLIT",
          actorRole: "SERVICE",
          actor: "Sven",
          address: null,
          via: "A-000007",
          order: { __typename: "Order", id: "order-7", reference: "A-000007", refusal: null },
          subject: null,
        }),
        entry("3", { action: "CLOUD_PBX_CREATED", actorRole: null, via: "command line" }),
        entry("4", { via: "script" }),
        entry("5", {
          action: "ORDER_FAILED",
          order: {
            __typename: "Order",
            id: "order-8",
            reference: "A-000008",
            refusal: { __typename: "RuleRefused", message: "The partner cannot." },
          },
          changes: [{ field: "refusal", before: null, after: "PARTNER_TAKES_NO_SPLIT_RANGES" }],
        }),
      ]),
    );
    const first = await row(/Trunk 1/);
    expect(first.getByText("SIP trunk edited")).toBeTruthy();
    expect(first.getByText("Name: a → b")).toBeTruthy();
    expect(first.getByText("192.0.2.7")).toBeTruthy();
    expect(first.getByRole("button", { name: /^K ?: Customer/ })).toBeTruthy();
    expect(first.getByRole("link", { name: "Trunk 1" }).getAttribute("href")).toBe(
      "/holders/trunk-1",
    );
    const executed = await row(/Trunk 2/);
    expect(executed.getByRole("button", { name: /^T ?: Service staff/ })).toBeTruthy();
    expect(executed.queryByRole("link", { name: "Trunk 2" })).toBeNull();
    expect(executed.getByRole("link", { name: "Execution of A-000007" })).toBeTruthy();
    const operator = await row(/Trunk 3/);
    expect(operator.getByText("Operator")).toBeTruthy();
    expect(operator.getByText("Command line")).toBeTruthy();
    expect((await row(/Trunk 4/)).getByText("API token “script”")).toBeTruthy();
    expect((await row(/Trunk 5/)).getByText("Reason: The partner cannot.")).toBeTruthy();
  });

  it("shows the values of something new, and not that there were none before", async () => {
    open(
      connection([
        entry("1", {
          action: "TRUNK_ORDERED",
          changes: [
            { field: "name", before: null, after: "Neubau" },
            { field: "executionDate", before: null, after: "2026-12-01" },
          ],
        }),
        entry("2", { changes: [{ field: "contact.phone", before: null, after: "030 23125-1" }] }),
      ]),
    );
    expect(await screen.findByText("Name: Neubau")).toBeTruthy();
    expect(screen.getByText("Execution date: 01/12/2026")).toBeTruthy();
    expect(screen.getByText("Phone: none → 030 23125-1")).toBeTruthy();
  });

  it("is filtered by what stands in the address, and the file is, too", async () => {
    const fake = open(connection([entry("1")]), "/audit-log?search=Hamm&from=2026-11-01");
    await row(/Trunk 1/);
    expect(lastVariables(fake)).toMatchObject({ search: "Hamm", from: "2026-11-01" });

    await userEvent.click(screen.getByRole("button", { name: /What/ }));
    await userEvent.click(await screen.findByRole("option", { name: "Password looked at" }));
    await userEvent.click(screen.getByRole("option", { name: "Order cancelled" }));
    await userEvent.keyboard("{Escape}");
    await waitFor(() =>
      expect(new URLSearchParams(location.search).get("what")).toBe(
        "ORDER_CANCELLED,PASSWORD_SHOWN",
      ),
    );
    await userEvent.click(screen.getByRole("button", { name: /Who/ }));
    await userEvent.click(await screen.findByRole("option", { name: "Sven" }));
    await userEvent.keyboard("{Escape}");
    await userEvent.click(
      await screen.findByRole("link", { name: /show only entries about Trunk 1/ }),
    );
    expect(await screen.findByText("Only entries about Trunk 1")).toBeTruthy();
    await waitFor(() =>
      expect(lastVariables(fake)).toMatchObject({
        subjectId: "trunk-1",
        userId: "user-2",
        actions: ["ORDER_CANCELLED", "PASSWORD_SHOWN"],
      }),
    );
    const file = screen.getByRole("link", { name: "Export as CSV" });
    expect(file.getAttribute("href")).toBe(
      "/audit-log.csv?customer=customer-1&subjectId=trunk-1&userId=user-2&from=2026-11-01" +
        "&search=Hamm&action=ORDER_CANCELLED&action=PASSWORD_SHOWN",
    );
    expect(file.hasAttribute("download")).toBe(true);

    await userEvent.click(screen.getByRole("button", { name: "Show entries about everything" }));
    await waitFor(() => expect(lastVariables(fake)).toMatchObject({ subjectId: null }));
  });

  it("is read on, and again when asked", async () => {
    const newest = [entry("2")];
    const fake = open(({ after }: { after: string | null }) =>
      after ? connection([entry("1")]) : connection(newest, "cursor"),
    );
    await row(/Trunk 2/);
    await userEvent.click(screen.getByRole("button", { name: "Show more" }));
    await row(/Trunk 1/);
    newest.unshift(entry("3"));
    await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
    await row(/Trunk 3/);
    expect(fake.count("AuditLogPage")).toBeGreaterThan(2);
  });

  it("says that nothing matches, and takes the filters back", async () => {
    open(
      ({ search }: { search: string | null }) => connection(search ? [] : [entry("1")]),
      "/audit-log?search=x",
    );
    expect(await screen.findByText("No entry matches the filters")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Remove all filters" }));
    await row(/Trunk 1/);
    expect(location.search).toBe("");
  });

  it("says that it could not be loaded, and tries again", async () => {
    let broken = true;
    open(() => (broken ? offline() : connection([entry("1")])));
    expect(await screen.findByText("The audit log could not be loaded")).toBeTruthy();
    broken = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await row(/Trunk 1/);
  });

  it("tells viewers why there is nothing for them", async () => {
    const fake = open(connection([]), "/audit-log", {
      ...VIEWER,
      change: { allowed: false, refusal: { message: "Only administrators." } },
    } as unknown as Viewer);
    expect(await screen.findByText("Only administrators.")).toBeTruthy();
    expect(fake.count("AuditLogPage")).toBe(0);
  });
});
