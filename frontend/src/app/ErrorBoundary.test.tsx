import { render, screen } from "@testing-library/react";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { activateLanguage } from "../i18n/i18n.ts";
import { ErrorBoundary } from "./ErrorBoundary.tsx";

beforeAll(() => activateLanguage("en"));

function Broken(): never {
  throw new Error("broken");
}

describe("a page that breaks", () => {
  it("says so, and another page gets another chance", () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { rerender } = render(
      <ErrorBoundary place="/">
        <Broken />
      </ErrorBoundary>,
    );
    expect(screen.getByText("This page cannot be shown")).toBeTruthy();
    rerender(
      <ErrorBoundary place="/orders">
        <p>orders</p>
      </ErrorBoundary>,
    );
    expect(screen.getByText("orders")).toBeTruthy();
  });
});
