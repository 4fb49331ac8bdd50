"""Signing in at a real OpenID Connect provider: there and back over HTTP, and all that can be wrong
on the way."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr, ValidationError

from dialtree import clock
from dialtree.accounts.cookie import SESSION_COOKIE
from dialtree.accounts.models import AccountLink, LinkPurpose, Session, User
from dialtree.accounts.oidc import provider as oidc_provider
from dialtree.accounts.oidc.commands import sign_in_with
from dialtree.accounts.oidc.problems import Problem, SignInFailed
from dialtree.accounts.oidc.tokens import Identity
from dialtree.accounts.oidc.web import COOKIE
from dialtree.accounts.origin import Origin
from dialtree.audit.models import AuditEntry
from dialtree.notifications.models import OutboxMail
from dialtree.settings import Settings
from tests.conftest import PASSWORD, People
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, providing
from tests.server import Api, Server, populated

EMAIL = "admin@nordlicht.example"
TEXTS = Path(__file__).parents[2] / "frontend" / "src" / "i18n"
Claims = dict[str, Any]


@pytest.fixture
async def provider(settings: Settings) -> AsyncIterator[OidcProvider]:
    async with providing(OidcProvider(f"{settings.app_url}/oidc/callback")) as running:
        yield running


def with_provider(settings: Settings, issuer: str, **changed: object) -> Settings:
    given = {
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": SecretStr(CLIENT_SECRET),
        "oidc_name": "Nordlicht ID",
    }
    return settings.model_copy(update=given | changed)


@pytest.fixture
async def server(settings: Settings, provider: OidcProvider) -> AsyncIterator[Server]:
    async with populated(with_provider(settings, provider.issuer)) as running:
        yield running


class Browser:
    """Cookies of its own; goes where it is sent, but stops at each step."""

    def __init__(self, http: httpx.AsyncClient, provider: OidcProvider) -> None:
        self.http = http
        self.provider = provider

    async def begin(self, **query: str) -> str:
        """The URL of the provider that the button leads to."""
        response = await self.http.get("/oidc/login", params=query)
        assert response.status_code == 303
        assert response.headers["cache-control"] == "no-store"
        return response.headers["location"]

    async def end(self, callback: str) -> httpx.Response:
        response = await self.http.get(httpx.URL(callback).raw_path.decode())
        assert response.status_code == 303
        assert response.headers["cache-control"] == "no-store"
        return response

    async def sign_in(self, decision: str = "allow", **query: str) -> str:
        """Where it ends."""
        callback = await self.provider.decide(await self.begin(**query), decision)
        return (await self.end(callback)).headers["location"]

    async def email(self) -> str | None:
        viewer = (await Api(self.http)("{ viewer { email } }"))["viewer"]
        return viewer["email"] if viewer else None


@asynccontextmanager
async def browsing(server: Server, provider: OidcProvider) -> AsyncIterator[Browser]:
    headers = {"User-Agent": "Test browser", "Accept-Language": "de"}
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, headers=headers) as http:
        yield Browser(http, provider)


@pytest.fixture
async def browser(server: Server, provider: OidcProvider) -> AsyncIterator[Browser]:
    async with browsing(server, provider) as browser:
        yield browser


async def came_to_nothing(browser: Browser, location: str, problem: Problem) -> None:
    assert location == f"/login?problem={problem}"
    assert await browser.email() is None
    assert not browser.http.cookies
    assert await Session.all().count() == 0
    assert await User.exclude(oidc_subject=None).count() == 0


# Signing in --------------------------------------------------------------------------------------


async def test_the_first_time_the_verified_address_finds_the_account(
    browser: Browser, provider: OidcProvider
) -> None:
    provider.claims["email"] = "Admin@Nordlicht.example"
    assert await browser.sign_in(**{"return": "/?number=030&open=a"}) == "/?number=030&open=a"
    assert await browser.email() == EMAIL
    user = await User.get(email=EMAIL)
    assert user.oidc_subject == f"{provider.issuer} 7f3a"
    [session] = await Session.all()
    assert (session.user_id, session.address) == (user.id, "127.0.0.1")
    assert session.user_agent == "Test browser"
    linked, signed_in = await AuditEntry.all().order_by("id")
    assert linked.action == "SIGN_IN_LINKED"
    assert linked.changes == [
        {"field": "oidcSubject", "before": None, "after": f"{provider.issuer} 7f3a"}
    ]
    assert signed_in.action == "SIGNED_IN"
    for entry in (linked, signed_in):
        assert (entry.user_id, entry.subject_id, entry.subject_type) == (user.id, user.id, "User")
        assert (entry.customer_id, entry.address) == (user.customer_id, "127.0.0.1")


async def test_thereafter_the_subject_does_whatever_the_address_is(
    server: Server, browser: Browser, provider: OidcProvider
) -> None:
    await browser.sign_in()
    provider.claims = {"sub": "7f3a", "email": "viewer@nordlicht.example", "email_verified": False}
    async with browsing(server, provider) as other:
        assert await other.sign_in() == "/"
        assert await other.email() == EMAIL
    actions = [entry.action for entry in await AuditEntry.all().order_by("id")]
    assert actions == ["SIGN_IN_LINKED", "SIGNED_IN", "SIGNED_IN"]


async def test_the_session_cookie_is_that_of_a_password(browser: Browser) -> None:
    callback = await browser.provider.decide(await browser.begin())
    response = await browser.end(callback)
    cookies = {c.partition("=")[0]: c for c in response.headers.get_list("set-cookie")}
    answer = await browser.http.post(
        "/graphql",
        json={
            "query": "mutation($i: LoginInput!) { login(input: $i) { __typename } }",
            "variables": {"i": {"email": EMAIL, "password": PASSWORD}},
        },
    )
    assert without_value(cookies[SESSION_COOKIE]) == without_value(answer.headers["set-cookie"])
    assert "Max-Age=0" in cookies[COOKIE]


def without_value(cookie: str) -> str:
    return re.sub("=[^;]*", "", cookie, count=1)


async def test_the_cookie_of_the_attempt_and_what_the_provider_is_asked(
    browser: Browser, provider: OidcProvider
) -> None:
    response = await browser.http.get("/oidc/login?return=/orders")
    cookie = response.headers["set-cookie"]
    assert re.fullmatch(rf"{COOKIE}=[^;]+; HttpOnly; Max-Age=600; Path=/; SameSite=lax", cookie)
    url = urlsplit(response.headers["location"])
    asked = {name: value for name, [value] in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{provider.issuer}/authorize"
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked.pop(name)) >= 43
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": "http://test.example/oidc/callback",
        "scope": "openid email",
        "code_challenge_method": "S256",
        "ui_locales": "de",
    }


async def test_over_https_both_cookies_are_secure(
    settings: Settings, provider: OidcProvider
) -> None:
    secure = with_provider(settings, provider.issuer, secure_cookie=True)
    async with populated(secure) as server, browsing(server, provider) as browser:
        response = await browser.http.get("/oidc/login")
        assert response.headers["set-cookie"].startswith(f"__Host-{COOKIE}=")
        assert "Secure" in response.headers["set-cookie"]
        # The client does not send it over http, as no browser would.
        callback = await provider.decide(response.headers["location"])
        cookie = response.headers["set-cookie"].partition(";")[0]
        path = httpx.URL(callback).raw_path.decode()
        ended = await browser.http.get(path, headers={"Cookie": cookie})
        begun, over = ended.headers.get_list("set-cookie")
        assert begun.startswith(f"__Host-{SESSION_COOKIE}=")
        assert "Secure" in begun
        assert over.startswith(f'__Host-{COOKIE}="";')
        assert "Secure" in over


@pytest.mark.parametrize("wanted", ["//elsewhere.example", "https://elsewhere.example/", "/login"])
async def test_nobody_is_led_elsewhere(browser: Browser, wanted: str) -> None:
    assert await browser.sign_in(**{"return": wanted}) == "/"


async def test_metadata_and_keys_are_remembered_for_an_hour(
    browser: Browser, provider: OidcProvider
) -> None:
    for _ in range(2):
        assert await browser.sign_in() == "/"
    assert provider.asked.count("/.well-known/openid-configuration") == 1
    assert provider.asked.count("/jwks") == 1
    later = clock.now() + timedelta(hours=1)
    with clock.reading(lambda: later):
        await browser.begin()
    assert provider.asked.count("/.well-known/openid-configuration") == 2


@pytest.mark.parametrize(
    ("secret", "offered", "way"),
    [
        (CLIENT_SECRET, None, "basic"),
        (CLIENT_SECRET, ["client_secret_post", "client_secret_basic"], "basic"),
        (CLIENT_SECRET, ["client_secret_post", "private_key_jwt"], "post"),
        (None, None, "none"),
    ],
)
async def test_how_dialtree_authenticates(
    settings: Settings, provider: OidcProvider, secret: str | None, offered: list[str], way: str
) -> None:
    if offered:
        provider.metadata["token_endpoint_auth_methods_supported"] = offered
    provider.secret = secret
    own = with_provider(
        settings, provider.issuer, oidc_client_secret=SecretStr(secret) if secret else None
    )
    async with populated(own) as server, browsing(server, provider) as browser:
        assert await browser.sign_in() == "/"
    assert provider.ways == [way]


async def test_a_new_key_of_the_provider_is_found(
    server: Server, browser: Browser, provider: OidcProvider
) -> None:
    assert await browser.sign_in() == "/"
    provider.rotate()
    async with browsing(server, provider) as other:
        assert await other.sign_in() == "/"
        assert await other.email() == EMAIL
    assert provider.asked.count("/jwks") == 2


async def test_the_address_may_be_told_in_the_user_info(
    browser: Browser, provider: OidcProvider
) -> None:
    provider.in_user_info = ("email", "email_verified")
    assert await browser.sign_in() == "/"
    assert await browser.email() == EMAIL


async def test_the_user_info_of_somebody_else_is_not_believed(
    browser: Browser, provider: OidcProvider
) -> None:
    provider.in_user_info = ("email", "email_verified")
    provider.user_info = {"sub": "somebody else"}
    await came_to_nothing(browser, await browser.sign_in(), Problem.REJECTED)


# Who has no account ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "problem"),
    [
        ({"email_verified": False}, Problem.UNVERIFIED),
        ({"email_verified": None}, Problem.UNVERIFIED),
        ({"email_verified": "false"}, Problem.UNVERIFIED),
        ({"email": None}, Problem.UNVERIFIED),
        ({"email": ""}, Problem.UNVERIFIED),
        ({"email": "nobody@nordlicht.example"}, Problem.NO_ACCOUNT),
        ({"email": "x" * 300 + "@nordlicht.example"}, Problem.NO_ACCOUNT),
        ({"email": f"{EMAIL}\0"}, Problem.NO_ACCOUNT),
        ({"email": "%@nordlicht.example"}, Problem.NO_ACCOUNT),
    ],
    ids=str,
)
async def test_who_is_not_known_gets_no_account(
    browser: Browser, provider: OidcProvider, claims: Claims, problem: Problem
) -> None:
    provider.claims |= claims
    people = await User.all().count()
    await came_to_nothing(browser, await browser.sign_in(), problem)
    assert await User.all().count() == people
    assert await AuditEntry.all().count() == 0


async def test_a_deactivated_account_stays_closed(
    server: Server, browser: Browser, provider: OidcProvider
) -> None:
    await User.filter(email=EMAIL).update(deactivated_at=clock.now())
    await came_to_nothing(browser, await browser.sign_in(), Problem.NO_ACCOUNT)
    await User.filter(email=EMAIL).update(deactivated_at=None)
    assert await browser.sign_in() == "/"
    await User.filter(email=EMAIL).update(deactivated_at=clock.now())
    assert await browser.email() is None
    async with browsing(server, provider) as other:
        assert await other.sign_in() == "/login?problem=NO_ACCOUNT"
        assert not other.http.cookies


async def test_an_address_given_to_another_person_opens_nothing(
    server: Server, browser: Browser, provider: OidcProvider
) -> None:
    assert await browser.sign_in() == "/"
    provider.claims["sub"] = "the successor"
    async with browsing(server, provider) as other:
        assert await other.sign_in() == "/login?problem=NO_ACCOUNT"
    assert (await User.get(email=EMAIL)).oidc_subject == f"{provider.issuer} 7f3a"


async def test_addresses_that_are_not_said_to_be_verified_can_be_trusted(
    settings: Settings, provider: OidcProvider
) -> None:
    trusting = with_provider(settings, provider.issuer, oidc_trust_email=True)
    async with populated(trusting) as server, browsing(server, provider) as browser:
        provider.claims["email_verified"] = False
        assert await browser.sign_in() == "/login?problem=UNVERIFIED"
        del provider.claims["email_verified"]
        assert await browser.sign_in() == "/"


async def test_signing_in_accepts_an_invitation(server: Server, browser: Browser) -> None:
    user = await User.get(email=EMAIL)
    for purpose in LinkPurpose:
        await AccountLink.create(
            user_id=user.id,
            purpose=purpose,
            secret_hash=purpose,
            created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=1),
        )
    assert await browser.sign_in() == "/"
    assert [link.purpose for link in await AccountLink.all()] == [LinkPurpose.PASSWORD_RESET]


# What comes back ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        ("access_denied", Problem.DENIED),
        ("login_required", Problem.DENIED),
        ("temporarily_unavailable", Problem.UNAVAILABLE),
        ("server_error", Problem.UNAVAILABLE),
        ("invalid_scope", Problem.REJECTED),
        ("<script>alert(1)</script>\r\nX: y", Problem.REJECTED),
    ],
)
async def test_what_the_provider_refuses_is_told_by_a_code(
    browser: Browser, error: str, problem: Problem
) -> None:
    await came_to_nothing(browser, await browser.sign_in(error), problem)


async def test_the_page_that_was_asked_for_is_not_forgotten(browser: Browser) -> None:
    location = await browser.sign_in("access_denied", **{"return": "/orders?a=b"})
    assert location == "/login?problem=DENIED&return=%2Forders%3Fa%3Db"


async def test_an_answer_with_another_state_is_of_no_use(browser: Browser) -> None:
    """Somebody else's answer, slipped into this browser."""
    callback = await browser.provider.decide(await browser.begin())
    location = (await browser.end(re.sub("state=[^&]*", "state=other", callback))).headers
    await came_to_nothing(browser, location["location"], Problem.EXPIRED)
    # The attempt is over, also for the right answer.
    location = (await browser.end(callback)).headers
    await came_to_nothing(browser, location["location"], Problem.EXPIRED)


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x&code=x", "?error=access_denied"])
async def test_an_answer_that_nobody_asked_for(browser: Browser, query: str) -> None:
    location = (await browser.end(f"http://test.example/oidc/callback{query}")).headers
    await came_to_nothing(browser, location["location"], Problem.EXPIRED)


