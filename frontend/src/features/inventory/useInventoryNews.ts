import { useSession } from "../../graphql/session.tsx";
import { useLiveUpdates } from "../../graphql/useLiveUpdates.ts";
import { InventoryChangedSubscription } from "./documents.ts";

/** The cache takes in what changed (see graphql/cache.ts); only "everything" is asked for here. */
export function useInventoryNews(): void {
  const { queries } = useSession().session;
  useLiveUpdates(InventoryChangedSubscription, ({ inventoryChanged }) => {
    if (inventoryChanged.everything) queries.refetch();
  });
}
