"""Signing in and out over HTTP, API tokens, and the language of messages (P2, P4)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http.cookies import Morsel, SimpleCookie

import httpx
import pytest

from dialtree import clock
from dialtree.accounts.cookie import SESSION_COOKIE
from dialtree.accounts.models import Session, User
from dialtree.accounts.signing_in import create_token
from dialtree.language import Language
from dialtree.settings import Settings
from tests.conftest import PASSWORD
from tests.server import Api, Json, Server, populated, revoke

VIEWER = """{ viewer {
    id name email role language customer { id name }
    change { allowed refusal { code rule message } }
} }"""
EMAIL = "admin@nordlicht.example"
DAYS = Settings().session_days


@asynccontextmanager
async def browsing(server: Server, **headers: str) -> AsyncIterator[Api]:
    """A client with a cookie jar of its own."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, headers=headers) as http:
        yield Api(http)


async def log_in(api: Api, email: str = EMAIL, password: str = PASSWORD) -> Json:
    return await api.act(
        "login", "... on LoggedIn { viewer { email } }", email=email, password=password
    )


async def log_out(api: Api) -> Json:
    data = await api("mutation { logout { __typename ... on LoggedOut { done } } }")
    result: Json = data["logout"]
    return result


async def email_of(api: Api, **headers: str) -> str | None:
    """Who the server thinks asks."""
    answer = await api.post("{ viewer { email } }", **headers)
    viewer = answer["data"]["viewer"]
    return viewer and viewer["email"]


def in_the_future(**later: int) -> Callable[[], datetime]:
    then = clock.now() + timedelta(**later)
    return lambda: then


async def session_cookie(server: Server, name: str = SESSION_COOKIE) -> Morsel[str]:
    document = "mutation($i: LoginInput!) { login(input: $i) { __typename } }"
    variables = {"i": {"email": EMAIL, "password": PASSWORD}}
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        response = await http.post("/graphql", json={"query": document, "variables": variables})
    return SimpleCookie(response.headers["set-cookie"])[name]


async def test_login_sets_a_cookie_that_scripts_and_other_sites_cannot_use(server: Server) -> None:
    cookie = await session_cookie(server)
    assert cookie["httponly"] is True
    assert cookie["samesite"].lower() == "strict"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert int(cookie["max-age"]) == DAYS * 24 * 3600
    assert cookie["secure"] == ""


async def test_the_cookie_travels_by_https_only_where_that_is_set(settings: Settings) -> None:
    async with populated(settings.model_copy(update={"secure_cookie": True})) as server:
        cookie = await session_cookie(server, "__Host-dialtree_session")
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        # One without the prefix could have been planted by a host beside this one.
        planted = {"Cookie": f"{SESSION_COOKIE}={cookie.value}"}
        assert await email_of(server.nobody, **planted) is None
        own = {"Cookie": f"{cookie.key}={cookie.value}"}
        assert await email_of(server.nobody, **own) == EMAIL
        response = await server.http.post(
            "/graphql", json={"query": "mutation { logout { __typename } }"}, headers=own
        )
        [removed] = SimpleCookie(response.headers["set-cookie"]).values()
        assert (removed.key, removed["secure"], removed["max-age"]) == (cookie.key, True, "0")
        assert await email_of(server.nobody, **own) is None


async def test_the_session_identifies_the_person_and_is_not_stored_in_clear(
    server: Server,
) -> None:
    async with browsing(server) as browser:
        assert await email_of(browser) is None
        answer = await log_in(browser, f"  {EMAIL.upper()} ")
        assert answer == {"__typename": "LoggedIn", "viewer": {"email": EMAIL}}
        viewer = (await browser(VIEWER))["viewer"]
        assert viewer["email"] == EMAIL
        assert viewer["role"] == "ADMINISTRATOR"
        assert viewer["customer"]["name"] == "Nordlicht Werke GmbH"
        assert viewer["change"] == {"allowed": True, "refusal": None}
        [session] = await Session.all()
        assert browser.http.cookies[SESSION_COOKIE] not in (session.secret_hash, "")


async def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(server: Server) -> None:
    async with browsing(server) as browser:
        wrong = await log_in(browser, password="not this one")
        unknown = await log_in(browser, email="nobody@nordlicht.example")
        endless = await log_in(browser, password=PASSWORD * 100)
        assert wrong == unknown == endless
        assert (wrong["__typename"], wrong["code"]) == ("RuleRefused", "LOGIN_FAILED")
        assert not browser.http.cookies
    assert await Session.all().count() == 0


async def test_missing_fields_are_named(server: Server) -> None:
    answer = await log_in(server.nobody, email=" ", password="")
    assert (answer["__typename"], answer["code"]) == ("InvalidInput", "INVALID_INPUT")
    assert [(f["field"], f["code"]) for f in answer["fields"]] == [
        ("email", "VALUE_MISSING"),
        ("password", "VALUE_MISSING"),
    ]
    only_password = await log_in(server.nobody, password="")
    assert [f["field"] for f in only_password["fields"]] == ["password"]


async def test_logout_ends_the_session_on_the_server(server: Server) -> None:
    async with browsing(server) as browser, browsing(server) as other:
        await log_in(browser)
        await log_in(other)
        secret = browser.http.cookies[SESSION_COOKIE]
        assert await log_out(browser) == {"__typename": "LoggedOut", "done": True}
        assert SESSION_COOKIE not in browser.http.cookies
        assert await email_of(server.nobody, Cookie=f"{SESSION_COOKIE}={secret}") is None
        assert await email_of(other) == EMAIL
        assert (await log_out(browser))["done"] is True
    assert await Session.all().count() == 1


