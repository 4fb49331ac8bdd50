/** What scripts/e2e.py hands to the tests: a running dialtree with demo data of its own. */

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. Start the browser tests with: make e2e`);
  return value;
}

export const environment = {
  get baseUrl() {
    return given("E2E_BASE_URL");
  },
  /** Its data directory: SQLite, and the e-mails under mail/. */
  get dataDir() {
    return given("E2E_DATA_DIR");
  },
  /** The program `dialtree`. */
  get dialtree() {
    return given("E2E_DIALTREE");
  },
  get password() {
    return given("DIALTREE_DEMO_PASSWORD");
  },
};

export const DEMO_COMPANY = "Nordlicht Werke GmbH";
export const OTHER_COMPANY = "Grünhafen Logistik GmbH";

/** The people of the demo company. The administrator reads German, the viewer English. */
export const people = {
  administrator: "admin@demo.example",
  viewer: "viewer@demo.example",
  /** Reads German, and works for every customer. */
  service: "service@demo.example",
} as const;

export type Person = keyof typeof people;
