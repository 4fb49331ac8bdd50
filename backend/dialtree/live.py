"""What changed, told to whoever watches: ids only, so that each watcher reads and authorises anew.

Inside a transaction changes are collected; they are told after its commit, so nobody reads a
state that is rolled back later. On PostgreSQL they travel by NOTIFY to every process.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

MAX_IDS = 300
"""With more ids than this a change says "everything" (NOTIFY takes less than 8,000 bytes)."""


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order was accepted or changed its status. customer_id, order_id."""

    customer_id: int
    order_id: int
    due: bool = False
    """Whether a worker has something to do, at once or at a time it did not know of."""


@dataclass(frozen=True, slots=True)
class InventoryChange:
    """Ranges changed state, holder, counts or reservation, or were removed; holders changed."""

    customer_id: int
    range_ids: tuple[int, ...] = ()
    removed_range_ids: tuple[int, ...] = ()
    holder_ids: tuple[int, ...] = ()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class MailWaiting:
    """The outbox has something to send."""


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """A session or token of this user ended, or the user was deactivated: whoever serves them for
    longer than one request asks again who they are."""

    user_id: int


Change = OrderChange | InventoryChange | MailWaiting | AccessChanged
_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (OrderChange, InventoryChange, MailWaiting, AccessChanged)
}


def encode(change: Change) -> str:
    return orjson.dumps({"kind": type(change).__name__, **asdict(change)}).decode()


def decode(payload: str) -> Change:
    fields = orjson.loads(payload)
    kind = _KINDS[fields.pop("kind")]
    change: Change = kind(
        **{
            name: tuple(value) if isinstance(value, list) else value
            for name, value in fields.items()
        }
    )
    return change


def inventory_change(
    customer_id: int,
    *,
    range_ids: set[int] | None = None,
    removed_range_ids: set[int] | None = None,
    holder_ids: set[int] | None = None,
) -> InventoryChange:
    ids = (range_ids or set(), removed_range_ids or set(), holder_ids or set())
    if sum(map(len, ids)) > MAX_IDS:
        return InventoryChange(customer_id, everything=True)
    changed, removed, holders = (tuple(sorted(part)) for part in ids)
    return InventoryChange(customer_id, changed, removed, holders)


@dataclass(eq=False)
class Watcher:
    """A queue of changes that drops a watcher who does not keep up, rather than growing."""

    queue: asyncio.Queue[Change | None] = field(default_factory=lambda: asyncio.Queue(1000))

    async def __aiter__(self) -> AsyncIterator[Change]:
        while (change := await self.queue.get()) is not None:
            yield change


class Hub:
    """Passes changes to the watchers of this process."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()

    @contextmanager
    def watch(self) -> Iterator[Watcher]:
        watcher = Watcher()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    async def changes(self) -> AsyncGenerator[Change | None]:
        """Every change from now on. None comes first, and again whenever changes may have been
        missed: whoever listens reads the present state then."""
        while True:
            with self.watch() as watcher:
                yield None
                async for change in watcher:
                    yield change

    def tell(self, change: Change) -> None:
        for watcher in tuple(self._watchers):
            try:
                watcher.queue.put_nowait(change)
            except asyncio.QueueFull:
                self._watchers.discard(watcher)
                watcher.queue.get_nowait()
                watcher.queue.put_nowait(None)

    def start_afresh(self) -> None:
        """Makes every watcher begin again: something may have been missed."""
        for watcher in tuple(self._watchers):
            self._watchers.discard(watcher)
            if watcher.queue.full():
                watcher.queue.get_nowait()
            watcher.queue.put_nowait(None)
