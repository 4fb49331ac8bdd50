/** What of the page stands in the query part of its address. */
export type CustomersState = {
  search: string;
  /** "new", or the id of the customer that is edited. */
  dialog: string | null;
};

export const NEW = "new";

export function parseCustomers(query: URLSearchParams): CustomersState {
  return { search: query.get("search") ?? "", dialog: query.get("edit") };
}

/** With its `?`; empty where everything is at its default. */
export function formatCustomers({ search, dialog }: CustomersState): string {
  const query = new URLSearchParams();
  if (search) query.set("search", search);
  if (dialog) query.set("edit", dialog);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