async def test_an_answer_in_another_browser(
    server: Server, browser: Browser, provider: OidcProvider
) -> None:
    callback = await provider.decide(await browser.begin())
    async with browsing(server, provider) as other:
        await other.begin()
        location = (await other.end(callback)).headers["location"]
        await came_to_nothing(other, location, Problem.EXPIRED)


async def test_an_answer_too_late(browser: Browser) -> None:
    callback = await browser.provider.decide(await browser.begin())
    later = clock.now() + timedelta(minutes=10)
    with clock.reading(lambda: later):
        location = (await browser.end(callback)).headers["location"]
    await came_to_nothing(browser, location, Problem.EXPIRED)


async def test_an_answer_twice(server: Server, browser: Browser, provider: OidcProvider) -> None:
    callback = await provider.decide(await browser.begin())
    attempt = browser.http.cookies[COOKIE]
    assert (await browser.end(callback)).headers["location"] == "/"
    again = await browser.end(callback)
    assert again.headers["location"] == "/login?problem=EXPIRED"
    # Nor for somebody who has got hold of the cookie: a code is good for one use.
    async with browsing(server, provider) as thief:
        thief.http.cookies.set(COOKIE, attempt)
        assert (await thief.end(callback)).headers["location"] == "/login?problem=EXPIRED"
        assert await thief.email() is None


