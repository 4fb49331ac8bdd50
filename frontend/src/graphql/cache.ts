import type {
  Cache,
  CacheExchangeOpts,
  DataField,
  Entity,
  FieldArgs,
  UpdateResolver,
} from "@urql/exchange-graphcache";
import shape from "./schema.generated.json" with { type: "json" };

type Row = { __typename: string; id: string };
type InventoryChange = {
  ranges: (Row & { level: number; freeCount: number })[];
  removedRangeIds: string[];
  holders: (Row & { status?: string })[];
  everything: boolean;
};

type OrderChange = Row & { kind: string; status: string; holder: Row | null };

/** What an event does not bring of a holder, although it may have changed with it. */
const HOLDER_DETAILS = ["numbers", "callLimits", "supportEmail", "credentials", "delete"];

const HOLDER_LISTS: Record<string, string> = {
  SipTrunk: "sipTrunks",
  CloudPbx: "cloudPbxes",
  UccConnection: "uccConnections",
};

/** What `node(id)` leads to: whatever brought this object, it need not be asked for. */
function nodeInCache(cache: Cache, id: string): DataField | undefined {
  const known = cache.resolve("Query", "node", { id });
  if (known !== undefined) return known;
  const name = shape.possibleTypes.Node.find(
    (__typename) => cache.resolve({ __typename, id }, "id") !== undefined,
  );
  return name ? { __typename: name, id } : undefined;
}

/** Drops every cached version of a field, whatever its arguments; shown queries ask again. */
function forget(
  cache: Cache,
  entity: Entity,
  fieldName: string,
  which: (args: FieldArgs) => boolean = () => true,
) {
  for (const field of cache.inspectFields(entity)) {
    if (field.fieldName === fieldName && which(field.arguments)) {
      cache.invalidate(entity, fieldName, field.arguments);
    }
  }
}

/** What an order would be answered depends on every range, holder and order. */
function forgetPreviews(cache: Cache) {
  forget(cache, "Query", "changeNumbersPreview");
  forget(cache, "Query", "createSipTrunkPreview");
}

/** Something was done to this holder: its part of the audit log is longer now, and the whole. */
function forgetLog(cache: Cache, id: string) {
  forget(cache, "Query", "auditLog", (args) => !args?.subjectId || args.subjectId === id);
}

type HolderInput = { sipTrunkId?: string; cloudPbxId?: string };
type Outcome = { __typename: string };

/** After a mutation of a holder. A refused one has changed nothing. */
function afterMutation(
  fieldName: string,
  accepted: string,
  apply: (cache: Cache, id: string) => void,
): UpdateResolver {
  return (result, args, cache) => {
    const input = args.input as HolderInput;
    const id = input.sipTrunkId ?? input.cloudPbxId;
    if (id && (result[fieldName] as Outcome).__typename === accepted) apply(cache, id);
  };
}

function forgetHolder(__typename: string) {
  return (cache: Cache, id: string) => {
    forgetLog(cache, id);
    cache.invalidate({ __typename, id });
  };
}

/** Keys of the rows in a cached connection, or null where it is not in the cache. */
function rowsIn(cache: Cache, fieldName: string, args: FieldArgs): Set<string> | null {
  const connection = cache.resolve("Query", fieldName, args);
  if (typeof connection !== "string") return null;
  const nodes = cache.resolve(connection, "nodes");
  return Array.isArray(nodes) ? new Set(nodes.filter((key) => typeof key === "string")) : null;
}

/** Asks again for the lists of `Query` in which this row should be and is not, or the reverse. */
function keepList(
  cache: Cache,
  fieldName: string,
  row: Row,
  belongs: (args: NonNullable<FieldArgs>, isIn: boolean) => boolean,
) {
  const key = cache.keyOfEntity(row);
  for (const field of cache.inspectFields("Query")) {
    if (field.fieldName !== fieldName) continue;
    const rows = rowsIn(cache, fieldName, field.arguments);
    if (!rows || !key) continue;
    // Later pages: the first one tells of what is new.
    if (field.arguments?.after && !rows.has(key)) continue;
    if (rows.has(key) !== belongs(field.arguments ?? {}, rows.has(key))) {
      cache.invalidate("Query", fieldName, field.arguments);
    }
  }
}

