// Ranges, holders and orders as the API gives them, for tests. Numbers are the reserved ones.
export const site = {
  __typename: "SiteContract",
  id: "site-1",
  number: "V-1001",
  street: "Invalidenstraße 44",
  postcode: "10115",
  town: "Berlin",
};

const ALLOWED = { allowed: true, refusal: null };

export function refused(message: string) {
  const refusal = { __typename: "RuleRefused", code: "RANGE_ASSIGNED", rule: "S2", message };
  return { allowed: false, refusal };
}

/** extension: fixed digits behind 030 23125; `openDigits` more are open. */
export function range(extension: string, openDigits: number, more: Record<string, unknown> = {}) {
  const level = extension.length;
  const isBlock = level === 0;
  const size = 10 ** openDigits;
  return {
    __typename: "NumberRange",
    id: `range-${extension}`,
    kind: isBlock ? "BLOCK" : "RANGE",
    level,
    digits: `493023125${extension}`,
    openDigits,
    size,
    first: `493023125${extension}${"0".repeat(openDigits)}`,
    display: `030 23125-${extension}${"x".repeat(openDigits)}`,
    state: isBlock ? "SPLIT" : "FREE",
    freeCount: size,
    holder: null,
    siteContract: site,
    split: isBlock || openDigits === 0 ? null : ALLOWED,
    merge: null,
    openOrder: null,
    children: [],
    ...more,
  };
}

export function tenBelow(extension: string, openDigits: number) {
  return Array.from({ length: 10 }, (_, digit) => range(`${extension}${digit}`, openDigits));
}

export function connection(nodes: unknown[], more: Record<string, unknown> = {}) {
  return {
    nodes,
    pageInfo: { hasNextPage: false, hasPreviousPage: false, endCursor: null },
    totalCount: nodes.length,
    reading: null,
    ...more,
  };
}

export function order(id: string, more: Record<string, unknown> = {}) {
  return {
    __typename: "Order",
    id,
    reference: `A-${id}`,
    kind: "SPLIT",
    status: "QUEUED",
    creator: "CUSTOMER",
    requestedBy: "Katrin Vogt",
    executionDate: null,
    createdAt: "2026-11-23T10:00:00Z",
    startedAt: null,
    finishedAt: null,
    refusal: null,
    items: [],
    ranges: [],
    holder: null,
    cancel: ALLOWED,
    reschedule: null,
    undo: null,
    ...more,
  };
}

export const inventory = {
  bookedConcurrentCalls: 120,
  customerService: { name: null, phone: null, email: null },
  numberCount: 1000,
  freeCount: 1000,
  assignedCount: 0,
  blockCount: 1,
  singleNumberCount: 0,
  siteContractCount: 1,
  sipTrunkCount: 0,
  plannedSipTrunkCount: 0,
  cloudPbxCount: 0,
  uccConnectionCount: 0,
  openOrderCount: 0,
};

export function change(ranges: unknown[], more: Record<string, unknown> = {}) {
  return {
    inventoryChanged: {
      ranges,
      removedRangeIds: [],
      holders: [],
      inventory,
      everything: false,
      ...more,
    },
  };
}
