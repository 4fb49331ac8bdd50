"""Secrets stand nowhere but where they belong: a server that writes all it can is led through
everything that knows one, then all it has left behind is searched for them.

`STEPS` are what is done; a step adds the secrets it meets to `Trial.secrets`, and every answer but
the one that gives a secret out to `Trial.answers`.
"""

import asyncio
import re
import secrets
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx
import pytest

from dialtree.asgi import BUILT_APP
from dialtree.trunks.vault import new_key
from tests.conftest import ON_POSTGRES
from tests.running import SECONDS, Running, dialtree, running
from tests.sockets import PROTOCOL, Socket, connected

pytestmark = pytest.mark.skipif(ON_POSTGRES, reason="the server has a SQLite of its own")

ADMINISTRATOR, VIEWER = "admin@demo.example", "viewer@demo.example"
BROKEN = "Fehlerhaft"

PROGRAM = f"""
from dialtree.trunks import credentials
log = credentials.log
async def fail(principal, action, holder, *args, **kwargs):
    if holder.name == {BROKEN!r}:
        raise RuntimeError("broken")
    await log(principal, action, holder, *args, **kwargs)
credentials.log = fail
"""
"""The server, in which looking at the password of one trunk meets a bug of ours."""


def canary() -> str:
    return f"canary-{secrets.token_urlsafe(18)}"


@dataclass
class Trial:
    server: Running
    data_dir: Path
    secrets: dict[str, str]
    """By what they are."""
    answers: list[str] = field(default_factory=list)

    async def ask(
        self, document: str, *, tells: bool = False, headers: dict[str, str], **variables: object
    ) -> Any:
        """The answer as JSON; with `tells` it is the one that gives a secret out."""
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(
                f"{self.server.url}/graphql",
                json={"query": document, "variables": variables},
                headers=headers,
            )
        if not tells:
            self.answers.append(answer.text)
            self.answers.append(str({**answer.headers, "set-cookie": ""}))
        cookie = answer.cookies.get("dialtree_session")
        if cookie:
            self.secrets["session"] = cookie
        return answer.json()

    def headers(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secrets[name]}"}


LOGIN = """
    mutation Login($email: String!, $password: String!) {
        login(input: {email: $email, password: $password}) {
            __typename ... on Refusal { code message }
        }
    }
"""
REVEAL = """
    mutation Reveal($id: ID!) {
        revealSipPassword(input: {sipTrunkId: $id}) {
            __typename ... on SipPasswordRevealed { password } ... on Refusal { code message }
        }
    }
"""
REGENERATE = REVEAL.replace("revealSipPassword", "regenerateSipPassword").replace(
    "Revealed", "Regenerated"
)
CREATE = """
    mutation Create($name: String!) {
        createSipTrunk(input: {name: $name, contact: {name: "Technik"}}) {
            __typename ... on Refusal { code message }
            ... on InvalidInput { fields { field message } }
        }
    }
"""
TRUNKS = "{ sipTrunks { nodes { id name credentials { userName } } } }"
EVERYTHING = (
    "{ viewer { id } sipTrunks { nodes { id name credentials { userName authenticationName } } } }",
    "{ auditLog { nodes { id } } }",
    "{ orders { nodes { id reference status } } }",
    "{ cloudPbxes { nodes { id name } } }",
    "{ siteContracts { nodes { id number } } }",
)


async def signing_in(trial: Trial) -> None:
    right, wrong = trial.secrets["demo password"], canary()
    trial.secrets["wrong password"] = wrong
    await trial.ask(LOGIN, email=ADMINISTRATOR, password=right, headers={})
    assert "session" in trial.secrets
    for password in (wrong, wrong * 100):
        await trial.ask(LOGIN, email=ADMINISTRATOR, password=password, headers={})
    await trial.ask(LOGIN, email=f"{wrong}@x.example", password=wrong, headers={})


async def documents_that_are_wrong(trial: Trial) -> None:
    """The password is in what cannot be understood. The answer, which only its sender gets, may
    repeat what was sent."""
    secret = trial.secrets["misplaced password"] = canary()
    for document, variables in (
        (LOGIN, {"email": ADMINISTRATOR, "password": [secret]}),
        (LOGIN, {"email": ADMINISTRATOR, "password": {"value": secret}}),
        (f'mutation {{ login(input: {{email: "a", password: "{secret}", x: 1}}) }}', {}),
        (f'mutation {{ login(input: {{password: "{secret}" ', {}),
        (
            "mutation Login($input: LoginInput!) { login(input: $input) { __typename } }",
            {"input": {"email": ADMINISTRATOR, "password": secret, "unknown": 1}},
        ),
    ):
        await trial.ask(document, headers={}, tells=True, **variables)


