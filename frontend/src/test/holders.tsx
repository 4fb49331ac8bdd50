// Holders as the API gives them and the page that shows one, for its tests.
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Link } from "react-aria-components/Link";
import { Route, Routes } from "react-router";
import type { Viewer } from "../features/accounts/documents.ts";
import { ViewerContext } from "../features/accounts/viewer.ts";
import HolderPage from "../features/holders/HolderPage.tsx";
import { fakeSession } from "./fakeSession.ts";
import { connection, range } from "./numbers.ts";
import { renderPage } from "./renderPage.tsx";

export const ALLOWED = { allowed: true, refusal: null };
export const PASSWORD = "kQ7vXn2RtYp4WmHs9bZc3LdF";

const administrator = { id: "user-1", change: ALLOWED } as unknown as Viewer;

export const credentials = {
  userName: "trunk7f3a",
  authenticationName: "trunk7f3a@dialtree",
  realm: "dialtree",
  registrar: "sip.demo.example",
  primaryProxy: "p1.demo.example",
  secondaryProxy: null,
  transport: "TLS",
  passwordSetAt: "2026-11-23T10:00:00Z",
};

/** What every kind of holder has. */
export const holderParts = {
  contact: { name: "Jörn Petersen", phone: "040 66969-100", email: "joern@demo.example" },
  elementCount: 1,
  numberCount: 100,
  takesExecutionDate: true,
  changeNumbers: ALLOWED,
  meters: null,
  openOrders: [],
  numbers: () => connection([range("1", 2, { state: "ASSIGNED" })]),
};

export const trunk = (more: Record<string, unknown> = {}) => ({
  ...holderParts,
  __typename: "SipTrunk",
  id: "trunk-1",
  name: "Hamburg",
  kind: "SIP_TRUNK",
  meters: { elements: { used: 1, limit: 60 }, blocks: [] },
  status: "ACTIVE",
  profile: "STANDARD",
  callLimits: { total: 20, incoming: null, outgoing: 10 },
  creation: null,
  credentials,
  showCredentials: ALLOWED,
  update: ALLOWED,
  delete: ALLOWED,
  ...more,
});

export const cloudPbx = (more: Record<string, unknown> = {}) => ({
  ...holderParts,
  __typename: "CloudPbx",
  id: "cloud-1",
  name: "Cloud PBX Köln",
  kind: "CLOUD_PBX",
  takesExecutionDate: false,
  supportEmail: "support@demo.example",
  configurationUrl: "https://pbx.demo.example/",
  update: ALLOWED,
  delete: ALLOWED,
  ...more,
});

export const entry = (id: string, action: string, changes: unknown[] = []) => ({
  __typename: "AuditEntry",
  id,
  at: "2026-11-24T10:00:00Z",
  action,
  actor: "Katrin Vogt",
  actorRole: "ADMINISTRATOR",
  via: null,
  order: null,
  changes,
});

/** Answers with this holder and nothing else. */
export function world(holder: { id: string } | null, more: Record<string, unknown> = {}) {
  return fakeSession({
    node: ({ id }: { id: string }) => (holder?.id === id ? holder : null),
    auditLog: connection([]),
    revealSipPassword: { __typename: "SipPasswordRevealed", password: PASSWORD },
    ...more,
  });
}

/** The page of a holder in a small app around it. */
export async function open(
  fake: ReturnType<typeof fakeSession>,
  { id = "trunk-1", query = "", as = administrator } = {},
) {
  renderPage(
    fake.session,
    `/holders/${id}${query}`,
    <ViewerContext value={as}>
      <Routes>
        <Route path="/holders/:id" element={<HolderPage />} />
        <Route path="*" element={<p>elsewhere</p>} />
      </Routes>
      <Link href="/orders">To the orders</Link>
      <Link href="/holders/trunk-1">To the trunk</Link>
    </ViewerContext>,
  );
  // By text: behind a dialog that came with the address the page counts as hidden.
  await screen.findByText(/^(Contact and properties|There is no such SIP trunk)/);
}

export const press = (name: string, where: HTMLElement = document.body) =>
  userEvent.click(within(where).getByRole("button", { name }));
export const card = (name: string) => screen.getByRole("region", { name });
export const dialog = (name: string, role = "dialog") => screen.findByRole(role, { name });
export const sent = (fake: ReturnType<typeof fakeSession>, mutation: string) =>
  fake.requests
    .filter(({ name }) => name === mutation)
    .map(({ variables }) => variables.input as Record<string, unknown>);
