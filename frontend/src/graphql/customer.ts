/** Whom service staff work for: kept in this browser tab only, so that two tabs can differ. */
const STORAGE_KEY = "dialtree.customer";

/** Sent with each request; on a socket "customer" in the payload of connection_init. */
export const CUSTOMER_HEADER = "Dialtree-Customer";

/** Global id of the customer; null: one's own. */
export function chosenCustomer(): string | null {
  return sessionStorage.getItem(STORAGE_KEY);
}

/** What was read before is another customer's: start the session anew. */
export function chooseCustomer(id: string | null): void {
  if (id === null) sessionStorage.removeItem(STORAGE_KEY);
  else sessionStorage.setItem(STORAGE_KEY, id);
}
