import type { CombinedError } from "@urql/core";
import { lazy, Suspense, useEffect, useRef } from "react";
import { Link as AriaLink } from "react-aria-components/Link";
import { Navigate, NavLink, Outlet, useLocation } from "react-router";
import { useQuery } from "urql";
import { ExplorerQuery, ViewerQuery } from "../features/accounts/documents.ts";
import { languageTag, useIsExpert, ViewerContext } from "../features/accounts/viewer.ts";
import { PlannedCountQuery } from "../features/inventory/documents.ts";
import { readProblem } from "../graphql/problems.ts";
import { activateLanguage, type TextId, useText } from "../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { classes } from "../ui/classes.ts";
import { External } from "../ui/icons.tsx";
import { EmptyState } from "../ui/Notice.tsx";
import { AdministrationMenu } from "./AdministrationMenu.tsx";
import { Brand } from "./Brand.tsx";
import { ConnectionSign } from "./ConnectionSign.tsx";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { LanguageMenu, ThemeMenu, UserMenu } from "./HeaderMenus.tsx";
import styles from "./Layout.module.css";
import { LiveUpdates } from "./LiveUpdates.tsx";
import { paths } from "./paths.ts";

// Most people never see it, and what it is made of is large.
const CustomerStrip = lazy(() => import("../features/customers/CustomerStrip.tsx"));

const NAVIGATION: { path: string; text: TextId }[] = [
  { path: paths.inventory(), text: "navigation.inventory" },
  { path: paths.orders(), text: "navigation.orders" },
];

function Entry({ path, text }: { path: string; text: TextId }) {
  const t = useText();
  return (
    <NavLink
      to={path}
      end={path === "/"}
      className={({ isActive }) => classes(styles.link, isActive && styles.here)}
    >
      {t(text)}
    </NavLink>
  );
}

/** There only while it leads to something; behind the others, so that they never move. */
function PlannedTrunksEntry() {
  const [{ data }] = useQuery({ query: PlannedCountQuery });
  if (!data?.inventory.plannedSipTrunkCount) return null;
  return <Entry path={paths.plannedTrunks()} text="navigation.planned" />;
}

/** Only in the expert view (P1). */
function CallsEntry() {
  return useIsExpert() ? <Entry path={paths.calls()} text="navigation.calls" /> : null;
}

/** A page of its own, outside the router; an installation may do without it. */
function ExplorerEntry() {
  const t = useText();
  const [{ data }] = useQuery({ query: ExplorerQuery });
  if (!data?.explorer) return null;
  return (
    <a className={styles.link} href={paths.explorer()}>
      {t("navigation.explorer")}
      <External size={13} />
    </a>
  );
}

/** The customer that was chosen is none: the session begins anew without a choice (problems.ts). */
function isAboutCustomer(error: CombinedError | undefined): boolean {
  return error !== undefined && readProblem(error).kind === "customer";
}

/** Header and page; only for somebody who is signed in. */
export function Layout() {
  const t = useText();
  const location = useLocation();
  const [{ data, error, fetching }, ask] = useQuery({ query: ViewerQuery });
  const viewer = data?.viewer;
  const language = viewer?.language;

  const navigation = useRef<HTMLElement>(null);
  const isIn = Boolean(viewer);
  // On a phone some of the entries are out of sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another page is open
  useEffect(() => {
    const here = navigation.current?.querySelector("[aria-current]");
    here?.scrollIntoView?.({ block: "nearest", inline: "center" });
  }, [isIn, location.pathname]);

  useEffect(() => {
    // A person's language is their own, whatever this browser had before.
    if (language) void activateLanguage(languageTag(language));
  }, [language]);

  if (error && !data) {
    return (
      <EmptyState
        title={t("problem.network.title")}
        action={
          <Button busy={fetching} onPress={() => ask({ requestPolicy: "network-only" })}>
            {t("common.tryAgain")}
          </Button>
        }
      >
        {t("problem.network.details")}
      </EmptyState>
    );
  }
  if (!data || isAboutCustomer(error)) return null;
  if (!viewer) return <Navigate to={paths.login(location.pathname + location.search)} replace />;

  return (
    <ViewerContext value={viewer}>
      <LiveUpdates />
      <a className={styles.skip} href="#page">
        {t("navigation.skip")}
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <AriaLink href={paths.inventory()} className={styles.home}>
            <Brand />
          </AriaLink>
          <nav ref={navigation} className={styles.navigation} aria-label={t("navigation.label")}>
            {NAVIGATION.map((entry) => (
              <Entry key={entry.path} {...entry} />
            ))}
            <CallsEntry />
            <PlannedTrunksEntry />
            <AdministrationMenu />
            <ExplorerEntry />
          </nav>
          <div className={styles.tools}>
            <ConnectionSign />
            <div className={styles.menus}>
              <LanguageMenu />
              <ThemeMenu />
              <UserMenu />
            </div>
          </div>
        </div>
        {viewer.serve.allowed && (
          <Suspense fallback={<div className={styles.strip} />}>
            <CustomerStrip />
          </Suspense>
        )}
      </header>
      <main id="page" className={styles.page} tabIndex={-1}>
        <ErrorBoundary place={location.pathname}>
          <Suspense>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
    </ViewerContext>
  );
}
