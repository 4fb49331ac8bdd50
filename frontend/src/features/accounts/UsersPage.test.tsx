import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useQuery } from "urql";
import { beforeAll, describe, expect, it } from "vitest";
import { activateLanguage } from "../../i18n/i18n.ts";
import { fakeSession, offline } from "../../test/fakeSession.ts";
import { renderPage } from "../../test/renderPage.tsx";
import { ViewerQuery } from "./documents.ts";
import { parsePeople } from "./peopleUrl.ts";
import UsersPage from "./UsersPage.tsx";
import { ViewerContext } from "./viewer.ts";

const ALLOWED = { allowed: true, refusal: null };
const OWN = "Nobody changes their own role.";

function refused(message: string) {
  const refusal = { __typename: "RuleRefused", code: "OWN_ACCOUNT", rule: "P2", message };
  return { allowed: false, refusal };
}

function user(id: string, name: string, more: Record<string, unknown> = {}) {
  return {
    __typename: "User",
    id,
    name,
    email: `${id}@nordlicht.example`,
    role: "VIEWER",
    language: "EN",
    state: "ACTIVE",
    createdAt: "2026-11-01T08:00:00Z",
    lastSeenAt: null,
    changeRole: ALLOWED,
    deactivate: ALLOWED,
    reactivate: null,
    resendInvitation: null,
    ...more,
  };
}

/** As the layout does it. */
function Page() {
  const [{ data }] = useQuery({ query: ViewerQuery });
  if (!data?.viewer) return null;
  return (
    <ViewerContext value={data.viewer}>
      <UsersPage />
    </ViewerContext>
  );
}

function world(
  address = "/users",
  more: Record<string, unknown> = {},
  change: { allowed: boolean; refusal: { message: string } | null } = ALLOWED,
) {
  const people = [
    user("anna", "Anna Brandt", {
      role: "ADMINISTRATOR",
      changeRole: refused(OWN),
      deactivate: refused(OWN),
    }),
    user("nele", "Nele Neu", { state: "INVITED", resendInvitation: ALLOWED }),
    user("viktor", "Viktor Hansen"),
  ];
  const fake = fakeSession({
    viewer: {
      __typename: "Viewer",
      id: "anna",
      name: "Anna Brandt",
      email: "anna@nordlicht.example",
      role: "ADMINISTRATOR",
      language: "EN",
      orderReminders: false,
      viewMode: "USER",
      serve: { allowed: false, refusal: null },
      customer: { id: "customer-1", name: "Nordlicht Werke GmbH" },
      change,
      grantableRoles: ["VIEWER", "ADMINISTRATOR"],
    },
    users: ({ search }: { search?: string }) => {
      const nodes = people.filter(({ name }) => name.includes(search ?? ""));
      return { nodes, edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } };
    },
    node: ({ id }: { id: string }) => people.find((person) => person.id === id),
    inviteUser: ({ input }: { input: { email: string; name: string } }) => {
      const invited = user("new", input.name, { email: input.email, state: "INVITED" });
      people.push(invited);
      return { __typename: "UserInvited", user: invited };
    },
    updateUser: ({ input }: { input: { userId: string; role?: string } }) => {
      const person = people.find(({ id }) => id === input.userId);
      if (person && input.role) person.role = input.role;
      return { __typename: "UserUpdated", user: person };
    },
    deactivateUser: ({ input }: { input: { userId: string } }) => {
      const person = people.find(({ id }) => id === input.userId);
      Object.assign(person ?? {}, { state: "DEACTIVATED", deactivate: null, reactivate: ALLOWED });
      return { __typename: "UserDeactivated", user: person };
    },
    ...more,
  });
  renderPage(fake.session, address, <Page />);
  return fake;
}

const rowOf = async (name: string) =>
  (await screen.findByText(name)).closest("tr") as HTMLTableRowElement;

async function openMenu(name: string) {
  await userEvent.click(await screen.findByRole("button", { name: `Actions for ${name}` }));
}

beforeAll(() => activateLanguage("en"));

