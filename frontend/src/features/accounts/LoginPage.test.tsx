import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession } from "../../test/fakeSession.ts";
import { renderPage } from "../../test/renderPage.tsx";
import LoginPage from "./LoginPage.tsx";

beforeAll(() => activateLanguage("en"));

async function signIn(login: unknown, address = "/login") {
  const fake = fakeSession({ login: () => login });
  renderPage(fake.session, address, <LoginPage />);
  await userEvent.type(screen.getByLabelText("E-mail"), "a@beispiel.example");
  await userEvent.type(screen.getByLabelText("Password"), "secret{Enter}");
  return fake;
}

describe("signing in", () => {
  it("leads to the page that was asked for, in the person's language", async () => {
    const viewer = {
      __typename: "Viewer",
      id: "1",
      language: "DE",
    };
    const fake = await signIn(
      { __typename: "LoggedIn", viewer },
      "/login?return=%2F%3Fnumber%3D030",
    );
    await waitFor(() => expect(location.pathname + location.search).toBe("/?number=030"));
    expect(document.documentElement.lang).toBe("de");
    expect(fake.requests[0]?.variables).toEqual({
      email: "a@beispiel.example",
      password: "secret",
    });
    await activateLanguage("en");
  });

  it("says once that e-mail or password is wrong", async () => {
    const message = "E-mail or password is wrong.";
    await signIn({ __typename: "RuleRefused", code: "LOGIN_FAILED", message });
    expect((await screen.findByRole("alert")).textContent).toBe(message);
    expect(screen.getAllByText(message)).toHaveLength(1);
  });

  it("shows at the field what is wrong with it", async () => {
    await signIn({
      __typename: "InvalidInput",
      code: "INVALID_INPUT",
      message: "Check the input.",
      fields: [{ field: "email", code: "INVALID_INPUT", message: "This is no e-mail address." }],
    });
    expect(await screen.findByText("This is no e-mail address.")).toBeTruthy();
    expect(screen.getByLabelText("E-mail").getAttribute("aria-invalid")).toBe("true");
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
