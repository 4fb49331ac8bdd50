import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// jsdom lacks it; react-aria asks for it when something in a table has the focus.
vi.stubGlobal("CSS", { escape: (text: string) => text.replaceAll(/[^\w-]/g, "\\$&") });

afterEach(() => {
  cleanup();
  localStorage.clear();
});
