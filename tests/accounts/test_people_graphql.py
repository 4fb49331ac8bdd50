"""People, links and sessions over HTTP, with every refusal they meet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from dialtree.accounts import links
from dialtree.accounts.cookie import SESSION_COOKIE
from dialtree.accounts.models import User
from dialtree.accounts.rules import INVITATION_LIMITS
from dialtree.ids import to_global_id
from dialtree.language import Language
from dialtree.notifications.models import OutboxMail
from dialtree.refusals import Refusal, RefusalCode
from tests.conftest import PASSWORD
from tests.server import Api, Json, Server
from tests.test_statements import counting

NEW = "drei wackelige Leitern"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
USERS = """query($search: String, $role: Role, $state: UserState, $first: Int, $after: String) {
    users(search: $search, role: $role, state: $state, first: $first, after: $after) {
        totalCount pageInfo { endCursor }
        nodes {
            id name email role language state createdAt lastSeenAt
            changeRole { ...given } deactivate { ...given } reactivate { ...given }
            resendInvitation { ...given }
        }
    }
}
fragment given on Availability { allowed refusal { code message } }"""
USER = "{ user { id state role name } }"


@pytest.fixture
async def server(server: Server) -> Server:
    """Its administrator and its service staff are signed in: with tokens nobody is invited."""
    by_token = server.service.headers
    server.administrator = await server.signed_in(server.people.administrator)
    server.service = await server.signed_in(server.people.service)
    server.service.headers |= by_token
    return server


@asynccontextmanager
async def browsing(server: Server, **headers: str) -> AsyncIterator[Api]:
    """A client with a cookie jar of its own."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, headers=headers) as http:
        yield Api(http)


async def log_in(api: Api, email: str, password: str = PASSWORD) -> Json:
    return await api.act("login", "", email=email, password=password)


async def invite(api: Api, email: str = "nele@nordlicht.example", **more: str) -> Json:
    given = {"name": "Nele Neu", "role": "VIEWER", "language": "DE", **more}
    return await api.act("inviteUser", f"... on UserInvited {USER}", email=email, **given)


async def secret_to(email: str) -> str:
    mail = await OutboxMail.filter(recipient=email).order_by("-id").first()
    assert mail is not None
    return mail.text.partition("#")[2].split()[0]


async def link_of(api: Api, secret: str) -> Json | None:
    document = "query($s: String!) { accountLink(secret: $s) { purpose name email company } }"
    link: Json | None = (await api(document, s=secret))["accountLink"]
    return link


def id_of(user_id: int) -> str:
    return to_global_id("User", user_id)


async def test_from_the_invitation_to_the_last_day(server: Server) -> None:
    administrator = server.administrator
    user = (await invite(administrator))["user"]
    assert (user["state"], user["role"]) == ("INVITED", "VIEWER")
    async with browsing(server) as nele:
        secret = await secret_to("nele@nordlicht.example")
        assert await link_of(nele, secret) == {
            "purpose": "INVITATION",
            "name": "Nele Neu",
            "email": "nele@nordlicht.example",
            "company": "Nordlicht Werke GmbH",
        }
        weak = await nele.refusal("acceptInvitation", secret=secret, password="passwort1234")
        assert [(f["field"], f["code"]) for f in weak["fields"]] == [
            ("password", "PASSWORD_TOO_EASY")
        ]
        accepted = await nele.act(
            "acceptInvitation",
            "... on InvitationAccepted { viewer { name role grantableRoles } }",
            secret=secret,
            password=NEW,
        )
        assert accepted["viewer"] == {"name": "Nele Neu", "role": "VIEWER", "grantableRoles": []}
        assert SESSION_COOKIE in nele.http.cookies
        assert (await nele("{ viewer { email } }"))["viewer"]["email"] == "nele@nordlicht.example"
        assert await link_of(nele, secret) is None
        again = await nele.refusal("acceptInvitation", secret=secret, password=NEW)
        assert again["code"] == "LINK_NOT_VALID"

        changed = await administrator.act(
            "updateUser",
            f"... on UserUpdated {USER}",
            userId=user["id"],
            name="Nele Alt",
            role="ADMINISTRATOR",
        )
        assert (changed["user"]["name"], changed["user"]["role"]) == ("Nele Alt", "ADMINISTRATOR")
        viewer = (await nele("{ viewer { role grantableRoles } }"))["viewer"]
        assert viewer == {
            "role": "ADMINISTRATOR",
            "grantableRoles": ["VIEWER", "ADMINISTRATOR"],
        }
        ended = await administrator.act(
            "deactivateUser", f"... on UserDeactivated {USER}", userId=user["id"]
        )
        assert ended["user"]["state"] == "DEACTIVATED"
        assert await nele("{ viewer { email } }") == {"viewer": None}
        back = await administrator.act(
            "reactivateUser", f"... on UserReactivated {USER}", userId=user["id"]
        )
        assert back["user"]["state"] == "ACTIVE"
        assert await nele("{ viewer { email } }") == {"viewer": None}
        assert (await log_in(nele, "nele@nordlicht.example", NEW))["__typename"] == "LoggedIn"