async def tokens(trial: Trial) -> None:
    for name, email in (("token", ADMINISTRATOR), ("token of a viewer", VIEWER)):
        made = dialtree("token", "create", "x", "--user", email, data_dir=str(trial.data_dir))
        trial.secrets[name] = made.stdout.strip()
        assert trial.secrets[name].startswith("dialtree_")
        answer = await trial.ask("{ viewer { email } }", headers=trial.headers(name))
        assert answer["data"]["viewer"] == {"email": email}
    trial.secrets["invalid token"] = canary()
    await trial.ask(EVERYTHING[0], headers=trial.headers("invalid token"))
    async with connected(trial.server.socket_url, subprotocol=PROTOCOL) as socket:
        await opened(socket, trial.secrets["token"])
    async with connected(trial.server.socket_url, subprotocol=PROTOCOL) as socket:
        await opened(socket, trial.secrets["invalid token"])
        await socket.closed()


async def opened(socket: Socket, token: str) -> None:
    payload = {"authorization": f"Bearer {token}"}
    await socket.send({"type": "connection_init", "payload": payload})
    subscribe = {"type": "subscribe", "id": "1", "payload": {"query": EVERYTHING[0]}}
    await socket.send(subscribe)


async def passwords_of_trunks(trial: Trial) -> None:
    administrator, viewer = trial.headers("token"), trial.headers("token of a viewer")
    for name in (BROKEN, "Hamburg neu"):
        answer = await trial.ask(CREATE, name=name, headers=administrator)
        assert answer["data"]["createSipTrunk"]["__typename"] == "OrderAccepted", answer
    answer = await trial.ask(TRUNKS, headers=administrator)
    trunks = {trunk["name"]: trunk["id"] for trunk in answer["data"]["sipTrunks"]["nodes"]}
    for name, document in (("SIP password", REVEAL), ("new SIP password", REGENERATE)):
        answer = await trial.ask(
            document, id=trunks["Hamburg neu"], headers=administrator, tells=True
        )
        [result] = answer["data"].values()
        trial.secrets[name] = result["password"]
        refused = await trial.ask(document, id=trunks["Hamburg neu"], headers=viewer)
        [result] = refused["data"].values()
        assert result["__typename"] == "NotAllowed"
    answer = await trial.ask(REVEAL, id=trunks[BROKEN], headers=administrator)
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_ERROR"


async def tokens_of_the_page(trial: Trial) -> None:
    document = """mutation { createApiToken(input: {name: "sync"}) {
        ... on ApiTokenCreated { secret } ... on Refusal { code } } }"""
    session = {"Cookie": f"dialtree_session={trial.secrets['session']}"}
    answer = await trial.ask(document, headers=session, tells=True)
    trial.secrets["token of the page"] = answer["data"]["createApiToken"]["secret"]
    listed = "{ apiTokens { nodes { id name } } }"
    assert "sync" in str(await trial.ask(listed, headers=trial.headers("token")))


async def links(trial: Trial) -> None:
    """Their secrets stand in the e-mail and nowhere else once it is sent."""
    invite = """mutation { inviteUser(input: {email: "nele@demo.example", name: "Nele Neu",
        role: VIEWER, language: EN}) { __typename ... on Refusal { code message } } }"""
    session = {"Cookie": f"dialtree_session={trial.secrets['session']}"}
    answer = await trial.ask(invite, headers=session)
    assert answer["data"]["inviteUser"]["__typename"] == "UserInvited", answer
    trial.secrets["invitation link"] = await linked(trial, "/welcome#")
    forget = f"""mutation {{ requestPasswordReset(input: {{email: "{VIEWER}"}}) {{
        __typename }} }}"""
    await trial.ask(forget, headers={})
    trial.secrets["reset link"] = await linked(trial, "/reset-password#")
    for mutation, link in (
        ("acceptInvitation", "invitation link"),
        ("resetPassword", "reset link"),
    ):
        chosen = trial.secrets[f"password of the {link}"] = canary()
        document = f"""mutation Use($secret: String!, $password: String!) {{
            {mutation}(input: {{secret: $secret, password: $password}}) {{
                __typename ... on Refusal {{ code message }} }} }}"""
        used = {"secret": trial.secrets[link], "password": chosen}
        answer = await trial.ask(document, headers={}, **used)
        assert "Refused" not in str(answer), answer
        assert "NotFound" not in str(answer), answer
        # The second time it is refused.
        await trial.ask(document, headers={}, **used)


async def linked(trial: Trial, path: str) -> str:
    """What stands behind `path` in the e-mail that holds it."""
    async with asyncio.timeout(SECONDS):
        while True:
            for file in (trial.data_dir / "mail").glob("*.eml"):
                message = message_from_bytes(file.read_bytes(), policy=policy.default)
                body = message.get_body(("plain",))
                if body and (found := re.search(rf"{path}([\w-]+)", body.get_content())):
                    return found[1]
            # The folder belongs to another process, which tells nobody.
            await asyncio.sleep(0.05)


