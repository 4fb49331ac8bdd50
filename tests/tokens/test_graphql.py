"""API tokens over HTTP: making, listing, revoking."""

from datetime import datetime, timedelta

import pytest

from dialtree import clock
from dialtree.accounts.models import ApiToken, Role, User
from dialtree.accounts.signing_in import create_token
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.ids import to_global_id
from dialtree.tokens.rules import MAX_DAYS
from tests.server import Api, Json, Server

TOKEN = """id name role state createdAt expiresAt lastUsedAt revokedAt isOwn owner
    revoke { allowed refusal { code } }"""
LIST = f"query($first: Int) {{ apiTokens(first: $first) {{ totalCount nodes {{ {TOKEN} }} }} }}"
CREATED = f"... on ApiTokenCreated {{ secret apiToken {{ {TOKEN} }} }}"
REVOKED = f"... on ApiTokenRevoked {{ apiToken {{ {TOKEN} }} }}"
WHO = "{ viewer { name role change { allowed } } }"


async def listed(api: Api) -> list[Json]:
    return (await api(LIST))["apiTokens"]["nodes"]  # type: ignore[no-any-return]


async def new(api: Api, **input_: object) -> Json:
    answer = await api.act("createApiToken", CREATED, **{"name": "Backup", **input_})
    assert answer["__typename"] == "ApiTokenCreated", answer
    return answer


@pytest.fixture
async def page(server: Server) -> Api:
    """The administrator at the page."""
    return await server.signed_in(server.people.administrator)


async def test_a_token_works_until_it_is_revoked(server: Server, page: Api) -> None:
    made = await new(page, name="  Night   run ", role="ADMINISTRATOR", days=30)
    token = made["apiToken"]
    assert (token["name"], token["role"], token["state"]) == (
        "Night run",
        "ADMINISTRATOR",
        "VALID",
    )
    assert (token["isOwn"], token["owner"]) == (True, "Admin")
    lasting = datetime.fromisoformat(token["expiresAt"]) - clock.now()
    assert timedelta(days=29, hours=23) < lasting <= timedelta(days=30)
    program = Api(server.http, made["secret"])
    assert (await program(WHO))["viewer"] == {
        "name": "Admin",
        "role": "ADMINISTRATOR",
        "change": {"allowed": True},
    }
    for _ in range(2):
        answer = await page.act("revokeApiToken", REVOKED, apiTokenId=token["id"])
        assert answer["apiToken"]["state"] == "REVOKED"
        assert answer["apiToken"]["revoke"] is None
        assert await program(WHO) == {"viewer": None}
    # The secret is nowhere; both deeds are in the log once.
    assert made["secret"] not in str(await ApiToken.all().values())
    entries = await AuditEntry.exclude(action=AuditAction.SIGNED_IN).order_by("id")
    assert [entry.action for entry in entries] == ["API_TOKEN_CREATED", "API_TOKEN_REVOKED"]
    assert made["secret"] not in str(await AuditEntry.all().values())
    assert {"field": "role", "before": None, "after": "ADMINISTRATOR"} in entries[0].changes


async def test_a_token_may_do_what_its_role_may(server: Server, page: Api) -> None:
    program = Api(server.http, (await new(page))["secret"])
    assert (await program(WHO))["viewer"]["role"] == "VIEWER"
    refusal = await program.refusal("splitRange", rangeId=to_global_id("NumberRange", 1))
    assert refusal["code"] == "NOT_ADMINISTRATOR"


async def test_no_rights_beyond_ones_own(server: Server) -> None:
    before = await ApiToken.all().count()
    people = server.people
    for person, roles in (
        (people.viewer, ("ADMINISTRATOR", "SERVICE")),
        (people.administrator, ("SERVICE",)),
    ):
        api = await server.signed_in(person)
        for role in roles:
            refusal = await api.refusal("createApiToken", name="Backup", role=role)
            assert [(f["field"], f["code"]) for f in refusal["fields"]] == [
                ("role", "ROLE_TOO_HIGH")
            ]
    assert await ApiToken.all().count() == before
    service = await server.signed_in(people.service)
    assert (await new(service, role="SERVICE"))["apiToken"]["role"] == "SERVICE"