async def test_a_session_ends_after_its_days_and_is_forgotten_at_the_next_login(
    server: Server,
) -> None:
    async with browsing(server) as browser:
        await log_in(browser)
        secret = browser.http.cookies[SESSION_COOKIE]
        cookie = f"{SESSION_COOKIE}={secret}"
        with clock.reading(in_the_future(days=DAYS, seconds=-60)):
            assert await email_of(server.nobody, Cookie=cookie) == EMAIL
        with clock.reading(in_the_future(days=DAYS)):
            assert await email_of(server.nobody, Cookie=cookie) is None
            await log_in(browser)
            assert await Session.all().count() == 1


async def test_a_deactivated_person_is_nobody_at_once(server: Server) -> None:
    async with browsing(server) as browser:
        await log_in(browser)
        await User.filter(email=EMAIL).update(deactivated_at=clock.now())
        assert await email_of(browser) is None
        assert await email_of(server.administrator) is None
        assert (await log_in(browser))["code"] == "LOGIN_FAILED"
        assert await email_of(server.viewer) == "viewer@nordlicht.example"


async def test_a_token_works_until_it_is_revoked(server: Server) -> None:
    api = server.administrator
    assert api.token is not None
    assert await email_of(api) == EMAIL
    assert await email_of(server.nobody, Authorization=f"bearer   {api.token}") == EMAIL
    await revoke(api.token)
    assert await email_of(api) is None
    assert await api.codes("{ orders { totalCount } }") == ["NOT_AUTHENTICATED"]


async def test_a_token_works_until_it_expires(server: Server) -> None:
    user = await User.get(email=EMAIL)
    expiring = Api(server.http, await create_token(user, "CI", clock.now() + timedelta(days=1)))
    assert await email_of(expiring) == EMAIL
    with clock.reading(in_the_future(days=1)):
        assert await email_of(expiring) is None


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer dialtree_x", "Basic YTpi"])
async def test_a_malformed_authorization_is_nobody(server: Server, value: str) -> None:
    assert await email_of(server.nobody, Authorization=value) is None


async def test_a_token_outranks_the_cookie(server: Server) -> None:
    async with browsing(server) as browser:
        await log_in(browser)
        assert await email_of(browser, Authorization="Bearer dialtree_x") is None
        stranger = f"Bearer {server.stranger.token}"
        assert await email_of(browser, Authorization=stranger) == "admin@suedwind.example"
        assert await email_of(browser, Authorization="Basic YTpi") == EMAIL


async def test_a_viewer_is_told_that_only_administrators_change_anything(server: Server) -> None:
    viewer = (await server.viewer(VIEWER))["viewer"]
    assert viewer["role"] == "VIEWER"
    assert viewer["change"]["allowed"] is False
    assert viewer["change"]["refusal"]["code"] == "NOT_ADMINISTRATOR"
    assert viewer["change"]["refusal"]["rule"] == "H5"


@pytest.mark.parametrize(
    ("accepted", "beginning"),
    [
        ("de", "E-Mail-Adresse und Passwort"),
        ("de-DE,de;q=0.9,en;q=0.8", "E-Mail-Adresse und Passwort"),
        ("fr, en;q=0.5, de;q=0.7", "E-Mail-Adresse und Passwort"),
        ("en-GB,de;q=0.9", "E-mail address and password"),
        ("de;q=0, fr", "E-mail address and password"),
        ("de;q=high", "E-mail address and password"),
        ("", "E-mail address and password"),
    ],
)
async def test_before_signing_in_the_browser_chooses_the_language(
    server: Server, accepted: str, beginning: str
) -> None:
    answer = await log_in(Api(server.http, language=accepted), password="wrong")
    assert answer["message"].startswith(beginning)


async def test_the_person_chooses_the_language_thereafter(server: Server) -> None:
    viewer = server.viewer
    english = (await viewer(VIEWER))["viewer"]["change"]["refusal"]["message"]
    answer = await viewer.act(
        "updateViewer", "... on ViewerUpdated { viewer { language } }", language="DE"
    )
    assert answer == {"__typename": "ViewerUpdated", "viewer": {"language": "DE"}}
    in_english = Api(server.http, viewer.token, language="en")
    shown = (await in_english(VIEWER))["viewer"]
    assert shown["language"] == Language.DE
    assert shown["change"]["refusal"]["message"] != english
    assert "Administrator" in shown["change"]["refusal"]["message"]
    others = (await server.administrator(VIEWER))["viewer"]
    assert others["language"] == Language.EN


async def test_nobody_has_no_settings(server: Server) -> None:
    answer = await server.nobody.act("updateViewer", "", language="DE")
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NOT_AUTHENTICATED")


async def test_nothing_is_changed_by_get(server: Server) -> None:
    """A link or an image on a page elsewhere must not act with somebody's cookie."""
    async with browsing(server) as browser:
        await log_in(browser)
        query = {"query": "mutation { logout { __typename } }"}
        response = await browser.http.get("/graphql", params=query)
        assert response.status_code == 405
        assert response.headers["allow"] == "POST"
        assert await email_of(browser) == EMAIL
        query = {"query": "{ viewer { email } }"}
        response = await browser.http.get("/graphql", params=query)
        assert response.json() == {"data": {"viewer": {"email": EMAIL}}}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_form_cannot_post_an_operation(server: Server, content_type: str) -> None:
    """Only application/json, which a page elsewhere cannot send without asking first."""
    response = await server.http.post(
        "/graphql",
        content=b'{"query": "mutation { logout { __typename } }"}',
        headers={"Content-Type": content_type},
    )
    assert response.status_code == 415
