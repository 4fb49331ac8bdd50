import { CombinedError } from "@urql/core";
import { describe, expect, it } from "vitest";
import { readProblem } from "./problems.ts";

function graphqlError(extensions: Record<string, unknown>, message = "masked") {
  return new CombinedError({
    graphQLErrors: [{ message, extensions }],
    response: { status: 200 },
  });
}

describe("an error that nobody expected", () => {
  it("sends to the login page when nobody is signed in", () => {
    expect(readProblem(graphqlError({ code: "NOT_AUTHENTICATED" }))).toEqual({
      kind: "unauthenticated",
    });
    const refused = new CombinedError({
      networkError: new Error("Unauthorized"),
      response: { status: 401 },
    });
    expect(readProblem(refused)).toEqual({ kind: "unauthenticated" });
  });

  it("tells of a customer for whom the person cannot work", () => {
    expect(readProblem(graphqlError({ code: "CUSTOMER_NOT_AVAILABLE" }, "No such one."))).toEqual({
      kind: "customer",
      message: "No such one.",
    });
  });

  it("is shown with the id under which the server logged it", () => {
    expect(readProblem(graphqlError({ errorId: "E-7Q2M" }))).toEqual({
      kind: "failure",
      errorId: "E-7Q2M",
      message: "masked",
    });
  });

  it("is a matter of the network when no answer came, or a proxy answered for the server", () => {
    const offline = new CombinedError({ networkError: new TypeError("Failed to fetch") });
    expect(readProblem(offline)).toEqual({ kind: "network" });
    const proxy = new CombinedError({
      networkError: new Error("Bad Gateway"),
      response: { status: 502 },
    });
    expect(readProblem(proxy)).toEqual({ kind: "network" });
  });
});
