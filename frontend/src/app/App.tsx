import { Suspense, useCallback, useEffect, useRef } from "react";
import { RouterProvider } from "react-aria-components";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { useHref, useLocation, useNavigate } from "react-router";
import { createSession } from "../graphql/client.ts";
import { chooseCustomer, chosenCustomer } from "../graphql/customer.ts";
import { SessionProvider } from "../graphql/session.tsx";
import { currentLanguage, useLanguage, useText } from "../i18n/i18n.ts";
import { Toasts } from "../ui/Toasts.tsx";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { tellProblem } from "./problems.ts";
import { AppRoutes } from "./routes.tsx";

/** What stands around every page: the GraphQL session, links and texts of ui components, toasts. */
export function App() {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const location = useLocation();
  const place = useRef({ navigate, location });
  useEffect(() => {
    place.current = { navigate, location };
  });
  const create = useCallback((restart: () => void) => {
    const customer = chosenCustomer();
    return createSession({
      url: "/graphql",
      language: currentLanguage,
      customer,
      onProblem: (problem) => {
        if (problem.kind === "customer") {
          // Every query of this session meets it: the first one is enough.
          if (chosenCustomer() !== customer) return;
          chooseCustomer(null);
          restart();
        }
        tellProblem(problem, place.current);
      },
    });
  }, []);
  return (
    <I18nProvider locale={language === "de" ? "de-DE" : "en-GB"}>
      <RouterProvider navigate={navigate} useHref={useHref}>
        <SessionProvider create={create}>
          <ErrorBoundary place={location.pathname}>
            <Suspense>
              <AppRoutes />
            </Suspense>
          </ErrorBoundary>
          <Toasts label={t("toasts.label")} closeLabel={t("common.close")} />
        </SessionProvider>
      </RouterProvider>
    </I18nProvider>
  );
}
