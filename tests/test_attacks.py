"""Operations that are made to cost much: each is refused for little computing and no memory.

The server runs in a process of its own, so that its own time and memory can be measured.
"""

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from graphql import get_introspection_query

from tests.conftest import ON_POSTGRES, PASSWORD
from tests.running import dialtree, running
from tests.server import Json

pytestmark = [
    pytest.mark.skipif(ON_POSTGRES, reason="refused before a database is asked"),
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="measures by /proc"),
]

CPU_SECONDS = 1.5
"""What a refusal may cost at most; most cost a hundredth. The bound is for slow machines."""
MEMORY = 20 * 2**20


@dataclass
class Attacked:
    pid: int
    http: httpx.Client

    def cpu(self) -> float:
        """Seconds that the server has computed so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def post(self, query: object, variables: object = None) -> httpx.Response:
        return self.http.post("/graphql", json={"query": query, "variables": variables})

    def viewer_is_served(self) -> None:
        assert "errors" not in self.post("{ viewer { id } }").json()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    given = {"data_dir": str(tmp_path_factory.mktemp("attacked")), "demo_password": PASSWORD}
    with running("--demo", **given) as attacked:
        token = dialtree("token", "create", "attack", "--user", "admin@demo.example", **given)
        assert token.returncode == 0, token.stderr
        with httpx.Client(
            base_url=attacked.url,
            headers={"Authorization": f"Bearer {token.stdout.strip()}"},
            trust_env=False,
            timeout=60,
        ) as http:
            yield Attacked(attacked.process.pid, http)
        attacked.stop()
        assert attacked.ended() == 0
        assert "Traceback" not in attacked.text


def nested(levels: int, field: str = "parent", leaf: str = "id") -> str:
    return f"{field} {{ " * levels + leaf + " }" * levels


def doubling(fragments: int) -> str:
    """Each fragment spreads the next one twice: two to the power of `fragments` fields."""
    chain = " ".join(
        f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(fragments)
    )
    return f"{{ ...f0 }} {chain} fragment f{fragments} on Query {{ viewer {{ id }} }}"


def everyone_spreads_everyone(fragments: int) -> str:
    spreads = " ".join(f"...f{i}" for i in range(fragments))
    return "{ ...f0 } " + " ".join(
        f"fragment f{i} on Query {{ {spreads} }}" for i in range(fragments)
    )


NODE = 'node(id: "TnVtYmVyUmFuZ2U6MQ")'
PAGE = "numberRanges(first: 100) { nodes { id "
LOGIN = 'login(input: {email: "a@b.example", password: "x"}) { __typename }'
LOOP = "types { fields { type { fields { type { fields { type { name } } } } } } }"

ATTACKS = {
    "depth": f"{{ {NODE} {{ ... on NumberRange {{ {nested(400)} }} }} }}",
    "depth by fragments": f"{{ {NODE} {{ ...a }} }} "
    + " ".join(
        f"fragment {a} on NumberRange {{ parent {{ parent {{ parent {{ ...{b} }} }} }} }}"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + " fragment i on NumberRange { id }",
    "aliases": "{ " + " ".join(f"a{i}: viewer {{ id }}" for i in range(300)) + " }",
    "aliases of a page": "{ "
    + " ".join(f"a{i}: {PAGE} }} }}" for i in range(19))
    + " b: "
    + PAGE
    + "children { id children { id children { id } } } } } }",
    "directives": "{ viewer { id " + "@include(if: true) " * 200 + "} }",
    "unknown directives": "{ viewer { id " + "@a " * 900 + "} }",
    "directives on many fields": "{ viewer { " + "id @skip(if: false) " * 200 + "} }",
    "duplicate leaves": "{ viewer { " + "id " * 1900 + "} }",
    "duplicate objects": "{ " + "viewer { customer { id } } " * 240 + "}",
    "duplicates in inline fragments": "{ " + "... { viewer { id } } " * 250 + "}",
    "duplicates of a fragment": "{ " + "...a " * 600 + "} fragment a on Query { viewer { id } }",
    "a fragment bomb": doubling(100),
    "a small fragment bomb": doubling(20),
    "a fragment within itself": "{ ...a } fragment a on Query { ...a }",
    "a circle of fragments": everyone_spreads_everyone(24),
    "a circle no operation spreads": "{ viewer { id } } "
    + everyone_spreads_everyone(20).removeprefix("{ ...f0 } "),
    "fragments that differ": "{ viewer { id } } "
    + " ".join(f"fragment f{i} on Viewer {{ a: id a: name }}" for i in range(120)),
    "operations": " ".join(f"query q{i} {{ viewer {{ id }} }}" for i in range(200)),
    "root fields": "{ " + " ".join(f"a{i}: __typename" for i in range(25)) + " }",
    "guessing passwords": "mutation { " + " ".join(f"a{i}: {LOGIN}" for i in range(10)) + " }",
    "guessing two passwords": f"mutation {{ {LOGIN} b: {LOGIN} }}",
    "lists in lists": "{ " + PAGE + "children { children { children { id } } } } } }",
    "pages in pages": "{ siteContracts(first: 100) { nodes { numberRanges(first: 100) { nodes { "
    "id holder { numbers(first: 100) { totalCount nodes { id } } } } } } } }",
    "a huge page": "{ numberRanges(first: 2147483647) { nodes { id } } }",
    "a huge page within": "{ sipTrunks { nodes { numbers(first: 100000) { nodes { id } } } } }",
    "tokens": "{ " + "viewer { id } " * 20_000 + "}",
    "a long name": "{ " + "a" * 1_000_000 + " }",
    "a long text": '{ lookup(number: "' + "0" * 1_000_000 + '") { outcome } }',
    "a long comment": "# " + "x" * 1_000_000 + "\n{ viewer { id } }",
    "a long number": "{ numberRanges(first: " + "9" * 40_000 + ") { nodes { id } } }",
    "a long list": "{ orders(status: [" + "PLANNED " * 1500 + "]) { totalCount } "
    "a: orders(status: [" + "X " * 400 + "]) { totalCount } }",
    "a deep list": "{ orders(status: " + "[" * 900 + "]" * 900 + ") { totalCount } }",
    "a deep type": "query($a: " + "[" * 900 + "Int" + "]" * 900 + ") { viewer { id } }",
    "many variables": "query("
    + " ".join(f"$v{i}: Int = 1" for i in range(300))
    + ") { viewer { id } }",
    "an introspection loop": "{ __schema { " + LOOP + " } }",
    "an introspection by aliases": "{ "
    + " ".join(f"a{i}: __schema {{ types {{ ...t }} }}" for i in range(20))
    + " } fragment t on __Type { fields { name args { name type { name ofType { name ofType { name"
    " } } } } type { name ofType { name } } } enumValues { name } inputFields { name type"
    " { name } } }",
    "unclosed": "{ viewer " * 900,
}


def refusals(answer: Json) -> list[str]:
    return [error["message"] for error in answer.get("errors", [])]


@pytest.mark.parametrize("what", ATTACKS)
def test_what_is_made_to_cost_much_is_refused_for_little(server: Attacked, what: str) -> None:
    server.viewer_is_served()
    before = server.cpu()
    answer = server.post(ATTACKS[what])
    assert server.cpu() - before < CPU_SECONDS
    assert answer.status_code in (200, 400, 413)
    if answer.status_code == 200:
        assert refusals(answer.json()), answer.text[:500]
    assert "INTERNAL_ERROR" not in answer.text
    assert len(answer.content) < 100_000
    server.viewer_is_served()


def test_attacks_leave_no_memory_behind(server: Attacked) -> None:
    def all_of_them() -> None:
        for document in ATTACKS.values():
            # Never twice the same, so that nothing that is remembered helps.
            server.post(f"# {secrets.token_hex(8)}\n{document}")

    for _ in range(2):
        all_of_them()
    before = server.memory()
    for _ in range(4):
        all_of_them()
    assert server.memory() - before < MEMORY


VARIABLES: dict[str, Callable[[], object]] = {
    "a long text": lambda: "0" * 3_000_000,
    "a long list": lambda: ["0"] * 300_000,
    "a deep list": lambda: json.loads("[" * 500 + "]" * 500),
    "a large object": lambda: {f"k{i}": i for i in range(200_000)},
    "a large number": lambda: 10**300,
    "half a million": lambda: 500_000,
}


@pytest.mark.parametrize("what", VARIABLES)
@pytest.mark.parametrize(
    "document",
    [
        "query($v: String!) { lookup(number: $v) { outcome } }",
        "query($v: String) { numberRanges(number: $v) { nodes { id } } }",
        "query($v: Int) { numberRanges(first: $v) { nodes { id } } }",
        "query($v: ID!) { node(id: $v) { id } }",
        'query($v: [ID!]!) { changeNumbersPreview(holderId: "U2lwVHJ1bms6MQ", add: $v) '
        "{ refusal { code } } }",
    ],
)
def test_huge_variables_cost_little(server: Attacked, document: str, what: str) -> None:
    value = VARIABLES[what]()
    body = json.dumps({"query": document, "variables": {"v": value}}).encode()
    before = server.cpu()
    answer = server.http.post(
        "/graphql", content=body, headers={"Content-Type": "application/json"}
    )
    assert server.cpu() - before < CPU_SECONDS
    assert answer.status_code in (200, 400, 413)
    assert "INTERNAL_ERROR" not in answer.text
    assert len(answer.content) < 2 * len(body) + 10_000
    server.viewer_is_served()


def test_many_different_documents_are_not_all_remembered(server: Attacked) -> None:
    """Valid ones, as long as they may be; two hundred are kept."""

    def send(count: int) -> None:
        for _ in range(count):
            fields = " ".join(f"a{i}: name" for i in range(29))
            answer = server.post(f"# {secrets.token_hex(20_000)}\n{{ viewer {{ {fields} }} }}")
            assert "errors" not in answer.json()

    send(220)
    before = server.memory()
    send(100)
    assert server.memory() - before < MEMORY


@pytest.mark.parametrize("count", [2, 1000])
def test_batches_are_refused(server: Attacked, count: int) -> None:
    before = server.cpu()
    answer = server.http.post("/graphql", json=[{"query": "{ viewer { id } }"}] * count)
    assert answer.status_code == 400
    assert server.cpu() - before < CPU_SECONDS


def test_the_dearest_operation_that_is_allowed_is_bearable(server: Attacked) -> None:
    """Close to the limit of cost, on data that fills it as far as demo data can."""
    introspection = get_introspection_query()
    for document in (
        "{ "
        + PAGE
        + "display children { id display split { allowed } children { id display } } } } }",
        introspection,
    ):
        before = server.cpu()
        started = time.monotonic()
        answer = server.post(document).json()
        assert "errors" not in answer or "QUERY_TOO_EXPENSIVE" in str(answer)
        assert server.cpu() - before < CPU_SECONDS
        assert time.monotonic() - started < 30
