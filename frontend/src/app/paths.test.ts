import { describe, expect, it } from "vitest";
import { paths, returnPath } from "./paths.ts";

describe("paths", () => {
  it("leave out what is not set", () => {
    expect(paths.inventory()).toBe("/");
    expect(paths.inventory({ number: "", site: "Bon" })).toBe("/?site=Bon");
    expect(paths.login()).toBe("/login");
    expect(paths.login("/")).toBe("/login");
  });

  it("keep ids whole, whatever characters they have", () => {
    const id = "T3JkZXI6MTI+/w==";
    const segment = (path: string, index: number) =>
      decodeURIComponent(path.split("/")[index] ?? "");
    expect(segment(paths.order(id), 2)).toBe(id);
    expect(segment(paths.holder(id), 2)).toBe(id);
    expect(segment(paths.holderNumbers(id), 2)).toBe(id);
    expect(segment(paths.holder(id), 2)).toBe(id);
  });
});

describe("where to go after signing in", () => {
  const goneTo = (wanted: string) => returnPath(new URLSearchParams({ return: wanted }));

  it("is the page that asked", () => {
    const login = new URL(paths.login("/?number=030&open=493023125"), "http://a");
    expect(returnPath(login.searchParams)).toBe("/?number=030&open=493023125");
  });

  it("is the inventory when nothing was asked for", () => {
    expect(returnPath(new URLSearchParams())).toBe("/");
    expect(goneTo("/login?return=/login")).toBe("/");
  });

  it.each([
    "https://evil.example/",
    "//evil.example/",
    "/.//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
  ])("never leaves this page: %s", (wanted) => {
    expect(goneTo(wanted)).toBe("/");
  });
});