async def the_provider(trial: Trial) -> None:
    """It does not answer; what is told of that names no secret."""
    async with httpx.AsyncClient(base_url=trial.server.url, trust_env=False) as http:
        answer = await http.get("/oidc/login")
        assert answer.status_code == 303
        trial.answers.append(f"{answer.headers} {answer.text}")
    await trial.ask("{ signInOptions { password oidc { name url } } }", headers={})


async def what_a_viewer_sees(trial: Trial) -> None:
    for document in EVERYTHING:
        answer = await trial.ask(document, headers=trial.headers("token of a viewer"))
        codes = [error.get("extensions", {}).get("code") for error in answer.get("errors", ())]
        assert codes in ([], ["NOT_ADMINISTRATOR"]), answer


async def pages_of_operators(trial: Trial) -> None:
    async with httpx.AsyncClient(base_url=trial.server.url, trust_env=False) as http:
        for path in ("/healthz", "/readyz", "/metrics", "/"):
            trial.answers.append((await http.get(path)).text)
        headers = trial.headers("metrics token")
        page = await http.get("/metrics", headers=headers)
        assert page.status_code == 200
        trial.answers.append(page.text)


LINKS = ("invitation link", "reset link")
FILES_OF_LINKS = (".eml", ".sqlite3", ".sqlite3-wal")
"""The e-mail has to hold it; the pages of the database may, until they are written over: the link
has been used by then. No row holds it, see "the database"."""

STEPS: tuple[Callable[[Trial], Awaitable[None]], ...] = (
    signing_in,
    documents_that_are_wrong,
    tokens,
    passwords_of_trunks,
    tokens_of_the_page,
    links,
    the_provider,
    what_a_viewer_sees,
    pages_of_operators,
)


async def test_no_secret_is_left_where_it_does_not_belong(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    planted = {
        "demo password": canary(), "secret key": new_key(), "metrics token": canary(),
        "client secret": canary(),
    }  # fmt: skip
    settings = {
        "data_dir": str(data_dir),
        "demo_password": planted["demo password"],
        "secret_key": planted["secret key"],
        "metrics_token": planted["metrics token"],
        "oidc_issuer": "http://localhost:1",
        "oidc_client_id": "dialtree",
        "oidc_client_secret": planted["client secret"],
        "log_level": "debug",
    }
    with running("--demo", program=PROGRAM, **settings) as server:
        trial = Trial(server, data_dir, planted)
        for step in STEPS:
            await step(trial)
        server.until("e-mail|dialtree.operation")
        server.stop()
        assert server.ended() == 0
    assert "RuntimeError: broken" in server.text, "the log is searched that has the error in it"
    found = list(found_in(trial))
    assert not found, "\n".join(found)


def found_in(trial: Trial) -> Iterator[str]:
    for place, content in places(trial):
        for name, secret in trial.secrets.items():
            assert len(secret) > 20
            at = content.find(secret.encode())
            if at >= 0 and not (name in LINKS and place.endswith(FILES_OF_LINKS)):
                around = content[max(0, at - 200) : at + len(secret) + 50]
                yield f"{name} in {place}: …{around!r}…"


def places(trial: Trial) -> Iterator[tuple[str, bytes]]:
    yield "the log", trial.server.text.encode()
    for answer in trial.answers:
        yield "an answer", answer.encode()
    files = [file for file in trial.data_dir.rglob("*") if file.is_file()]
    assert any(file.suffix == ".eml" for file in files)
    for file in files:
        yield file.name, file.read_bytes()
    with closing(sqlite3.connect(trial.data_dir / "dialtree.sqlite3")) as database:
        yield "the database", "\n".join(database.iterdump()).encode()
    for file in BUILT_APP.rglob("*") if BUILT_APP.is_dir() else ():
        if file.is_file():
            yield str(file), file.read_bytes()


def test_the_password_of_the_mail_server_is_in_no_line(tmp_path: Path) -> None:
    secret = canary()
    with running(
        "--demo",
        data_dir=str(tmp_path),
        smtp_url=f"smtp://mailer:{secret}@127.0.0.1:1",
        log_level="debug",
    ) as server:
        server.until("cannot be sent at present")
        server.stop()
        assert server.ended() == 0
    assert secret not in server.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "postgres://dialtree:{}@127.0.0.1:1/dialtree"),
        ("database_url", "postgres://dialtree:{}@127.0.0.1:1/dialtree?unknown=1"),
        ("database_url", "postgres://dialtree:{}@127.0.0.1:nonsense/dialtree"),
        ("smtp_url", "smtp://mailer:{}@127.0.0.1:nonsense"),
        ("smtp_url", "http://mailer:{}@127.0.0.1"),
        ("secret_key", "{}"),
    ],
)
def test_a_server_that_does_not_start_keeps_secrets(tmp_path: Path, name: str, value: str) -> None:
    secret = canary()
    settings = {name: value.format(secret), "log_level": "debug"}
    ended = dialtree("serve", data_dir=str(tmp_path), port="0", **settings)
    assert ended.returncode != 0
    assert secret not in ended.stdout + ended.stderr
