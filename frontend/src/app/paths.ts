type Query = Record<string, string | undefined>;

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, value);
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

/**
 * Every address of the page is made here; links and redirects use nothing else.
 * Ids are the API's global ids.
 */
export const paths = {
  inventory: (query: { number?: string; site?: string } = {}) => withQuery("/", query),
  plannedTrunks: () => "/planned-trunks",
  orders: () => "/orders",
  order: (id: string) => `/orders/${encodeURIComponent(id)}`,
  /** dialog: the question that is asked about it, see features/holders/holderUrl.ts. */
  holder: (id: string, query: { dialog?: string } = {}) =>
    withQuery(`/holders/${encodeURIComponent(id)}`, query),
  holderNumbers: (id: string) => `/holders/${encodeURIComponent(id)}/numbers`,
  /** Calls that were rejected; `query` as features/calls/callsUrl.ts writes it, with its `?`. */
  calls: (query = "") => `/calls${query}`,
  settings: () => "/settings",
  /** query: see features/audit/auditUrl.ts. */
  auditLog: (query: Query = {}) => withQuery("/audit-log", query),
  customers: () => "/customers",
  importContracts: () => "/import",
  siteContracts: () => "/site-contracts",
  users: () => "/users",
  forgotPassword: () => "/forgot-password",
  newTrunk: () => "/trunks/new",
  /** GraphiQL; a page of its own, outside the router. */
  explorer: () => "/explorer",
  /** returnTo: path with query inside the page, where to go after signing in. */
  login: (returnTo?: string) =>
    withQuery("/login", { return: returnTo === "/" ? undefined : returnTo }),
};

/**
 * Where to go after signing in. Only a path of this page is believed, so that a link to the login
 * page cannot lead to another site.
 */
export function returnPath(query: URLSearchParams): string {
  const wanted = query.get("return");
  if (!wanted) return paths.inventory();
  const target = URL.canParse(wanted, location.origin) ? new URL(wanted, location.origin) : null;
  if (target?.origin !== location.origin) return paths.inventory();
  // Written without the origin, //host would be another site.
  if (target.pathname === paths.login() || target.pathname.startsWith("//"))
    return paths.inventory();
  return `${target.pathname}${target.search}`;
}
