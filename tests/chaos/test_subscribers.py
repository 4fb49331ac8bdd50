"""Who comes back learns what has ended meanwhile, and only that."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from dialtree.ids import to_global_id
from tests.chaos import subscribers
from tests.chaos.journal import Journal
from tests.chaos.subscribers import Watching
from tests.chaos.world import Company

COMPANY = Company(1, "Nordlicht", "token", ())
HOLD = "hold"


def order(id_: int, status: str) -> dict[str, str]:
    return {"id": to_global_id("Order", id_), "status": status}


class Product:
    """Plays streams one after the other, and answers the list from `orders`, newest first."""

    def __init__(self, *streams: list[Any]) -> None:
        self.orders: dict[int, str] = {}
        self.answers = asyncio.Event()
        self.held = asyncio.Event()
        """Set when the last stream has told all it has."""
        self._streams = list(streams)

    @asynccontextmanager
    async def events(self, *_: object, **__: object) -> AsyncIterator[AsyncIterator[Any]]:
        yield self._play(self._streams.pop(0))

    async def _play(self, stream: list[Any]) -> AsyncIterator[Any]:
        for told in stream:
            if told == HOLD:
                self.held.set()
                await asyncio.Event().wait()
            yield told
            await asyncio.sleep(0)
        raise subscribers.Refusing

    async def ask(self, *_: object, **__: object) -> dict[str, Any]:
        await self.answers.wait()
        nodes = [order(id_, status) for id_, status in sorted(self.orders.items(), reverse=True)]
        return {"orders": {"nodes": nodes, "pageInfo": {"endCursor": None, "hasNextPage": False}}}


async def test_what_ended_unseen_is_learnt_although_newer_orders_were_told_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    product = Product(
        [order(5, "QUEUED")],
        # Orders 6 and 7 have come in between, and 6 has ended. The list cannot be had as yet.
        [order(7, "QUEUED")],
        [order(7, "QUEUED"), HOLD],
    )
    product.orders = {5: "SUCCEEDED", 6: "CANCELLED", 7: "QUEUED"}
    monkeypatch.setattr(subscribers, "events", product.events)
    monkeypatch.setattr(subscribers, "PAUSE", 0)
    monkeypatch.setattr(subscribers, "CATCHING_UP", (0,))
    journal = Journal()
    watching = Watching(journal, lambda: "", random.Random(1))
    monkeypatch.setattr(watching, "_ask", product.ask)
    watching.start(COMPANY, 1)
    [subscriber] = journal.subscribers
    async with asyncio.timeout(10):
        await product.held.wait()
        product.answers.set()
        while subscriber.caught_up < 2:
            await watching.news.wait()
            watching.news.clear()
    await watching.close()
    assert subscriber.last == {5: "SUCCEEDED", 6: "CANCELLED", 7: "QUEUED"}
