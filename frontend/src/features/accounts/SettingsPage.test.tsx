import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useQuery } from "urql";
import { beforeAll, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { renderPage } from "../../test/renderPage.tsx";
import { ViewerQuery } from "./documents.ts";
import SettingsPage from "./SettingsPage.tsx";
import { ViewerContext } from "./viewer.ts";

const MESSAGE = "Try again in a moment.";

/** As the layout does it. */
function Page() {
  const [{ data }] = useQuery({ query: ViewerQuery });
  if (!data?.viewer) return null;
  return (
    <ViewerContext value={data.viewer}>
      <SettingsPage />
    </ViewerContext>
  );
}

function world(more: Record<string, unknown> = {}) {
  const viewer = {
    __typename: "Viewer",
    id: "user-1",
    name: "Katrin Vogt",
    email: "katrin@nordlicht.example",
    role: "ADMINISTRATOR",
    language: "EN",
    orderReminders: false,
    viewMode: "USER",
    serve: { allowed: false, refusal: { message: "This is set by customer service." } },
    customer: { id: "customer-1", name: "Nordlicht Werke GmbH" },
    change: { allowed: true, refusal: null },
  };
  const here = {
    id: "session-1",
    browser: "Firefox, Linux",
    address: "192.0.2.7",
    createdAt: "2026-11-25T08:00:00Z",
    lastUsedAt: "2026-11-25T09:00:00Z",
    current: true,
  };
  const elsewhere = { ...here, id: "session-2", browser: null, address: null, current: false };
  let sessions = [here, elsewhere];
  const fake = fakeSession({
    viewer,
    sessions: () => ({
      nodes: sessions,
      pageInfo: { hasNextPage: false, hasPreviousPage: false },
      edges: [],
      totalCount: sessions.length,
    }),
    endSession: ({ input }: { input: { sessionId: string } }) => {
      sessions = sessions.filter(({ id }) => id !== input.sessionId);
      return { __typename: "SessionEnded", sessionId: input.sessionId };
    },
    endOtherSessions: () => {
      sessions = [here];
      return { __typename: "OtherSessionsEnded", count: 1 };
    },
    apiTokens: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } },
    updateViewer: ({ input }: { input: Partial<typeof viewer> }) => {
      viewer.language = input.language ?? viewer.language;
      viewer.orderReminders = input.orderReminders ?? viewer.orderReminders;
      return { __typename: "ViewerUpdated", viewer };
    },
    ...more,
  });
  renderPage(fake.session, "/settings", <Page />);
  return fake;
}

const reminders = () =>
  screen.findByRole<HTMLInputElement>("switch", {
    name: "Remind me by e-mail the day before a planned order",
  });

beforeAll(() => activateLanguage("en"));

describe("the settings", () => {
  it("switch the reminders on and off, and nothing else", async () => {
    const fake = world();
    expect((await reminders()).checked).toBe(false);
    await userEvent.click(await reminders());
    await waitFor(() => expect(fake.count("UpdateViewer")).toBe(1));
    await waitFor(async () => expect((await reminders()).checked).toBe(true));
    await userEvent.click(await reminders());
    await waitFor(async () => expect((await reminders()).checked).toBe(false));
    const sent = fake.requests.filter(({ name }) => name === "UpdateViewer");
    expect(sent.map(({ variables }) => variables)).toEqual([
      { orderReminders: true },
      { orderReminders: false },
    ]);
  });

  it("say why a choice was not kept, and show what holds", async () => {
    world({ updateViewer: { __typename: "RuleRefused", code: "TRY_AGAIN", message: MESSAGE } });
    await userEvent.click(await reminders());
    expect((await screen.findByRole("alert")).textContent).toBe(MESSAGE);
    expect((await reminders()).checked).toBe(false);
  });

  it("list the sessions, and end one elsewhere", async () => {
    const fake = world();
    expect(await screen.findByText("Firefox, Linux")).toBeTruthy();
    const end = screen.getAllByRole("button", { name: /^Sign out: / });
    expect(end).toHaveLength(1);
    await userEvent.click(end[0] as HTMLElement);
    await waitFor(() => expect(screen.queryByText("Unknown browser")).toBeNull());
    const [sent] = fake.requests.filter(({ name }) => name === "EndSession");
    expect(sent?.variables).toEqual({ sessionId: "session-2" });
    expect(screen.queryByRole("button", { name: "Sign out everywhere else" })).toBeNull();
  });

  it("end all sessions elsewhere", async () => {
    world();
    await userEvent.click(await screen.findByRole("button", { name: "Sign out everywhere else" }));
    await waitFor(() => expect(screen.queryByText("Unknown browser")).toBeNull());
  });

  it("say at its field what is wrong with a password, and empty the fields when it is kept", async () => {
    let answer: unknown = {
      __typename: "InvalidInput",
      code: "INVALID_INPUT",
      message: "Check the input.",
      fields: [{ field: "current", code: "PASSWORD_WRONG", message: "This is not the password." }],
    };
    world({ changePassword: () => answer });
    const current = await screen.findByLabelText<HTMLInputElement>("Present password");
    await userEvent.type(current, "wrong");
    const fresh = screen.getByLabelText<HTMLInputElement>("New password");
    await userEvent.type(fresh, "three wobbly ladders{Enter}");
    expect(await screen.findByText("This is not the password.")).toBeTruthy();
    expect(document.activeElement).toBe(current);
    expect(screen.queryByRole("alert")).toBeNull();
    answer = { __typename: "PasswordChanged", done: true };
    await userEvent.click(screen.getByRole("button", { name: "Change password" }));
    expect(await screen.findByText("Your password is changed.")).toBeTruthy();
    expect([current.value, fresh.value]).toEqual(["", ""]);
  });

  it("change the language", async () => {
    const fake = world();
    await userEvent.click(await screen.findByRole("radio", { name: "Deutsch" }));
    expect(await screen.findByRole("heading", { name: "Einstellungen" })).toBeTruthy();
    const [sent] = fake.requests.filter(({ name }) => name === "UpdateViewer");
    expect(sent?.variables).toEqual({ language: "DE" });
    await activateLanguage("en");
  });
});