describe("the users", () => {
  it("are listed, and oneself is marked", async () => {
    world();
    expect((await rowOf("Anna Brandt")).textContent).toContain("(you)");
    expect((await rowOf("Nele Neu")).textContent).toContain("Invited");
    expect(screen.getAllByRole("row")).toHaveLength(4);
  });

  it("are not asked for by somebody who may not see them", async () => {
    const fake = world("/users", {}, refused("For administrators."));
    expect(await screen.findByText("For administrators.")).toBeTruthy();
    expect(screen.queryByRole("button")).toBeNull();
    expect(fake.requests.map(({ name }) => name)).not.toContain("Users");
  });

  it("are searched by the address of the page", async () => {
    const fake = world();
    await rowOf("Anna Brandt");
    await userEvent.type(screen.getByLabelText("Name or e-mail"), "Viktor{Enter}");
    await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(2));
    expect(location.search).toBe("?search=Viktor");
    await userEvent.click(screen.getByRole("radio", { name: "Viewer" }));
    await waitFor(() => expect(location.search).toBe("?search=Viktor&role=VIEWER"));
    const sent = fake.requests.filter(({ name }) => name === "Users").at(-1);
    expect(sent?.variables).toMatchObject({ search: "Viktor", role: "VIEWER", state: null });
  });

  it("are invited by a dialog with an address, and appear", async () => {
    const fake = world("/users?dialog=invite");
    const dialog = await screen.findByRole("dialog", { name: "Invite somebody" });
    await userEvent.type(await within(dialog).findByLabelText("Name"), "Ole Olsen");
    await userEvent.type(within(dialog).getByLabelText("E-mail"), "ole@nordlicht.example");
    await userEvent.click(within(dialog).getByRole("radio", { name: "Administrator" }));
    await userEvent.click(within(dialog).getByRole("button", { name: "Send invitation" }));
    expect(await rowOf("Ole Olsen")).toBeTruthy();
    expect(location.search).toBe("");
    const [sent] = fake.requests.filter(({ name }) => name === "InviteUser");
    expect(sent?.variables.input).toEqual({
      email: "ole@nordlicht.example",
      name: "Ole Olsen",
      role: "ADMINISTRATOR",
      language: "EN",
    });
  });

  it("that cannot be invited are said at the field", async () => {
    world("/users?dialog=invite", {
      inviteUser: {
        __typename: "InvalidInput",
        code: "INVALID_INPUT",
        message: "Check the input.",
        fields: [{ field: "email", code: "EMAIL_NOT_INVITABLE", message: "Cannot be invited." }],
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Send invitation" }));
    const dialog = screen.getByRole("dialog");
    expect(await within(dialog).findByText("Cannot be invited.")).toBeTruthy();
    expect(within(dialog).queryByRole("alert")).toBeNull();
  });

  it("tell in the menu why something cannot be done", async () => {
    world();
    await openMenu("Anna Brandt");
    const item = screen.getByRole("menuitem", { name: "Deactivate" });
    expect(item.getAttribute("aria-disabled")).toBe("true");
    expect(within(item).getByText(OWN)).toBeTruthy();
    await userEvent.click(item);
    expect(screen.queryByRole("alertdialog", { name: /Deactivate/ })).toBeNull();
    expect(location.search).toBe("");
  });

  it("get another role at once", async () => {
    world();
    await openMenu("Viktor Hansen");
    await userEvent.click(screen.getByRole("menuitem", { name: "Change name and role" }));
    const dialog = await screen.findByRole("dialog", { name: "Change Viktor Hansen" });
    expect(location.search).toBe("?dialog=edit&user=viktor");
    await userEvent.click(await within(dialog).findByRole("radio", { name: "Administrator" }));
    await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(async () =>
      expect((await rowOf("Viktor Hansen")).textContent).toContain("Administrator"),
    );
  });

  it("keep a role that cannot be changed, and say why", async () => {
    world("/users?dialog=edit&user=anna");
    const dialog = await screen.findByRole("dialog", { name: "Change Anna Brandt" });
    expect(await within(dialog).findByText(OWN)).toBeTruthy();
    expect(within(dialog).queryByRole("radio")).toBeNull();
  });

  it("are deactivated after a question", async () => {
    world("/users?dialog=deactivate&user=viktor");
    const question = await screen.findByRole("alertdialog", { name: "Deactivate Viktor Hansen?" });
    await userEvent.click(within(question).getByRole("button", { name: "Deactivate" }));
    await waitFor(async () =>
      expect((await rowOf("Viktor Hansen")).textContent).toContain("Deactivated"),
    );
    await openMenu("Viktor Hansen");
    expect(screen.getByRole("menuitem", { name: "Reactivate" })).toBeTruthy();
    expect(screen.queryByRole("menuitem", { name: "Deactivate" })).toBeNull();
  });

  it("that nobody matches or that cannot be read are said", async () => {
    world("/users?search=Zoe");
    expect(await screen.findByText("Nobody found")).toBeTruthy();
  });

  it("can be asked for again after a failure", async () => {
    world("/users", { users: offline });
    expect(await screen.findByText("The users could not be loaded.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
  });
});

describe("the address", () => {
  it("with anything else is the whole list", () => {
    const query = new URLSearchParams("role=KING&state=x&dialog=y&search=%20");
    expect(parsePeople(query)).toEqual({
      search: "",
      role: null,
      state: null,
      dialog: null,
      user: null,
    });
  });
});