async def test_an_answer_without_a_code(browser: Browser) -> None:
    callback = await browser.provider.decide(await browser.begin())
    location = (await browser.end(re.sub("&code=[^&]*", "", callback))).headers["location"]
    await came_to_nothing(browser, location, Problem.REJECTED)


async def test_an_answer_of_another_issuer(browser: Browser, provider: OidcProvider) -> None:
    """RFC 9207."""
    callback = await provider.decide(await browser.begin())
    other = re.sub("iss=[^&]*", "iss=https%3A%2F%2Felsewhere.example", callback)
    location = (await browser.end(other)).headers["location"]
    await came_to_nothing(browser, location, Problem.REJECTED)


async def test_a_provider_that_names_itself_always_has_to(
    browser: Browser, provider: OidcProvider
) -> None:
    provider.metadata["authorization_response_iss_parameter_supported"] = True
    callback = await provider.decide(await browser.begin())
    location = (await browser.end(re.sub("&iss=[^&]*", "", callback))).headers["location"]
    await came_to_nothing(browser, location, Problem.REJECTED)


def changing(**changed: object) -> Callable[[Claims], Claims]:
    return lambda claims: claims | changed


@pytest.mark.parametrize(
    "tamper",
    [
        changing(nonce="another"),
        changing(aud="another"),
        changing(iss="https://elsewhere.example"),
        changing(exp=1),
        changing(azp="another"),
        lambda claims: {"sub": claims["sub"]},
    ],
)
async def test_a_wrong_token_is_not_believed(
    browser: Browser, provider: OidcProvider, tamper: Callable[[Claims], Claims]
) -> None:
    provider.tamper = tamper
    await came_to_nothing(browser, await browser.sign_in(), Problem.REJECTED)