async def test_the_list_says_what_can_be_done_and_why_not(server: Server) -> None:
    await invite(server.administrator)
    data = (await server.administrator(USERS))["users"]
    assert data["totalCount"] == 3
    rows = {row["name"]: row for row in data["nodes"]}
    allowed = {"allowed": True, "refusal": None}
    own = rows["Admin"]
    assert own["changeRole"] == own["deactivate"]
    assert own["deactivate"]["refusal"]["code"] == "OWN_ACCOUNT"
    assert (own["reactivate"], own["resendInvitation"]) == (None, None)
    # By the token that asks.
    assert own["lastSeenAt"] is not None
    assert rows["Nele Neu"]["lastSeenAt"] is None
    assert rows["Viewer"]["changeRole"] == rows["Viewer"]["deactivate"] == allowed
    assert rows["Nele Neu"]["resendInvitation"] == allowed
    served = {row["name"]: row for row in (await server.service(USERS))["users"]["nodes"]}
    assert served["Admin"]["deactivate"]["refusal"]["code"] == "LAST_ADMINISTRATOR"
    assert "Admin" in served["Admin"]["deactivate"]["refusal"]["message"]
    await server.administrator.act("deactivateUser", "", userId=rows["Viewer"]["id"])
    found = await server.administrator(USERS, state="DEACTIVATED")
    [gone] = found["users"]["nodes"]
    assert (gone["deactivate"], gone["reactivate"]) == (None, allowed)
    page = await server.administrator(USERS, search="nordlicht", role="VIEWER", first=1)
    assert [row["name"] for row in page["users"]["nodes"]] == ["Nele Neu"]
    after = page["users"]["pageInfo"]["endCursor"]
    rest = await server.administrator(USERS, search="nordlicht", role="VIEWER", after=after)
    assert [row["name"] for row in rest["users"]["nodes"]] == ["Viewer"]


async def test_viewers_see_no_accounts(server: Server) -> None:
    assert await server.viewer.codes("{ users { totalCount } }") == ["NOT_ADMINISTRATOR"]
    document = "query($id: ID!) { node(id: $id) { id ... on User { email } } }"
    own = id_of(server.people.viewer.user_id)
    assert await server.viewer(document, id=own) == {"node": None}
    shown = await server.administrator(document, id=own)
    assert shown["node"]["email"] == "viewer@nordlicht.example"
    assert await server.stranger(document, id=own) == {"node": None}


@pytest.mark.parametrize("language", Language)
async def test_what_is_refused_about_people(server: Server, language: Language) -> None:
    people = server.people
    for person in (people.administrator, people.service):
        await server.speak(person, language)
    own, viewer = id_of(people.administrator.user_id), id_of(people.viewer.user_id)
    invited = (await invite(server.administrator))["user"]["id"]
    gone = (await invite(server.administrator, "gone@nordlicht.example"))["user"]["id"]
    await server.administrator.act("deactivateUser", "", userId=gone)
    administrator, service = server.administrator, server.service
    for answer, code, words in (
        (await administrator.refusal("deactivateUser", userId=own), "OWN_ACCOUNT", ""),
        (await administrator.refusal("updateUser", userId=own, role="VIEWER"), "OWN_ACCOUNT", ""),
        (await service.refusal("deactivateUser", userId=own), "LAST_ADMINISTRATOR", "Admin"),
        (
            await service.refusal("updateUser", userId=invited, role="SERVICE"),
            "SERVICE_ROLE_ELSEWHERE",
            "",
        ),
        (
            await administrator.refusal("updateUser", userId=invited, role="SERVICE"),
            "NOT_SERVICE_STAFF",
            "",
        ),
        (
            await administrator.refusal("resendInvitation", userId=gone),
            "USER_DEACTIVATED",
            "Nele Neu",
        ),
        (
            await administrator.refusal("resendInvitation", userId=viewer),
            "INVITATION_ACCEPTED",
            "Viewer",
        ),
    ):
        assert answer["code"] == code
        expected = Refusal(RefusalCode[code], {"user": words} if words else {})
        assert answer["message"] == expected.message(language)
    taken = await invite(administrator, people.stranger.email, name=" ")
    assert [(f["field"], f["code"]) for f in taken["fields"]] == [("name", "VALUE_MISSING")]
    taken = await invite(administrator, people.stranger.email)
    assert [(f["field"], f["code"]) for f in taken["fields"]] == [("email", "EMAIL_NOT_INVITABLE")]
    assert people.stranger.email in taken["fields"][0]["message"]


