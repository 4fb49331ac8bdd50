import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useQuery } from "urql";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { renderPage } from "../../test/renderPage.tsx";
import { ViewerQuery } from "../accounts/documents.ts";
import { ViewerContext } from "../accounts/viewer.ts";
import CallsPage from "./CallsPage.tsx";

const TRUNK = { __typename: "SipTrunk", id: "T1", name: "Berlin" };

const call = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  callId: `${id}@switch.example`,
  level: "TRUNK",
  direction: "INCOMING",
  at: "2026-11-25T09:12:13Z",
  limit: 20,
  from: { number: "+496990009123", display: "+49 69 90009123", masked: false },
  to: { number: "+493023125100", display: "+49 30 23125-100", masked: false },
  siteContract: null,
  sipTrunk: TRUNK,
  ...more,
});

const limits = { total: 20, incoming: null, outgoing: null };
const place = (level: string, more: Record<string, unknown> = {}) => ({
  level,
  limits,
  rejectedCallCount: 3,
  siteContract: null,
  sipTrunk: null,
  ...more,
});

function world(more: Record<string, unknown> = {}) {
  const viewer = {
    id: "U1",
    name: "Ada",
    email: "ada@demo.example",
    role: "VIEWER",
    language: "EN",
    orderReminders: true,
    viewMode: "EXPERT",
    customer: { id: "C1", name: "Nordlicht" },
    serve: { allowed: false, refusal: null },
    change: { allowed: false, refusal: null },
  };
  const calls = [call("c1"), call("c2", { from: null }), call("c3", { direction: "OUTGOING" })];
  const answers = {
    viewer: () => viewer,
    updateViewer: ({ input }: { input: { viewMode: string } }) => {
      viewer.viewMode = input.viewMode;
      return { __typename: "ViewerUpdated", viewer };
    },
    rejectedCallLevels: () => [place("CUSTOMER"), place("TRUNK", { sipTrunk: TRUNK })],
    rejectedCallHours: () => ({
      since: "2026-11-18T10:00:00Z",
      until: "2026-11-25T10:00:00Z",
      total: calls.length,
      hours: [
        { hour: "2026-11-25T09:00:00Z", level: "TRUNK", count: 2 },
        { hour: "2026-11-24T09:00:00Z", level: "TRUNK", count: 1 },
      ],
    }),
    rejectedCalls: ({ direction }: { direction?: string }) => {
      const nodes = calls.filter((each) => !direction || each.direction === direction);
      const pageInfo = { hasNextPage: false, hasPreviousPage: false, endCursor: null };
      return { nodes, pageInfo, totalCount: nodes.length };
    },
    ...more,
  };
  return { fake: fakeSession(answers), viewer };
}

/** As the layout: below it the viewer is known. */
function Page() {
  const [{ data }] = useQuery({ query: ViewerQuery });
  if (!data?.viewer) return null;
  return (
    <ViewerContext value={data.viewer}>
      <CallsPage />
    </ViewerContext>
  );
}

beforeAll(() => activateLanguage("en"));
afterEach(() => vi.useRealTimers());

describe("the page of rejected calls", () => {
  it("is for the expert view, which can be switched to there", async () => {
    const { fake, viewer } = world();
    viewer.viewMode = "USER";
    renderPage(fake.session, "/calls", <Page />);
    await userEvent.click(await screen.findByRole("button", { name: "Switch to the expert view" }));
    expect(await screen.findByText("withheld")).toBeTruthy();
    expect(viewer.viewMode).toBe("EXPERT");
    expect(screen.queryByText("This page belongs to the expert view")).toBeNull();
  });

  it("lists only levels that have a limit", async () => {
    renderPage(world().fake.session, "/calls", <Page />);
    const levels = await screen.findByRole("radiogroup", { name: "Level" });
    const names = within(levels).getAllByRole("radio");
    expect(names.map((radio) => radio.closest("label")?.textContent)).toEqual([
      "All levels",
      "Customer",
      "SIP trunk",
    ]);
  });

  it("shows withheld callers as such, and asks the API for what the address says", async () => {
    const { fake } = world();
    renderPage(fake.session, "/calls?level=trunk&place=T1&time=2026-11-25T09:00Z", <Page />);
    expect(await screen.findByText("withheld")).toBeTruthy();
    const asked = fake.requests.findLast(({ name }) => name === "RejectedCalls");
    expect(asked?.variables).toMatchObject({
      level: "TRUNK",
      sipTrunkId: "T1",
      from: "2026-11-25T09:00:00.000Z",
      until: "2026-11-25T10:00:00.000Z",
    });
    const bar = screen.getByRole("button", { name: "Wed 25/11, 10:00–11:00: 2 calls" });
    expect(bar.getAttribute("aria-pressed")).toBe("true");
    await userEvent.click(bar);
    expect(location.search).toBe("?level=trunk&place=T1");
  });

  it("is gone through by arrow keys, one stop for Tab", async () => {
    renderPage(world().fake.session, "/calls", <Page />);
    const bars = await screen.findAllByRole("button", { name: /:00–/ });
    expect(bars.map(({ tabIndex }) => tabIndex)).toEqual([-1, 0]);
    bars[1]?.focus();
    await userEvent.keyboard("{ArrowLeft}");
    expect(document.activeElement).toBe(bars[0]);
    expect(bars.map(({ tabIndex }) => tabIndex)).toEqual([0, -1]);
    await userEvent.keyboard("{ArrowLeft}{End}");
    expect(document.activeElement).toBe(bars[1]);
    await userEvent.keyboard("{Enter}");
    expect(location.search).toBe("?time=2026-11-25T09%3A00Z");
  });

  it("says what it means when nothing was rejected, or nothing can be", async () => {
    const none = { since: "2026-11-18T10:00:00Z", until: "2026-11-25T10:00:00Z", total: 0 };
    const rejectedCallHours = () => ({ ...none, hours: [] });
    const { unmount } = renderPage(world({ rejectedCallHours }).fake.session, "/calls", <Page />);
    expect(await screen.findByText("No call was rejected in the last 7 days")).toBeTruthy();
    unmount();
    const noLimits = world({ rejectedCallHours, rejectedCallLevels: () => [] });
    renderPage(noLimits.fake.session, "/calls", <Page />);
    expect(await screen.findByText("No concurrent calls are limited")).toBeTruthy();
  });

  it("asks again every minute while it is looked at", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { fake } = world();
    renderPage(fake.session, "/calls", <Page />);
    await screen.findByText("withheld");
    const before = fake.count("RejectedCalls");
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    vi.advanceTimersByTime(60_000);
    expect(fake.count("RejectedCalls")).toBe(before);
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("visible");
    vi.advanceTimersByTime(60_000);
    await waitFor(() => expect(fake.count("RejectedCalls")).toBe(before + 1));
  });
});
