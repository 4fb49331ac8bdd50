import { screen } from "@testing-library/react";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { activateLanguage } from "../i18n/i18n.ts";
import { fakeSession } from "../test/fakeSession.ts";
import { renderPage } from "../test/renderPage.tsx";
import { paths } from "./paths.ts";
import { tellProblem } from "./problems.ts";

beforeAll(() => activateLanguage("en"));

function place(pathname: string, search = "") {
  return { location: { pathname, search }, navigate: vi.fn() };
}

describe("an error that no form or dialog asked for", () => {
  it("leads to the login page and back, when nobody is signed in", () => {
    const here = place("/", "?number=030");
    tellProblem({ kind: "unauthenticated" }, here);
    expect(here.navigate).toHaveBeenCalledWith(paths.login("/?number=030"), { replace: true });
  });

  it("leaves the login page alone", () => {
    const here = place(paths.login());
    tellProblem({ kind: "unauthenticated" }, here);
    expect(here.navigate).not.toHaveBeenCalled();
  });

  it("says that the chosen customer is none, and leads away from what was theirs", async () => {
    renderPage(fakeSession({}).session, "/orders/7", null);
    const here = place("/orders/7");
    tellProblem({ kind: "customer", message: "There is no such customer." }, here);
    expect(here.navigate).toHaveBeenCalledWith(paths.inventory(), { replace: true });
    expect(await screen.findByText("There is no such customer.")).toBeTruthy();
  });

  it("is shown with its id, and a second one in its place", async () => {
    renderPage(fakeSession({}).session, "/", null);
    tellProblem({ kind: "failure", errorId: "E-7Q2M", message: "masked" }, place("/"));
    expect(await screen.findByText(/E-7Q2M/)).toBeTruthy();
    tellProblem({ kind: "failure", errorId: "E-9XYZ", message: "masked" }, place("/"));
    expect(await screen.findByText(/E-9XYZ/)).toBeTruthy();
    expect(screen.queryByText(/E-7Q2M/)).toBeNull();
  });
});
