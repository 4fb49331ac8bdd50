/** What of the page stands in the query part of its address. */
export type ContractsState = {
  site: string;
  /** Id of the contract that is edited. */
  edit: string | null;
};

export function parseContracts(query: URLSearchParams): ContractsState {
  return { site: query.get("site") ?? "", edit: query.get("edit") };
}

/** With its `?`; empty where everything is at its default. */
export function formatContracts({ site, edit }: ContractsState): string {
  const query = new URLSearchParams();
  if (site) query.set("site", site);
  if (edit) query.set("edit", edit);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
