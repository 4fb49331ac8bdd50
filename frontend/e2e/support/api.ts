import { type APIRequestContext, expect, request } from "@playwright/test";
import type { TadaDocumentNode } from "gql.tada";
import { print } from "graphql";
import { graphql, type ResultOf } from "../../src/graphql/graphql.ts";
import { environment, type Person, people } from "./environment.ts";

const Login = graphql(`
  mutation Login($email: String!, $password: String!) {
    login(input: { email: $email, password: $password }) {
      __typename
    }
  }
`);

const RangeParts = graphql(`
  fragment RangeParts on NumberRange {
    id
    display
    state
    holder {
      id
    }
    openOrder {
      id
      status
    }
  }
`);

const Roots = graphql(
  `
    query Roots($number: String!) {
      numberRanges(number: $number, first: 100) {
        nodes {
          ...RangeParts
        }
      }
    }
  `,
  [RangeParts],
);

const Children = graphql(
  `
    query Children($id: ID!, $number: String) {
      node(id: $id) {
        ... on NumberRange {
          children(number: $number) {
            ...RangeParts
          }
        }
      }
    }
  `,
  [RangeParts],
);

const Holders = graphql(`
  query Holders {
    sipTrunks(first: 100) {
      nodes {
        id
        name
      }
    }
    cloudPbxes(first: 100) {
      nodes {
        id
        name
      }
    }
    uccConnections(first: 100) {
      nodes {
        id
        name
      }
    }
  }
`);

const OrderStatus = graphql(`
  query OrderStatus($id: ID!) {
    node(id: $id) {
      ... on Order {
        status
      }
    }
  }
`);

const Accepted = graphql(`
  fragment Accepted on OrderAccepted {
    order {
      id
      reference
    }
  }
`);

const Refused = graphql(`
  fragment Refused on Refusal {
    message
  }
`);

const Split = graphql(
  `
    mutation Split($rangeId: ID!) {
      result: splitRange(input: { rangeId: $rangeId }) {
        __typename
        ...Accepted
        ...Refused
      }
    }
  `,
  [Accepted, Refused],
);

const Merge = graphql(
  `
    mutation Merge($rangeId: ID!) {
      result: mergeRange(input: { rangeId: $rangeId }) {
        __typename
        ...Accepted
        ...Refused
      }
    }
  `,
  [Accepted, Refused],
);

const Change = graphql(
  `
    mutation Change($holderId: ID!, $add: [ID!]!, $remove: [ID!]!, $executionDate: Date) {
      result: changeNumbers(
        input: { holderId: $holderId, add: $add, remove: $remove, executionDate: $executionDate }
      ) {
        __typename
        ...Accepted
        ...Refused
      }
    }
  `,
  [Accepted, Refused],
);

const Cancel = graphql(
  `
    mutation Cancel($orderId: ID!) {
      result: cancelOrder(input: { orderId: $orderId }) {
        __typename
        ...Accepted
        ...Refused
      }
    }
  `,
  [Accepted, Refused],
);

export type Range = ResultOf<typeof RangeParts>;
export type PlacedOrder = ResultOf<typeof Accepted>["order"];

type Answer = { result: { __typename: string; order?: PlacedOrder; message?: string } };

/** A signed-in person at the API: prepares what a test needs and tidies up after it. */
export class Api {
  private constructor(private readonly requests: APIRequestContext) {}

  static async as(person: Person | { email: string }, baseURL = environment.baseUrl) {
    const api = new Api(await request.newContext({ baseURL }));
    const email = typeof person === "string" ? people[person] : person.email;
    const { login } = await api.ask(Login, { email, password: environment.password });
    expect(login.__typename, `${email} signs in`).toBe("LoggedIn");
    return api;
  }

  /** Cookies of the session, for a browser context. */
  session() {
    return this.requests.storageState();
  }

  dispose() {
    return this.requests.dispose();
  }

