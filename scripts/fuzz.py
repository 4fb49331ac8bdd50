"""Asks a dialtree with demo data everything its schema allows, at random, and looks for bugs.

    FUZZ_SECONDS=600 FUZZ_SEED=1 FUZZ_DATABASE_URL=postgres://… scripts/fuzz.py

Without a URL, of an empty database, it takes SQLite.
Schemathesis makes operations for each field of queries and mutations; they are sent as
administrator and as viewer. A bug is an answer with a status of 500 or more, or with the code
INTERNAL_ERROR, or a server that is gone. Whatever is refused with a reason is right.
"""

from __future__ import annotations

import os
import resource
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from e2e import dialtree, own_environment, server  # type: ignore[import-not-found]
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from dialtree import clock

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = ("admin@demo.example", "viewer@demo.example")
EXAMPLES = 8
"""Operations of one field in one round."""
MEMORY = 4 * 2**30

WORDS = st.sampled_from(
    [
        *("030 23125-3", "+49 30 23125", "*312", "0221 4710999", "089", "030 231253", "+49", "*"),
        *("Ham", "Berl", "10623", "Technik", "admin@demo.example", "Zentrale", "key-1", ""),
    ]
)
IDS = """{
    numberRanges(first: 20) { nodes { id children { id } } }
    siteContracts { nodes { id } } sipTrunks { nodes { id } } cloudPbxes { nodes { id } }
    uccConnections { nodes { id } } orders { nodes { id } } viewer { customer { id } }
}"""


@dataclass
class Fuzzing:
    """What was sent, and what came back."""

    url: str
    headers: dict[str, dict[str, str]]
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    bugs: list[str] = field(default_factory=list)

    def send(self, http: httpx.Client, who: str, query: str) -> None:
        began = time.monotonic()
        answer = http.post(self.url, json={"query": query}, headers=self.headers[who])
        self.slowest = max(self.slowest, (time.monotonic() - began, query))
        # With its quotes: what was sent may be repeated in an answer, but there they are escaped.
        if answer.status_code >= 500 or '"code":"INTERNAL_ERROR"' in answer.text:
            self.outcomes["bug"] += 1
            raise AssertionError(f"{who} {answer.status_code} {answer.text[:1000]}")
        self.outcomes[outcome(answer)] += 1


def outcome(answer: httpx.Response) -> str:
    if answer.status_code != 200:
        return f"status {answer.status_code}"
    read = answer.json()
    for error in read.get("errors", []):
        if code := error.get("extensions", {}).get("code"):
            return str(code)
        return f"{error['message'].lstrip('0123456789 ')[:30]}…"
    return "answered"


def main() -> int:
    seconds = float(os.environ.get("FUZZ_SECONDS", "600"))
    first_seed = int(os.environ.get("FUZZ_SEED") or secrets.randbelow(2**32))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory(prefix="dialtree-fuzz-") as directory:
        environ = own_environment(Path(directory), chromium="")
        if url := os.environ.get("FUZZ_DATABASE_URL"):
            environ["DIALTREE_DATABASE_URL"] = url
        log = Path(directory) / "server.log"
        with log.open("ab") as output:
            for preparation in (["migrate"], ["demo", "load"]):
                dialtree(preparation, environ, output.fileno())
            with server(environ, output.fileno()):
                fuzzing = Fuzzing(f"http://127.0.0.1:{environ['PORT']}/graphql", {})
                for email in PEOPLE:
                    fuzzing.headers[email] = token_of(email, environ)
                fuzz(fuzzing, seconds, first_seed)
        report(fuzzing, first_seed)
        if fuzzing.bugs:
            print(f"--- what dialtree wrote\n{log.read_text()[-20_000:]}", file=sys.stderr)
    return 1 if fuzzing.bugs else 0


def token_of(email: str, environ: dict[str, str]) -> dict[str, str]:
    """The headers of this person; a token, because a session would not outlive `logout`."""
    with tempfile.TemporaryFile() as output:
        dialtree(["token", "create", "fuzz", "--user", email], environ, output.fileno())
        output.seek(0)
        return {"Authorization": f"Bearer {output.read().decode().split()[-1]}"}


def fuzz(fuzzing: Fuzzing, seconds: float, first_seed: int) -> None:
    """Rounds over all fields, until the time is over."""
    schema = schemathesis.graphql.from_file((ROOT / "schema.graphql").read_text("utf-8"))
    schema.config.update(base_url=fuzzing.url)
    ends = time.monotonic() + seconds
    with httpx.Client(trust_env=False, timeout=60) as http:
        known = ids(http, fuzzing)
        register_scalars(known)
        for number in range(10**6):
            for read in schema.get_all_operations():
                assert isinstance(read, Ok), "our own schema can be read"
                operation = read.ok()
                if time.monotonic() > ends or len(fuzzing.bugs) >= 10:
                    return
                try:
                    run(fuzzing, http, operation, first_seed + number)
                except AssertionError as bug:
                    notes = "\n".join(getattr(bug, "__notes__", []))
                    fuzzing.bugs.append(f"{operation.label}: {bug}\n{notes}")


def run(
    fuzzing: Fuzzing, http: httpx.Client, operation: APIOperation[Any, Any, Any, Any], number: int
) -> None:
    @seed(number)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), who=st.sampled_from(PEOPLE))
    def ask(case: Any, who: str) -> None:
        fuzzing.send(http, who, str(case.body))

    ask()


def ids(http: httpx.Client, fuzzing: Fuzzing) -> list[str]:
    """Of objects that exist."""
    answer = http.post(fuzzing.url, json={"query": IDS}, headers=fuzzing.headers[PEOPLE[0]])
    return sorted(set(every_id(answer.json()["data"])))


def every_id(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "id":
                yield inner
            else:
                yield from every_id(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from every_id(inner)


def register_scalars(known: list[str]) -> None:
    """Mostly what could be meant, so that it gets beyond the first check."""
    nonsense = st.text(max_size=30)
    days = st.integers(-3, 400).map(lambda days: str(clock.today() + timedelta(days=days)))
    for name, meant in {"Date": days, "ID": st.sampled_from(known), "String": WORDS}.items():
        wanted = st.one_of(meant, meant, nonsense)
        schemathesis.graphql.scalar(name, wanted.map(nodes.String))
    schemathesis.graphql.scalar("DateTime", nonsense.map(nodes.String))


def report(fuzzing: Fuzzing, first_seed: int) -> None:
    total = fuzzing.outcomes.total()
    print(f"{total} operations, FUZZ_SEED={first_seed}")
    for name, count in fuzzing.outcomes.most_common(12):
        print(f"{count:7} {name}")
    print(f"slowest: {fuzzing.slowest[0]:.2f} s: {' '.join(fuzzing.slowest[1].split())[:300]}")
    for bug in fuzzing.bugs:
        print(f"--- BUG {bug}")


if __name__ == "__main__":
    sys.exit(main())
