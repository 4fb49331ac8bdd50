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
    customer: { id: "customer-1", name: "Nordlicht Werke GmbH" },
    change: { allowed: true, refusal: null },
  };
  const fake = fakeSession({
    viewer,
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

  it("change the language", async () => {
    const fake = world();
    await userEvent.click(await screen.findByRole("radio", { name: "Deutsch" }));
    expect(await screen.findByRole("heading", { name: "Einstellungen" })).toBeTruthy();
    const [sent] = fake.requests.filter(({ name }) => name === "UpdateViewer");
    expect(sent?.variables).toEqual({ language: "DE" });
    await activateLanguage("en");
  });
});