async def test_a_forgotten_password(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "RESET_ANSWER_SECONDS", 0.05)
    email = "viewer@nordlicht.example"
    async with browsing(server) as browser, browsing(server) as elsewhere:
        await log_in(elsewhere, email)
        answers = [
            await browser.act(
                "requestPasswordReset", "... on PasswordResetRequested { done }", email=asked
            )
            for asked in (email, "nobody@nordlicht.example")
        ]
        assert answers[0] == answers[1] == {"__typename": "PasswordResetRequested", "done": True}
        secret = await secret_to(email)
        link = await link_of(browser, secret)
        assert link is not None
        assert link["purpose"] == "PASSWORD_RESET"
        done = await browser.act(
            "resetPassword", "... on PasswordReset { email }", secret=secret, password=NEW
        )
        assert done["email"] == email
        assert not browser.http.cookies
        assert await elsewhere("{ viewer { email } }") == {"viewer": None}
        assert (await log_in(browser, email))["code"] == "LOGIN_FAILED"
        assert (await log_in(browser, email, NEW))["__typename"] == "LoggedIn"
        for _ in range(2):
            await browser.act("requestPasswordReset", "", email=email)
        flood = await browser.refusal("requestPasswordReset", email=email)
        assert (flood["__typename"], flood["code"]) == ("RuleRefused", "TOO_MANY_ATTEMPTS")
        assert "15 min" in flood["message"]


async def test_too_many_failures_say_how_long_to_wait(server: Server) -> None:
    async with browsing(server, **{"Accept-Language": "de"}) as browser:
        for _ in range(10):
            assert (await log_in(browser, "viewer@nordlicht.example", "wrong"))["code"] == (
                "LOGIN_FAILED"
            )
        answer = await log_in(browser, "viewer@nordlicht.example")
        assert (answer["__typename"], answer["code"]) == ("RuleRefused", "TOO_MANY_ATTEMPTS")
        assert "15 Min." in answer["message"]


SESSIONS = "{ sessions { totalCount nodes { id browser address current createdAt lastUsedAt } } }"


async def test_sessions_and_ones_own_password(server: Server) -> None:
    email = "viewer@nordlicht.example"
    async with browsing(server, **{"User-Agent": FIREFOX}) as here, browsing(server) as elsewhere:
        await log_in(here, email)
        await log_in(elsewhere, email)
        data = (await here(SESSIONS))["sessions"]
        assert data["totalCount"] == 2
        assert [(s["current"], s["browser"], s["address"]) for s in data["nodes"]] == [
            (False, None, "127.0.0.1"),
            (True, "Firefox, Linux", "127.0.0.1"),
        ]
        id_ = data["nodes"][0]["id"]
        ended = await here.act("endSession", "... on SessionEnded { sessionId }", sessionId=id_)
        assert ended["sessionId"] == id_
        assert await elsewhere("{ viewer { email } }") == {"viewer": None}
        assert (await here.refusal("endSession", sessionId=id_))["__typename"] == "NotFound"

        await log_in(elsewhere, email)
        wrong = await here.refusal("changePassword", current="wrong", new=NEW)
        assert [(f["field"], f["code"]) for f in wrong["fields"]] == [("current", "PASSWORD_WRONG")]
        for new, code in (("short", "PASSWORD_TOO_SHORT"), (email, "PASSWORD_LIKE_PERSON")):
            bad = await here.refusal("changePassword", current=PASSWORD, new=new)
            assert [(f["field"], f["code"]) for f in bad["fields"]] == [("new", code)]
        changed = await here.act("changePassword", "", current=PASSWORD, new=NEW)
        assert changed["__typename"] == "PasswordChanged"
        assert await elsewhere("{ viewer { email } }") == {"viewer": None}
        await log_in(elsewhere, email, NEW)
        others = await here.act("endOtherSessions", "... on OtherSessionsEnded { count }")
        assert others["count"] == 1
        assert (await here("{ viewer { email } }"))["viewer"]["email"] == email


async def test_the_number_of_statements_does_not_grow_with_the_people(server: Server) -> None:
    with counting() as of_few:
        await server.administrator(USERS)
    for number in range(5):
        await invite(server.administrator, f"n{number}@nordlicht.example")
    with counting() as of_many:
        await server.administrator(USERS)
    assert len(of_many) == len(of_few)
    assert await User.all().count() == 9


async def test_nobodys_mailbox_is_filled_with_invitations(server: Server) -> None:
    invited = await invite(server.administrator)
    user = invited["user"]["id"]
    for _ in range(INVITATION_LIMITS.together - 1):
        await server.administrator.act("resendInvitation", "", userId=user)
    refusal = await server.administrator.refusal("resendInvitation", userId=user)
    assert (refusal["__typename"], refusal["code"]) == ("RuleRefused", "TOO_MANY_ATTEMPTS")
    # Others are still invited, and people still sign in.
    assert (await invite(server.administrator, "jan@nordlicht.example"))["user"]
    async with browsing(server) as browser:
        assert (await log_in(browser, "viewer@nordlicht.example"))["__typename"] == "LoggedIn"
