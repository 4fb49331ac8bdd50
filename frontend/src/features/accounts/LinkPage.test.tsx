import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession, offline } from "../../test/fakeSession.ts";
import { renderPage } from "../../test/renderPage.tsx";
import ForgotPasswordPage from "./ForgotPasswordPage.tsx";
import LinkPage from "./LinkPage.tsx";

const LINK = {
  purpose: "INVITATION",
  name: "Nele Neu",
  email: "nele@nordlicht.example",
  company: "Nordlicht Werke GmbH",
};

beforeAll(() => activateLanguage("en"));

describe("the link of an invitation", () => {
  it("greets by name, sets the password and signs in", async () => {
    const fake = fakeSession({
      accountLink: LINK,
      acceptInvitation: {
        __typename: "InvitationAccepted",
        viewer: { __typename: "Viewer", id: "1", language: "EN" },
      },
    });
    renderPage(fake.session, "/welcome#s3cret", <LinkPage purpose="INVITATION" />);
    expect(await screen.findByRole("heading", { name: "Welcome, Nele Neu" })).toBeTruthy();
    const password = screen.getByLabelText<HTMLInputElement>("Password");
    await userEvent.type(password, "three wobbly ladders");
    await userEvent.click(screen.getByRole("checkbox", { name: "Show the password" }));
    expect(password.type).toBe("text");
    await userEvent.click(screen.getByRole("button", { name: "Set password and sign in" }));
    await waitFor(() => expect(location.pathname + location.hash).toBe("/"));
    expect(fake.requests.map(({ name, variables }) => [name, variables.secret])).toEqual([
      ["AccountLink", "s3cret"],
      ["AcceptInvitation", "s3cret"],
    ]);
  });

  it("says at the field what is wrong with the password", async () => {
    const fake = fakeSession({
      accountLink: LINK,
      acceptInvitation: {
        __typename: "InvalidInput",
        code: "INVALID_INPUT",
        message: "Check the input.",
        fields: [{ field: "password", code: "PASSWORD_TOO_EASY", message: "Easily guessed." }],
      },
    });
    renderPage(fake.session, "/welcome#s3cret", <LinkPage purpose="INVITATION" />);
    await userEvent.type(await screen.findByLabelText("Password"), "password1234{Enter}");
    expect(await screen.findByText("Easily guessed.")).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it.each([
    ["used or expired", "/welcome#s3cret", null],
    ["of another kind", "/welcome#s3cret", { ...LINK, purpose: "PASSWORD_RESET" }],
    ["without a secret", "/welcome", null],
  ])("that is %s leads nowhere", async (_what, address, accountLink) => {
    const fake = fakeSession({ accountLink });
    renderPage(fake.session, address, <LinkPage purpose="INVITATION" />);
    expect(await screen.findByText("This link does not work any more")).toBeTruthy();
    expect(screen.queryByLabelText("Password")).toBeNull();
    expect(screen.getByRole("link", { name: "Back to sign-in" })).toBeTruthy();
  });

  it("can be asked about again after a failure", async () => {
    let accountLink: unknown = offline;
    const fake = fakeSession({
      accountLink: () => (accountLink === offline ? offline() : accountLink),
    });
    renderPage(fake.session, "/welcome#s3cret", <LinkPage purpose="INVITATION" />);
    const again = await screen.findByRole("button", { name: "Try again" });
    accountLink = LINK;
    await userEvent.click(again);
    expect(await screen.findByText("Welcome, Nele Neu")).toBeTruthy();
  });
});

describe("a forgotten password", () => {
  it("is replaced, and leads to the sign-in", async () => {
    const fake = fakeSession({
      accountLink: { ...LINK, purpose: "PASSWORD_RESET" },
      resetPassword: { __typename: "PasswordReset", email: LINK.email },
    });
    renderPage(fake.session, "/reset-password#s3cret", <LinkPage purpose="PASSWORD_RESET" />);
    await userEvent.type(await screen.findByLabelText("New password"), "three wobbly ladders");
    await userEvent.click(screen.getByRole("button", { name: "Set password" }));
    await waitFor(() => expect(location.pathname).toBe("/login"));
    expect(await screen.findByText("Sign in with the new one.")).toBeTruthy();
  });

  it("is asked for without telling whether there is such an account", async () => {
    const fake = fakeSession({
      requestPasswordReset: { __typename: "PasswordResetRequested", done: true },
    });
    renderPage(fake.session, "/forgot-password", <ForgotPasswordPage />);
    await userEvent.type(screen.getByLabelText("E-mail"), "nobody@nordlicht.example{Enter}");
    expect((await screen.findByRole("status")).textContent).toContain(
      "If there is an account for nobody@nordlicht.example",
    );
  });

  it("says how long to wait after too many attempts", async () => {
    const message = "There were too many attempts. Try again in 15 min.";
    const fake = fakeSession({
      requestPasswordReset: { __typename: "RuleRefused", code: "TOO_MANY_ATTEMPTS", message },
    });
    renderPage(fake.session, "/forgot-password", <ForgotPasswordPage />);
    await userEvent.type(screen.getByLabelText("E-mail"), "a@nordlicht.example{Enter}");
    expect((await screen.findByRole("alert")).textContent).toBe(message);
  });
});
