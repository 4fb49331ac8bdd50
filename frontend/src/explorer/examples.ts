/** A tab that stands open when the explorer is opened for the first time. */
export type Example = { query: string; variables?: Record<string, unknown> };

/**
 * One for each main task, in the order in which one leads to the next: ids come from the answers
 * of the tabs before. The first can have no variables: GraphiQL shows them from the second on.
 */
export const examples: Example[] = [
  {
    query: `# Who is signed in? null: nobody. Sign in on the
# page, in the next tab, or by a token in the
# field above. What is typed here stays in this
# browser tab only.
query Viewer {
  viewer {
    name
    role
    language
    customer {
      name
    }
    change {
      allowed
      refusal {
        message
      }
    }
  }
}
`,
  },
  {
    query: `# Sign in as on the page; the session cookie is
# set.
mutation Login($input: LoginInput!) {
  login(input: $input) {
    __typename
    ... on LoggedIn {
      viewer {
        name
      }
    }
    ... on Refusal {
      code
      message
    }
  }
}
`,
    variables: { input: { email: "", password: "" } },
  },
  {
    query: `# Free number elements: what can be assigned.
# The number begins with 0xy or +49xy, or with *
# for "contains"; "reading" says how it was
# read. The site is the beginning of street,
# postcode or town.
query FreeNumbers($number: String, $site: String, $after: String) {
  numberElements(number: $number, site: $site, state: FREE, first: 20, after: $after) {
    totalCount
    reading {
      kind
      display
      refusal {
        message
      }
    }
    nodes {
      id
      display
      size
      siteContract {
        number
        street
        town
      }
      openOrder {
        reference
        executionDate
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
    variables: { number: "030 23125", site: "Ber", after: null },
  },
  {
    query: `# One block as a tree: its ranges, and what may
# be done with each. "split" and "merge" are
# null where the action does not exist.
query BlockTree($number: String!) {
  numberRanges(number: $number, first: 1) {
    nodes {
      ...Node
      children {
        ...Node
        children {
          ...Node
        }
      }
    }
  }
}

fragment Node on NumberRange {
  id
  kind
  level
  display
  state
  size
  freeCount
  holder {
    kind
    name
  }
  split {
    allowed
    refusal {
      code
      message
    }
  }
  merge {
    allowed
    refusal {
      code
      message
    }
  }
}
`,
    variables: { number: "030 23125" },
  },
  {
    query: `# 1. Split a free range: rangeId is an id from
#    BlockTree. The answer comes at once, the
#    order runs in the background. The same
#    idempotency key never orders twice.
mutation SplitRange($rangeId: ID!, $key: String) {
  splitRange(input: { rangeId: $rangeId, idempotencyKey: $key }) {
    __typename
    ... on OrderAccepted {
      order {
        id
        reference
        status
      }
    }
    ... on Refusal {
      code
      rule
      message
    }
  }
}

# 2. Watch the order: orderId is the id in the
#    answer. The state now comes first; it ends
#    when the order has finished.
subscription WatchOrder($orderId: ID!) {
  orderUpdated(id: $orderId) {
    reference
    status
    startedAt
    finishedAt
    refusal {
      message
    }
    ranges {
      display
      state
      children {
        id
        display
        state
      }
    }
  }
}
`,
    variables: { rangeId: "", key: null, orderId: "" },
  },
  {
    query: `# Merge: everything below the range goes, and it
# is one free element again. rangeId is the id
# of a range whose "merge" is allowed.
mutation MergeRange($rangeId: ID!) {
  mergeRange(input: { rangeId: $rangeId }) {
    __typename
    ... on OrderAccepted {
      order {
        id
        reference
        status
      }
    }
    ... on Refusal {
      code
      rule
      message
    }
  }
}
`,
    variables: { rangeId: "" },
  },
  {
    query: `# 1. Holders and what they have.
query Holders {
  sipTrunks(first: 20) {
    nodes {
      ...HolderNumbers
      status
    }
  }
  cloudPbxes(first: 20) {
    nodes {
      ...HolderNumbers
    }
  }
  uccConnections(first: 20) {
    nodes {
      ...HolderNumbers
      partner {
        name
        takesSplitRanges
      }
    }
  }
}

fragment HolderNumbers on Holder {
  id
  name
  takesExecutionDate
  meters {
    elements {
      used
      limit
    }
  }
  numbers(first: 10) {
    nodes {
      id
      display
    }
  }
}

# 2. Ask what a change would meet, without
#    ordering it. The ids are those above.
query PreviewChange($holderId: ID!, $add: [ID!]!, $remove: [ID!]!, $executionDate: Date) {
  changeNumbersPreview(
    holderId: $holderId
    add: $add
    remove: $remove
    executionDate: $executionDate
  ) {
    refusal {
      code
      message
    }
    meters {
      elements {
        used
        limit
      }
      blocks {
        used
        limit
        block {
          display
        }
      }
    }
  }
}

# 3. Add and remove in one order, all or
#    nothing; executionDate for SIP trunks only,
#    null: at once.
mutation ChangeNumbers($holderId: ID!, $add: [ID!]!, $remove: [ID!]!, $executionDate: Date) {
  changeNumbers(
    input: { holderId: $holderId, add: $add, remove: $remove, executionDate: $executionDate }
  ) {
    __typename
    ... on OrderAccepted {
      order {
        id
        reference
        status
        executionDate
      }
    }
    ... on Refusal {
      code
      rule
      message
    }
  }
}
`,
    variables: { holderId: "", add: [], remove: [], executionDate: null },
  },
  {
    query: `# Who gets a call to this number?
query Lookup($number: String!) {
  lookup(number: $number) {
    outcome
    number
    display
    range {
      display
      state
    }
    holder {
      kind
      name
    }
  }
}
`,
    variables: { number: "030 23125-120" },
  },
  {
    query: `# Orders, the newest first. status null: all.
query Orders($status: [OrderStatus!], $after: String) {
  orders(status: $status, first: 20, after: $after) {
    nodes {
      id
      reference
      kind
      status
      creator
      requestedBy
      executionDate
      createdAt
      finishedAt
      refusal {
        message
      }
      items {
        action
        display
      }
      holder {
        name
      }
      cancel {
        allowed
      }
      undo {
        allowed
        refusal {
          message
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

# Every change of every order, as it happens.
subscription WatchOrders {
  ordersUpdated {
    reference
    kind
    status
  }
}
`,
    variables: { status: null, after: null },
  },
  {
    query: `# What would this file do? With dryRun nothing
# is written; every bad row is named.
mutation ImportDryRun($content: String!) {
  importSiteContracts(input: { content: $content, dryRun: true }) {
    __typename
    ... on SiteContractsImported {
      dryRun
      contractCount
      blockCount
      singleNumberCount
      numberCount
    }
    ... on InvalidInput {
      message
      fields {
        line
        field
        value
        message
      }
    }
    ... on Refusal {
      code
      message
    }
  }
}
`,
    variables: {
      content:
        "contract;street;postcode;town;status;start_date;area_code;stem;extension_digits;first_digits\n" +
        "SV-9001;Kantstraße 12;10623;Berlin;ACTIVE;;030;23125;3;9\n" +
        "SV-9001;Kantstraße 12;10623;Berlin;ACTIVE;;030;23125;x;\n",
    },
  },
];
