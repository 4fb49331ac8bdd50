"""Clients go on through what passes, and fail of what does not."""

import asyncio
import json
import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dialtree.ids import to_global_id
from tests.chaos import load
from tests.chaos.journal import Asked, Journal, Told
from tests.chaos.load import MASKED_IN_A_ROW, Client, Unanswered, answered
from tests.chaos.world import Company

COMPANY = Company(1, "Nordlicht", "token", (to_global_id("SipTrunk", 1),))
RANGE = {"id": "1", "state": "FREE", "openDigits": 1, "openOrder": None, "holder": None}
RECENT: dict[str, Any] = {
    "planned": {"nodes": []},
    "done": {"nodes": []},
    "sipTrunks": {"nodes": []},
}
MASKED = {"errors": [{"extensions": {"code": "INTERNAL_ERROR"}}]}
AGAIN = {"errors": [{"extensions": {"code": "TRY_AGAIN"}}]}
ACCEPTED = {"__typename": "OrderAccepted", "order": {"id": to_global_id("Order", 7)}}

Answer = dict[str, Any] | str


class Product:
    """Answers reads with a free range, and each mutation with the next of `answers`; after the
    last one it stops the client."""

    def __init__(self, *answers: Answer) -> None:
        self.journal = Journal()
        self.stopping = asyncio.Event()
        self._answers: Iterator[Answer] = iter(answers)
        self._left = len(answers)

    async def run(self) -> None:
        transport = httpx.MockTransport(self._answer)
        client = Client(
            COMPANY, self.journal, lambda: "http://test", random.Random(1), _ignore, transport
        )
        async with asyncio.timeout(10):
            await client.run(self.stopping, 0)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        document = json.loads(request.content)["query"]
        if document == load.ROOTS:
            return _data(numberRanges={"nodes": [{"id": "1"}]})
        if document == load.BENEATH:
            return _data(node={"children": [RANGE | {"merge": None}]})
        if document == load.RECENT:
            return _data(**RECENT)
        self._left -= 1
        if not self._left:
            self.stopping.set()
        answer = next(self._answers)
        if isinstance(answer, str):
            raise httpx.ConnectError(answer)
        if "errors" in answer:
            return httpx.Response(500, json=answer)
        return _data(**{document.split("{")[1].split("(")[0].strip(): answer})


def _ignore(_company: Company, _order_id: str) -> None:
    pass


def _data(**data: object) -> httpx.Response:
    return httpx.Response(200, json={"data": data})


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "PAUSE_AFTER_A_FAULT", 0)


async def test_an_order_is_asked_for_until_it_is_answered() -> None:
    product = Product("connection refused", AGAIN, MASKED, AGAIN, MASKED, ACCEPTED)
    await product.run()
    [asked] = product.journal.asked.values()
    assert (asked.told, asked.order_ids, asked.sent) == (Told.ACCEPTED, {7}, 6)
    assert len(product.journal.faults) == 2


async def test_a_bug_that_shows_again_and_again_ends_the_client() -> None:
    product = Product(*[MASKED] * MASKED_IN_A_ROW, ACCEPTED)
    with pytest.raises(Unanswered, match="INTERNAL_ERROR"):
        await product.run()
    assert len(product.journal.faults) == MASKED_IN_A_ROW


@pytest.mark.parametrize(
    "error",
    [
        {"message": "Cannot query field 'split'"},
        {"extensions": {"code": "NOT_SIGNED_IN"}},
    ],
)
async def test_an_answer_that_will_never_be_another_ends_the_client(error: Answer) -> None:
    product = Product({"errors": [error]}, ACCEPTED)
    with pytest.raises(Unanswered):
        await product.run()
    assert len(product.journal.faults) == 1


@pytest.mark.parametrize("typename", ["InvalidInput", "NotAllowed"])
async def test_what_a_client_gives_no_cause_for_is_a_fault(typename: str) -> None:
    product = Product({"__typename": typename, "code": "X"})
    await product.run()
    [fault] = product.journal.faults
    assert typename in fault


async def test_a_refusal_by_a_rule_is_none() -> None:
    product = Product({"__typename": "RuleRefused", "code": "RANGE_IN_OPEN_ORDER"})
    await product.run()
    assert not product.journal.faults


async def test_what_is_no_order_is_not_asked_for_any_more_at_the_end() -> None:
    product = Product()
    product.stopping.set()
    await product.run()
    assert not product.journal.asked


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def test_an_answer_that_never_comes_is_a_fault_and_no_reason_to_wait_for_ever() -> None:
    journal = Journal(asked={"key": Asked("key", 1, "splitRange")})
    waiting = asyncio.create_task(_for_ever())
    await answered([waiting], journal, 0.01)
    assert waiting.cancelled()
    assert journal.faults == ["1 requests had no answer 0.01 s after everything was running again"]
