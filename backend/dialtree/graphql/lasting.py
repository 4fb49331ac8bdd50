"""Who is connected for longer than one request: counted per user, and shown out when the session or
token they came with has ended.

Every process counts and watches its own connections.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import Credentials, no_longer_valid
from dialtree.database import hub
from dialtree.graphql.context import Context
from dialtree.live import AccessChanged, Change, Watcher
from dialtree.refusals import Refusal, RefusalCode, Refused

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Connection:
    """A socket, or a stream of one subscription; `close` is for sockets: streams end with their
    subscription."""

    credentials: Credentials
    user_id: int
    close: Callable[[], Coroutine[None, None, None]] | None = None


class Lasting:
    """The connections of this process, and how many subscriptions each user has."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self._subscriptions: Counter[int] = Counter()
        self._closing: set[asyncio.Task[None]] = set()

    def sockets_of(self, user_id: int) -> int:
        return sum(1 for c in self.connections if c.user_id == user_id and c.close is not None)

    @contextmanager
    def connected(self, connection: Connection) -> Iterator[None]:
        self.connections.add(connection)
        try:
            yield
        finally:
            self.connections.discard(connection)

    @contextmanager
    def subscribed(self, context: Context, principal: Principal) -> Iterator[None]:
        """Raises Refused(TOO_MANY_SUBSCRIPTIONS)."""
        settings = context.settings
        for running, limit in (
            (context.subscriptions, settings.subscriptions_per_connection),
            (self._subscriptions[principal.user_id], settings.subscriptions_per_user),
        ):
            if running >= limit:
                raise Refused(Refusal(RefusalCode.TOO_MANY_SUBSCRIPTIONS, {"limit": limit}))
        context.subscriptions += 1
        self._subscriptions[principal.user_id] += 1
        try:
            yield
        finally:
            context.subscriptions -= 1
            self._subscriptions[principal.user_id] -= 1
            if not self._subscriptions[principal.user_id]:
                del self._subscriptions[principal.user_id]

    async def watch(self, seconds: float) -> None:
        """Shows out whoever has lost access: as soon as that is told, and every `seconds`, because
        nobody tells that a session has expired or what another program has changed."""
        while True:
            with hub.watch() as watcher:
                try:
                    while await self._look_after(watcher, seconds):
                        pass
                except Exception:
                    log.exception("access could not be checked; it is tried again")
                    await asyncio.sleep(1)

    async def _look_after(self, watcher: Watcher, seconds: float) -> bool:
        """Handles one change, or the end of the pause; False: changes may have been missed."""
        try:
            change = await asyncio.wait_for(watcher.queue.get(), seconds)
        except TimeoutError:
            change = None
            missed = False
        else:
            missed = change is None
        if change is None:
            for user_id in {c.user_id for c in await self._lost(self.connections)}:
                hub.tell(AccessChanged(user_id))  # subscriptions hear it as well
        elif isinstance(change, AccessChanged):
            theirs = {c for c in self.connections if c.user_id == change.user_id}
            for connection in await self._lost(theirs):
                if connection.close is not None:
                    # Not awaited: a peer that does not read would hold up all others.
                    task = asyncio.create_task(connection.close())
                    self._closing.add(task)
                    task.add_done_callback(self._closing.discard)
        return not missed

    async def _lost(self, connections: set[Connection]) -> list[Connection]:
        if not connections:
            return []
        lost = await no_longer_valid({c.credentials for c in connections})
        return [c for c in tuple(connections) if c.credentials in lost]


lasting = Lasting()


@asynccontextmanager
async def watching_access(seconds: float) -> AsyncIterator[None]:
    task = asyncio.create_task(lasting.watch(seconds))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def changes(
    context: Context, wanted: Callable[[Change], bool]
) -> AsyncGenerator[tuple[Principal, Change | None], None]:
    """For a subscription: who watches, as of now, and the change; None first, and again whenever
    changes may have been missed. Ends when they may not watch any longer.

    Raises Refused(NOT_AUTHENTICATED, TOO_MANY_SUBSCRIPTIONS).
    """
    watching = context.signed_in()
    stream = Connection(context.credentials, watching.user_id)
    with lasting.subscribed(context, watching), lasting.connected(stream):
        while True:
            with hub.watch() as watcher:
                change = None
                while True:
                    ended = isinstance(change, AccessChanged) and change.user_id == watching.user_id
                    if change is None or ended or wanted(change):
                        principal = await context.recognise_again(change)
                        if principal is None or principal.customer_id != watching.customer_id:
                            return
                        if not ended:
                            yield principal, change
                    change = await watcher.queue.get()
                    if change is None:
                        break