  async ask<Result, Variables>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const answer = await this.requests.post("/graphql", {
      data: { query: print(document), variables },
    });
    const { data, errors } = await answer.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** The root, range or single number shown so; it must exist. */
  async range(display: string): Promise<Range> {
    const number = display.replace(/x+$/, "").replace(/-$/, "");
    let { nodes } = (await this.ask(Roots, { number })).numberRanges;
    while (nodes.length > 0) {
      const found = nodes.find((range) => range.display === display);
      if (found) return found;
      nodes = (await Promise.all(nodes.map(({ id }) => this.children(id, number)))).flat();
    }
    throw new Error(`there is no ${display}`);
  }

  private async children(id: string, number?: string): Promise<Range[]> {
    const { node } = await this.ask(Children, { id, number: number ?? null });
    return node && "children" in node ? node.children : [];
  }

  async holder(name: string): Promise<string> {
    const { sipTrunks, cloudPbxes, uccConnections } = await this.ask(Holders, {});
    const all = [...sipTrunks.nodes, ...cloudPbxes.nodes, ...uccConnections.nodes];
    const id = all.find((holder) => holder.name === name)?.id;
    if (!id) throw new Error(`there is no ${name}`);
    return id;
  }

  /** Returns when the order has been carried out. */
  async split(display: string): Promise<PlacedOrder> {
    const { id } = await this.range(display);
    return this.done(await this.ask(Split, { rangeId: id }));
  }

  /** Orders a change of a holder's numbers. With a date it stays planned, else it is awaited. */
  async change(
    holder: string,
    { add = [], remove = [], on = null }: { add?: string[]; remove?: string[]; on?: string | null },
  ): Promise<PlacedOrder> {
    const ids = async (places: string[]) =>
      (await Promise.all(places.map((place) => this.range(place)))).map(({ id }) => id);
    const answer = await this.ask(Change, {
      holderId: await this.holder(holder),
      add: await ids(add),
      remove: await ids(remove),
      executionDate: on,
    });
    return on ? placed(answer) : this.done(answer);
  }

  /** Whatever a test has done with this range: afterwards it is one free element again. */
  async setFree(display: string): Promise<void> {
    const range = await this.range(display);
    const family = await this.withDescendants(range);
    const open = family.flatMap(({ openOrder }) => openOrder ?? []);
    for (const [id, { status }] of new Map(open.map((order) => [order.id, order]))) {
      if (status === "PLANNED") await this.ask(Cancel, { orderId: id });
      else await this.finished(id);
    }
    if (open.length > 0) return this.setFree(display);

    const holders = new Set(family.flatMap(({ holder }) => holder?.id ?? []));
    for (const holderId of holders) {
      const remove = family.filter(({ holder }) => holder?.id === holderId).map(({ id }) => id);
      const variables = { holderId, add: [], remove, executionDate: null };
      await this.done(await this.ask(Change, variables));
    }
    if (range.state === "SPLIT") await this.done(await this.ask(Merge, { rangeId: range.id }));
  }

  private async withDescendants(range: Range): Promise<Range[]> {
    const children = range.state === "SPLIT" ? await this.children(range.id) : [];
    const below = await Promise.all(children.map((child) => this.withDescendants(child)));
    return [range, ...below.flat()];
  }

  private async done(answer: Answer): Promise<PlacedOrder> {
    const order = placed(answer);
    expect(await this.finished(order.id), order.reference).toBe("SUCCEEDED");
    return order;
  }

  /** Waits for the end of an order and returns its final status. */
  async finished(id: string): Promise<string> {
    let status = "";
    await expect
      .poll(
        async () => {
          const { node } = await this.ask(OrderStatus, { id });
          status = node && "status" in node ? node.status : "";
          return status;
        },
        { intervals: [50, 100, 200], timeout: 15_000 },
      )
      .toMatch(/SUCCEEDED|FAILED|CANCELLED/);
    return status;
  }
}

function placed({ result }: Answer): PlacedOrder {
  if (!result.order) throw new Error(`${result.__typename}: ${result.message}`);
  return result.order;
}
