import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { RouterProvider } from "react-aria-components";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { BrowserRouter, useHref, useNavigate } from "react-router";
import { vi } from "vitest";
import type { GraphQLSession } from "../graphql/client.ts";
import { SessionProvider } from "../graphql/session.tsx";
import { Toasts } from "../ui/Toasts.tsx";

function Links({ children }: { children: ReactNode }) {
  return (
    <RouterProvider navigate={useNavigate()} useHref={useHref}>
      {children}
    </RouterProvider>
  );
}

/** A page or part of one as the app shows it, at this address. Activate a language first. */
export function renderPage(session: GraphQLSession, address: string, page: ReactNode) {
  history.replaceState(null, "", address);
  // jsdom has no layout; the tree renders only rows that have room.
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1200);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(2000);
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: query.includes("min-width"),
    addEventListener: () => {},
    removeEventListener: () => {},
  }));
  return render(
    <I18nProvider locale="en-GB">
      <BrowserRouter>
        <Links>
          <SessionProvider create={() => session}>
            {page}
            <Toasts label="Messages" closeLabel="Close" />
          </SessionProvider>
        </Links>
      </BrowserRouter>
    </I18nProvider>,
  );
}
