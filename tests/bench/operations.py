"""The reads that are measured: as operations of the API, and as questions to the yardstick."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dialtree.ids import to_global_id
from tests.bench.client import request
from tests.bench.places import MAIN, token_of

FIELDS = "id kind digits openDigits display state freeCount assignedCount"
"""The eight fields of each range."""

Rows = Callable[..., Awaitable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Read:
    """`questions`: the variables of the operation, and what the yardstick is asked, in turns.
    `reach`: how many times as long as the yardstick it may take at concurrency 1. `grows`: whether
    its time is compared between the sizes."""

    name: str
    handler: str
    document: str
    questions: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    reach: float | None = None
    grows: bool = True

    def of_product(self, customer_id: int = MAIN) -> list[bytes]:
        return [
            request(
                "/graphql", {"query": self.document, "variables": variables}, token_of(customer_id)
            )
            for variables, _ in self.questions
        ]

    def of_yardstick(self) -> list[bytes]:
        return [request(f"/{self.handler}", asked) for _, asked in self.questions]


def _roots(arguments: str, fields: str = FIELDS) -> str:
    return f"query Roots {{ numberRanges({arguments}, first: 50) {{ nodes {{ {fields} }} }} }}"


async def reads(rows: Rows) -> list[Read]:
    """`rows` asks the database by SQL, for what the questions are about."""
    blocks = [row["id"] for row in await rows(_BLOCKS.format(main=MAIN))]
    trunks = [row["id"] for row in await rows(_TRUNKS.format(main=MAIN))]
    numbers = [row["digits"] + "7" for row in await rows(_ELEMENTS.format(main=MAIN))]
    assert blocks, "no block has ranges of all states"
    assert trunks, "no trunk has 60 elements"
    assert numbers, "no range is assigned"
    return [
        Read(
            "50 roots by number prefix, 8 fields",
            "prefix",
            _roots('number: "030"'),
            (({}, {"digits": "4930"}),),
        ),
        Read(
            "… and two nested objects",
            "nested",
            _roots(
                'number: "030 231255"',
                f"{FIELDS} siteContract {{ number town }} holder {{ name elementCount }}",
            ),
            (({}, {"digits": "4930231255"}),),
            reach=5,
            # The small size has no 50 single numbers.
            grows=False,
        ),
        Read(
            "number contains *4711",
            "contains",
            _roots('number: "*4711"'),
            (({}, {"wanted": "4711"}),),
        ),
        Read("by site", "site", _roots('site: "Köl"'), (({}, {"key": "koel"}),)),
        Read(
            "number and site",
            "both",
            _roots('number: "030", site: "10623"'),
            (({}, {"digits": "4930", "key": "10623"}),),
        ),
        Read(
            "children of a node, with counts and availability",
            "children",
            f"""
            query Children($id: ID!) {{ node(id: $id) {{ ... on NumberRange {{
                display freeCount assignedCount
                children {{
                    {FIELDS}
                    split {{ allowed refusal {{ code }} }} merge {{ allowed refusal {{ code }} }}
                }}
            }} }} }}
            """,
            tuple(({"id": to_global_id("NumberRange", id_)}, {"id": id_}) for id_ in blocks),
        ),
        Read(
            "lookup",
            "lookup",
            """
            query Lookup($number: String!) { lookup(number: $number) {
                outcome number display range { id display } holder { name }
            } }
            """,
            tuple(({"number": f"+{digits}"}, {"digits": digits}) for digits in numbers),
        ),
        Read(
            "order list",
            "orders",
            """
            query Orders { orders(first: 50) { nodes {
                id reference kind status createdAt finishedAt requestedBy
                items { action digits openDigits }
            } } }
            """,
            (({}, {}),),
        ),
        Read(
            "a trunk's 60 elements",
            "holder",
            f"""
            query Trunk($id: ID!) {{ node(id: $id) {{ ... on SipTrunk {{
                name elementCount numbers(first: 60) {{ nodes {{ {FIELDS} }} }}
            }} }} }}
            """,
            tuple(({"id": to_global_id("SipTrunk", id_)}, {"id": id_}) for id_ in trunks),
        ),
    ]


_BLOCKS = """
    SELECT id FROM number_range AS root
    WHERE customer_id = {main} AND parent_id IS NULL AND assigned_count > 0 AND free_count > 0
    AND EXISTS (SELECT 1 FROM number_range WHERE parent_id = root.id AND state = 'SPLIT')
    AND EXISTS (SELECT 1 FROM number_range WHERE parent_id = root.id AND state = 'FREE')
    AND EXISTS (SELECT 1 FROM number_range WHERE parent_id = root.id AND state = 'ASSIGNED')
    ORDER BY id LIMIT 10
"""
_TRUNKS = """
    SELECT id FROM holder WHERE customer_id = {main} AND kind = 'SIP_TRUNK' AND element_count = 60
    ORDER BY id LIMIT 10
"""
_ELEMENTS = """
    SELECT digits FROM number_range
    WHERE customer_id = {main} AND state = 'ASSIGNED' AND open_digits = 1 AND level = 1
    ORDER BY id LIMIT 50
"""