async def test_a_forged_signature_is_not_believed(browser: Browser, provider: OidcProvider) -> None:
    forger = RSAKey.generate_key(2048)
    for kid in (provider.key.kid, "a key that is nowhere"):
        provider.sign = lambda claims, _key, kid=kid: jwt.encode(
            {"alg": "RS256", "kid": kid}, claims, forger
        )
        await came_to_nothing(browser, await browser.sign_in(), Problem.REJECTED)


async def test_no_token_at_all(browser: Browser, provider: OidcProvider) -> None:
    provider.sign = lambda _claims, _key: None  # type: ignore[assignment, return-value]
    await came_to_nothing(browser, await browser.sign_in(), Problem.REJECTED)


async def test_a_wrong_secret(browser: Browser, provider: OidcProvider) -> None:
    provider.secret = "another"
    await came_to_nothing(browser, await browser.sign_in(), Problem.REJECTED)


# A provider in trouble ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks"])
async def test_a_provider_that_is_down_is_told_before_going_there(
    browser: Browser, provider: OidcProvider, path: str
) -> None:
    provider.down = (path,)
    await came_to_nothing(browser, await browser.begin(), Problem.UNAVAILABLE)
    provider.down = ()
    assert await browser.sign_in() == "/"


@pytest.mark.parametrize("path", ["/token", "/userinfo"])
async def test_a_provider_that_fails_on_the_way_back(
    browser: Browser, provider: OidcProvider, path: str
) -> None:
    provider.in_user_info = ("email", "email_verified")
    provider.down = (path,)
    await came_to_nothing(browser, await browser.sign_in(), Problem.UNAVAILABLE)


