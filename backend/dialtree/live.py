"""What changed, told to whoever watches: ids only, so that each watcher reads and authorises anew.

Inside a transaction changes are collected; they are told after its commit, so nobody reads a
state that is rolled back later. On PostgreSQL they travel by NOTIFY to every process.
"""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Coroutine,
    Hashable,
    Iterable,
    Iterator,
)
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson

T = TypeVar("T")

MAX_IDS = 300
"""With more ids than this a change says "everything" (NOTIFY takes less than 8,000 bytes)."""
MAX_BYTES = 7_900


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


def encode(changes: Iterable[Change]) -> list[str]:
    """As few messages for NOTIFY as the changes fit into."""
    messages: list[str] = []
    for change in changes:
        # The class knows its fields; `asdict` would copy every value of them.
        values = {name: getattr(change, name) for name in change.__slots__}
        text = orjson.dumps({"kind": type(change).__name__, **values}).decode()
        if messages and len(messages[-1]) + len(text) < MAX_BYTES:
            messages[-1] += f",{text}"
        else:
            messages.append(text)
    return [f"[{message}]" for message in messages]


def decode(message: str) -> list[Change]:
    return [_change(fields) for fields in orjson.loads(message)]


def _change(fields: dict[str, Any]) -> Change:
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


class Mailbox:
    """An asyncio.Queue for one reader, in a tenth of the memory: every subscription has one."""

    __slots__ = ("_changes", "_reader")

    maxsize = 1000

    def __init__(self) -> None:
        self._changes: list[Change | None] = []
        self._reader: asyncio.Future[None] | None = None

    def qsize(self) -> int:
        return len(self._changes)

    def empty(self) -> bool:
        return not self._changes

    def full(self) -> bool:
        return len(self._changes) >= self.maxsize

    def put_nowait(self, change: Change | None) -> None:
        if self.full():
            raise asyncio.QueueFull
        self._changes.append(change)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def get_nowait(self) -> Change | None:
        return self._changes.pop(0)

    async def get(self) -> Change | None:
        while not self._changes:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._changes.pop(0)


@dataclass(eq=False, slots=True)
class Watcher:
    """A queue of changes that drops a watcher who does not keep up, rather than growing."""

    queue: Mailbox = field(default_factory=Mailbox)

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


class Once:
    """What many watchers ask because of the same change is asked once, and all get the answer: it
    is newer than the change."""

    def __init__(self) -> None:
        self._change: Change | None = None
        self._answers: dict[Hashable, asyncio.Task[Any]] = {}

    async def ask(
        self, change: Change | None, what: Hashable, ask: Callable[[], Coroutine[Any, Any, T]]
    ) -> T:
        """`what`: the same for all who would get the same answer. Each asks for itself without a
        change, and about one that is not the latest any more."""
        if change is None:
            return await ask()
        # Equal changes follow each other: only this very one is meant.
        if change is not self._change:
            self._change, self._answers = change, {}
        if what not in self._answers:
            self._answers[what] = asyncio.create_task(ask())
        try:
            answer: T = await asyncio.shield(self._answers[what])
        except Exception:
            # Whoever comes later tries it anew.
            self._answers.pop(what, None)
            raise
        return answer


once = Once()