function applyInventoryChange(change: InventoryChange, cache: Cache) {
  for (const id of change.removedRangeIds) cache.invalidate({ __typename: "NumberRange", id });
  for (const range of change.ranges) {
    // The event brings all children; filtered lists of them are asked for again.
    forget(cache, range, "children", (args) => Object.keys(args ?? {}).length > 0);
    // A root that was wholly assigned comes back to the list of free numbers. (One that leaves it
    // needs no question: the page hides rows without anything free.)
    if (range.level === 0 && range.freeCount > 0) {
      keepList(cache, "numberRanges", range, () => true);
    }
  }
  if (change.ranges.length > 0 || change.removedRangeIds.length > 0) {
    forget(cache, "Query", "numberElements");
  }
  for (const holder of change.holders) {
    for (const fieldName of HOLDER_DETAILS) forget(cache, holder, fieldName);
    forgetLog(cache, holder.id);
    const list = HOLDER_LISTS[holder.__typename];
    if (list) {
      keepList(cache, list, holder, (args, isIn) =>
        // Only the server knows what a search finds: it is asked again.
        args.name || args.number ? !isIn : !args.status || args.status === holder.status,
      );
    }
  }
}

/** A list is asked for again after what changes who or what is on it. */
function afterwardsForget(...fieldNames: string[]): UpdateResolver {
  return (_result, _args, cache) => {
    for (const fieldName of fieldNames) forget(cache, "Query", fieldName);
  };
}

const PEOPLE_UPDATES: Record<string, UpdateResolver> = {
  inviteUser: afterwardsForget("users"),
  updateUser: afterwardsForget("users"),
  deactivateUser: afterwardsForget("users"),
  reactivateUser: afterwardsForget("users"),
  changePassword: afterwardsForget("sessions"),
  endSession: afterwardsForget("sessions"),
  endOtherSessions: afterwardsForget("sessions"),
};

/**
 * The normalised cache: one copy of each range, holder and order, so that what an event brings
 * changes every place where it is shown.
 */
export function cacheOptions(): CacheExchangeOpts {
  const keys: NonNullable<CacheExchangeOpts["keys"]> = {};
  for (const name of shape.embedded) keys[name] = () => null;
  // There is one per session; with a key the event's copy and the page's are the same.
  keys.Inventory = () => "own";
  return {
    keys,
    possibleTypes: shape.possibleTypes,
    logger: (severity, message) => {
      // Without the whole schema it looks for the fields of every member of a union in each one.
      if (severity === "debug" || message.startsWith("Invalid undefined")) return;
      // biome-ignore lint/suspicious/noConsole: only in development, about mistakes of ours
      console[severity](message);
    },
    resolvers: { Query: { node: (_parent, args, cache) => nodeInCache(cache, String(args.id)) } },
    updates: {
      Mutation: {
        ...PEOPLE_UPDATES,
        updateSipTrunk: afterMutation("updateSipTrunk", "SipTrunkUpdated", forgetLog),
        revealSipPassword: afterMutation("revealSipPassword", "SipPasswordRevealed", forgetLog),
        regenerateSipPassword: afterMutation(
          "regenerateSipPassword",
          "SipPasswordRegenerated",
          forgetLog,
        ),
        createCustomer: (_result, _args, cache) => forget(cache, "Query", "customers"),
        createApiToken: (_result, _args, cache) => forget(cache, "Query", "apiTokens"),
        updateCloudPbx: afterMutation("updateCloudPbx", "CloudPbxUpdated", forgetLog),
        deleteSipTrunk: afterMutation("deleteSipTrunk", "OrderAccepted", forgetHolder("SipTrunk")),
        deleteCloudPbx: afterMutation(
          "deleteCloudPbx",
          "CloudPbxDeleted",
          forgetHolder("CloudPbx"),
        ),
      },
      Subscription: {
        inventoryChanged: (result, _args, cache) => {
          forgetPreviews(cache);
          applyInventoryChange(result.inventoryChanged as unknown as InventoryChange, cache);
        },
        ordersUpdated: (result, _args, cache) => {
          const order = result.ordersUpdated as unknown as OrderChange;
          forgetPreviews(cache);
          keepList(cache, "orders", order, (args) => {
            const wanted = args.status as string[] | null | undefined;
            return !wanted || wanted.includes(order.status);
          });
          // No event brings a trunk that is gone: the lists that have it ask again. It stays in the
          // cache itself, where this very order names it.
          if (order.kind === "DELETE_TRUNK" && order.status === "SUCCEEDED" && order.holder) {
            keepList(cache, "sipTrunks", order.holder, () => false);
          }
        },
      },
    },
  };
}