async def test_a_provider_that_is_nowhere(settings: Settings, provider: OidcProvider) -> None:
    nowhere = with_provider(settings, "http://127.0.0.1:1")
    async with populated(nowhere) as server, browsing(server, provider) as browser:
        await came_to_nothing(browser, await browser.begin(), Problem.UNAVAILABLE)


@asynccontextmanager
async def silence() -> AsyncIterator[str]:
    """A server that listens, and says nothing."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_provider_that_does_not_answer(
    settings: Settings, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc_provider, "SECONDS_PER_STEP", 0.05)
    async with silence() as url:
        waiting = with_provider(settings, url)
        async with populated(waiting) as server, browsing(server, provider) as browser:
            await came_to_nothing(browser, await browser.begin(), Problem.UNAVAILABLE)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": None},
        {"jwks_uri": "not a url"},
        {"authorization_endpoint": 5},
    ],
    ids=str,
)
async def test_metadata_that_does_not_fit(
    browser: Browser, provider: OidcProvider, metadata: Claims
) -> None:
    provider.metadata = metadata
    problem = Problem.UNAVAILABLE if "jwks_uri" in metadata else Problem.REJECTED
    await came_to_nothing(browser, await browser.begin(), problem)


# The API and the settings ------------------------------------------------------------------------


async def test_the_sign_in_page_is_told_of_the_provider(server: Server) -> None:
    answer = await server.nobody("{ signInOptions { password oidc { name url } } }")
    assert answer["signInOptions"] == {
        "password": True,
        "oidc": {"name": "Nordlicht ID", "url": "/oidc/login"},
    }


async def test_passwords_can_be_switched_off(settings: Settings, provider: OidcProvider) -> None:
    only = with_provider(settings, provider.issuer, oidc_only=True)
    async with populated(only) as server, browsing(server, provider) as browser:
        options = await server.nobody("{ signInOptions { password } }")
        assert options == {"signInOptions": {"password": False}}
        for mutation, given in {
            "login": {"email": EMAIL, "password": PASSWORD},
            "requestPasswordReset": {"email": EMAIL},
            "resetPassword": {"secret": "x", "password": "drei wackelige Leitern"},
            "acceptInvitation": {"secret": "x", "password": "drei wackelige Leitern"},
            "changePassword": {"current": PASSWORD, "new": "drei wackelige Leitern"},
        }.items():
            refusal = await server.nobody.refusal(mutation, **given)
            assert (refusal["__typename"], refusal["code"]) == (
                "RuleRefused",
                "PASSWORD_SIGN_IN_OFF",
            )
        assert await Session.all().count() == 0
        assert await browser.sign_in() == "/"
        assert await browser.email() == EMAIL
        invited = await Api(browser.http)(
            """mutation { inviteUser(input: {email: "nele@nordlicht.example", name: "Nele Neu",
            role: VIEWER, language: EN}) { __typename } }"""
        )
        assert invited == {"inviteUser": {"__typename": "UserInvited"}}
        # There is no password to choose, hence no link to do it.
        assert await AccountLink.all().count() == 0
        mail = await OutboxMail.get(recipient="nele@nordlicht.example")
        assert f"{only.app_url}/login" in mail.text
        assert only.oidc_name in mail.text
        assert "/welcome" not in mail.text
        viewer = await server.administrator("{ viewer { email } }")
        assert viewer == {"viewer": {"email": EMAIL}}


async def test_where_no_provider_is_set_up_nothing_listens(settings: Settings) -> None:
    async with populated(settings) as server:
        for path in ("/oidc/login", "/oidc/callback"):
            response = await server.http.get(path)
            assert response.status_code != 303
            assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"oidc_issuer": "https://id.example"}, "CLIENT_ID"),
        ({"oidc_issuer": "http://id.example", "oidc_client_id": "x"}, "https://"),
        ({"oidc_issuer": "id.example", "oidc_client_id": "x"}, "https://"),
        ({"oidc_only": True}, "DIALTREE_OIDC_ISSUER"),
    ],
    ids=str,
)
def test_settings_that_do_not_fit_together(given: Claims, words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        Settings(**given, oidc_client_secret="do not show", smtp_url="smtp://u:do-not-show@h")
    assert "show" not in str(caught.value)


@pytest.mark.parametrize("issuer", ["https://id.example/realms/x", "http://localhost:9400"])
def test_settings_that_do(issuer: str) -> None:
    settings = Settings(oidc_issuer=issuer, oidc_client_id="dialtree", oidc_only=True)
    assert settings.oidc_issuer == issuer


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_problem_has_words(language: str) -> None:
    texts = json.loads((TEXTS / f"{language}.json").read_text("utf-8"))
    worded = {key for key in texts if key.startswith("login.problem.")}
    assert worded == {f"login.problem.{problem}" for problem in Problem}


# The command -------------------------------------------------------------------------------------


async def test_two_first_sign_ins_at_once_bind_one_account_once(people: People) -> None:
    person = Identity("https://id.example", "7f3a", EMAIL, True)
    both = await asyncio.gather(
        *[sign_in_with(person, timedelta(days=1), origin=Origin()) for _ in range(2)]
    )
    assert {principal.user_id for principal, _secret in both} == {people.administrator.user_id}
    assert await AuditEntry.filter(action="SIGN_IN_LINKED").count() == 1


async def test_two_people_with_one_address_at_once(people: People) -> None:
    results = await asyncio.gather(
        *[
            sign_in_with(
                Identity("https://id.example", sub, EMAIL, True), timedelta(days=1), origin=Origin()
            )
            for sub in ("a", "b")
        ],
        return_exceptions=True,
    )
    [failed] = [result for result in results if isinstance(result, BaseException)]
    assert isinstance(failed, SignInFailed)
    assert failed.problem == Problem.NO_ACCOUNT
    assert await Session.all().count() == 1
