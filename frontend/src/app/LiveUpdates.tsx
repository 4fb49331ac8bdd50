import { useInventoryNews } from "../features/inventory/useInventoryNews.ts";
import { useOrderNews } from "../features/orders/useOrderNews.ts";
import { useSession } from "../graphql/session.tsx";
import { useConnectionReturn } from "../graphql/useLiveUpdates.ts";

/** Keeps every page up to date, for as long as somebody is signed in. */
export function LiveUpdates() {
  const { queries } = useSession().session;
  useInventoryNews();
  useOrderNews();
  useConnectionReturn(() => queries.refetch());
  return null;
}