@pytest.mark.parametrize(
    ("input_", "field", "code"),
    [
        ({"name": " "}, "name", "VALUE_MISSING"),
        ({"name": "x" * 101}, "name", "VALUE_TOO_LONG"),
        ({"days": 0}, "days", "VALUE_OUT_OF_RANGE"),
        ({"days": MAX_DAYS + 1}, "days", "VALUE_OUT_OF_RANGE"),
    ],
)
async def test_bad_input_is_named_at_its_field(
    page: Api, input_: Json, field: str, code: str
) -> None:
    refusal = await page.refusal("createApiToken", **{"name": "Backup", **input_})
    assert [(f["field"], f["code"]) for f in refusal["fields"]] == [(field, code)]


async def test_tokens_look_after_no_tokens(server: Server) -> None:
    """A stolen one can neither outlive its revocation nor lock its owner out."""
    own = (await listed(server.administrator))[-1]
    assert own["revoke"] == {"allowed": False, "refusal": {"code": "NOT_WITH_TOKEN"}}
    before = await ApiToken.all().order_by("id").values()
    for mutation, input_ in (
        ("createApiToken", {"name": "Backup"}),
        ("revokeApiToken", {"apiTokenId": own["id"]}),
    ):
        refusal = await server.administrator.refusal(mutation, **input_)
        assert (refusal["__typename"], refusal["code"]) == ("NotAllowed", "NOT_WITH_TOKEN")
    assert await ApiToken.all().order_by("id").values() == before


async def test_administrators_see_and_revoke_those_of_their_customer(
    server: Server, page: Api
) -> None:
    """The newest first; nobody sees one of another customer."""
    tokens = await listed(page)
    assert [(token["owner"], token["isOwn"]) for token in tokens] == [
        ("Viewer", False),
        ("Admin", True),
    ]
    answer = await page.act("revokeApiToken", REVOKED, apiTokenId=tokens[0]["id"])
    assert answer["apiToken"]["state"] == "REVOKED"
    assert await server.viewer(WHO) == {"viewer": None}
    theirs = await ApiToken.get(user_id=server.people.stranger.user_id)
    refusal = await page.refusal("revokeApiToken", apiTokenId=to_global_id("ApiToken", theirs.id))
    assert refusal["__typename"] == "NotFound"
    assert (await ApiToken.get(id=theirs.id)).revoked_at is None


async def test_viewers_see_and_revoke_their_own_only(server: Server) -> None:
    viewer = await server.signed_in(server.people.viewer)
    assert [token["owner"] for token in await listed(viewer)] == ["Viewer"]
    made = await new(viewer)
    assert len(await listed(viewer)) == 2
    answer = await viewer.act("revokeApiToken", REVOKED, apiTokenId=made["apiToken"]["id"])
    assert answer["apiToken"]["state"] == "REVOKED"
    admins = await ApiToken.get(user_id=server.people.administrator.user_id)
    refusal = await viewer.refusal("revokeApiToken", apiTokenId=to_global_id("ApiToken", admins.id))
    assert refusal["__typename"] == "NotFound"


async def test_service_staff_see_their_own_and_those_of_whom_they_work_for(
    server: Server,
) -> None:
    service = await server.signed_in(server.people.service)
    assert [token["owner"] for token in await listed(service)] == ["Service"]
    service.headers["Dialtree-Customer"] = to_global_id(
        "Customer", server.people.stranger.customer_id
    )
    tokens = await listed(service)
    assert [token["isOwn"] for token in tokens] == [True, False]
    theirs = tokens[1]
    await service.act("revokeApiToken", REVOKED, apiTokenId=theirs["id"])
    [entry] = await AuditEntry.filter(action=AuditAction.API_TOKEN_REVOKED)
    assert entry.customer_id == server.people.stranger.customer_id


async def test_the_state_of_a_token(server: Server, page: Api) -> None:
    owner = await User.get(id=server.people.administrator.user_id)
    await create_token(owner, "past", clock.now() - timedelta(seconds=1), Role.VIEWER)
    await create_token(owner, "for ever", None)
    states = {token["name"]: token for token in await listed(page)}
    assert (states["past"]["state"], states["past"]["revoke"]) == ("EXPIRED", None)
    assert states["for ever"]["state"] == "VALID"
    assert states["for ever"]["expiresAt"] is None
    assert states["for ever"]["revoke"] == {"allowed": True, "refusal": None}
