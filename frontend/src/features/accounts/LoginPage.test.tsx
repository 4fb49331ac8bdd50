import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, describe, expect, it } from "vitest";
import { chooseCustomer, chosenCustomer } from "../../graphql/customer.ts";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession, offline } from "../../test/fakeSession.ts";
import { renderPage } from "../../test/renderPage.tsx";
import LoginPage from "./LoginPage.tsx";

beforeAll(() => activateLanguage("en"));

const PASSWORD = { password: true, oidc: null };
const PROVIDER = { name: "Nordlicht ID", url: "/oidc/login" };

async function signIn(login: unknown, address = "/login") {
  const fake = fakeSession({ login: () => login, signInOptions: PASSWORD });
  renderPage(fake.session, address, <LoginPage />);
  await userEvent.type(await screen.findByLabelText("E-mail"), "a@beispiel.example");
  await userEvent.type(screen.getByLabelText("Password"), "secret{Enter}");
  return fake;
}

describe("signing in", () => {
  it("leads to the page that was asked for, in the person's language", async () => {
    const viewer = {
      __typename: "Viewer",
      id: "1",
      language: "DE",
      serve: { allowed: false },
    };
    chooseCustomer("of somebody before");
    const fake = await signIn(
      { __typename: "LoggedIn", viewer },
      "/login?return=%2F%3Fnumber%3D030",
    );
    await waitFor(() => expect(location.pathname + location.search).toBe("/?number=030"));
    expect(document.documentElement.lang).toBe("de");
    expect(chosenCustomer()).toBeNull();
    expect(fake.requests.find(({ name }) => name === "Login")?.variables).toEqual({
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

describe("the ways to sign in", () => {
  function show(signInOptions: unknown, address = "/login") {
    const fake = fakeSession({ signInOptions });
    renderPage(fake.session, address, <LoginPage />);
  }
  const toProvider = () => screen.findByRole("link", { name: "Sign in with Nordlicht ID" });

  it("are a password alone where there is no provider", async () => {
    show(PASSWORD, "/login?problem=DENIED");
    expect(await screen.findByLabelText("Password")).toBeTruthy();
    expect(screen.getAllByRole("link").map(({ textContent }) => textContent)).toEqual([
      "Forgot your password?",
    ]);
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("are both, and the provider is told where to come back to", async () => {
    show({ password: true, oidc: PROVIDER }, "/login?return=%2Forders%3Fa%3Db");
    expect((await toProvider()).getAttribute("href")).toBe("/oidc/login?return=%2Forders%3Fa%3Db");
    expect(screen.getByLabelText("Password")).toBeTruthy();
  });

  it("are the provider alone, without a word of passwords", async () => {
    show({ password: false, oidc: PROVIDER });
    expect((await toProvider()).getAttribute("href")).toBe("/oidc/login?return=%2F");
    expect(screen.queryByLabelText("E-mail")).toBeNull();
    expect(screen.queryByLabelText("Password")).toBeNull();
    expect(screen.queryByText("or")).toBeNull();
  });

  it("are a password where the server does not say", async () => {
    show(offline);
    expect(await screen.findByLabelText("Password")).toBeTruthy();
  });

  it.each([
    ["DENIED", "The sign-in with Nordlicht ID was cancelled or refused."],
    ["NO_ACCOUNT", /Your Nordlicht ID account has no active access here/],
    ["UNAVAILABLE", /^Nordlicht ID cannot be reached/],
  ])("say why the provider led back: %s", async (code, sentence) => {
    show({ password: true, oidc: PROVIDER }, `/login?problem=${code}`);
    expect((await screen.findByRole("alert")).textContent).toMatch(sentence);
  });

  it.each(["", "NO", "toString", "__proto__"])(
    "say nothing that a link made up: %s",
    async (code) => {
      show({ password: true, oidc: PROVIDER }, `/login?problem=${code}`);
      await toProvider();
      expect(screen.queryByRole("alert")).toBeNull();
    },
  );

  it("tell one problem at a time", async () => {
    const message = "E-mail or password is wrong.";
    const fake = fakeSession({
      signInOptions: { password: true, oidc: PROVIDER },
      login: () => ({ __typename: "RuleRefused", code: "LOGIN_FAILED", message }),
    });
    renderPage(fake.session, "/login?problem=DENIED", <LoginPage />);
    await userEvent.type(await screen.findByLabelText("E-mail"), "a@beispiel.example");
    await userEvent.type(screen.getByLabelText("Password"), "secret{Enter}");
    expect(await screen.findByText(message)).toBeTruthy();
    expect(screen.getAllByRole("alert")).toHaveLength(1);
  });
});
