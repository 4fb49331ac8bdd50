"""Opening the database, transactions, and the few facts in which SQLite and PostgreSQL differ."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar, copy_context
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import (
    BaseDBAsyncClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError, IntegrityError, OperationalError
from tortoise.models import Model
from tortoise.transactions import in_transaction

from dialtree import live
from dialtree.refusals import Refusal, RefusalCode, Refused

T = TypeVar("T")
log = logging.getLogger(__name__)

MODELS = (
    "dialtree.accounts.models",
    "dialtree.inventory.models",
    "dialtree.audit.models",
    "dialtree.ucc.models",
    "dialtree.holders.models",
    "dialtree.orders.models",
    "dialtree.trunks.models",
    "dialtree.calls.models",
    "dialtree.notifications.models",
)
POOL_SIZE = 10
"""Connections to PostgreSQL that one process holds at most, besides the one that listens, unless it
is told another number."""
STATEMENT_SECONDS = 60
"""PostgreSQL ends a statement of the pool after that, also one that waits for a lock: nobody waits
for its result any more, and the connection is needed."""
IDLE_SECONDS = 30
"""PostgreSQL ends a transaction of whose owner it has heard nothing for that long: a process that
was cut off must not keep its locks from whoever takes over its orders."""
REPLY_SECONDS = STATEMENT_SECONDS + 10
"""By then PostgreSQL has answered, or the connection leads nowhere any more."""
LISTENING_SECONDS = 15
"""How often it is asked whether the listening connection still leads anywhere: nobody tells that
it does not, and what it would have brought is missed."""
ATTEMPTS = 4
"""How often a transaction is tried before the caller is asked to."""
CLOSE_SECONDS = 3.0
"""How long the process waits at its end for transactions that nobody waits for any more."""
NOTIFY_CHANNEL = "dialtree"
_NOTIFY = "SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message"
UNREACHABLE = (
    OSError,  # nobody there, no such host, no answer in time
    DBConnectionError,  # no such database
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidAuthorizationSpecificationError,
)
"""What connecting meets when it is for the operator to do something."""
UNSTORABLE = Refusal(
    RefusalCode.VALUE_NOT_UNDERSTOOD, {"value": "\\u0000", "expected": "A-Z, 0-9, …"}
)
"""A NUL character in a text."""

hub = live.Hub()
_collected: ContextVar[list[live.Change] | None] = ContextVar("collected", default=None)
_running: set[asyncio.Task[Any]] = set()


class InvariantBroken(RuntimeError):
    """A guarded update met a row that its lock and the rules should have ruled out: a bug."""


def must_have_changed(rows: int, expected: int, what: str) -> None:
    """The last guard of a state change: its update must have met exactly the rows it expects."""
    if rows != expected:
        raise InvariantBroken(f"{what}: {rows} rows changed, {expected} expected")


class Router:
    """Reads outside a transaction take a connection of their own on SQLite, where an open
    transaction would otherwise hold them up."""

    def db_for_read(self, _model: type[Model]) -> str:
        return name_for_reading()

    def db_for_write(self, _model: type[Model]) -> str:
        return "default"


def name_for_reading() -> str:
    """Of the connection that reads what is not written in a transaction under way."""
    return "default" if _collected.get() is not None or is_postgres() else "reader"


def is_postgres() -> bool:
    return get_connection("default").capabilities.dialect == "postgres"


def tortoise_config(url: str, pool_size: int = POOL_SIZE) -> dict[str, Any]:
    if url.startswith("sqlite:"):
        path = url.removeprefix("sqlite://")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        credentials = {"file_path": path, "busy_timeout": 10_000, "synchronous": "NORMAL"}
        connections: dict[str, Any] = {
            "default": {"engine": "dialtree.sqlite", "credentials": credentials},
            "reader": {"engine": "dialtree.sqlite", "credentials": credentials},
        }
    else:
        connections = {
            "default": {
                "engine": "dialtree.postgres",
                "credentials": {
                    **postgres_arguments(url),
                    "maxsize": pool_size,
                    "command_timeout": REPLY_SECONDS,
                    "server_settings": {
                        "statement_timeout": f"{STATEMENT_SECONDS}s",
                        "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
                    },
                    "reset": leave_as_it_is,
                },
            }
        }
    return {
        "connections": connections,
        "apps": {"dialtree": {"models": list(MODELS), "default_connection": "default"}},
        "routers": [Router],
        "use_tz": True,
        "timezone": "UTC",
    }


async def leave_as_it_is(_connection: object) -> None:
    """Nothing here changes a session of the pool for longer than a transaction, and asyncpg itself
    rolls back what is open: asking the server to reset it would be one more round trip for each
    statement outside a transaction and each transaction."""


def postgres_arguments(url: str) -> dict[str, Any]:
    """What asyncpg and its pool take, from postgres://user:password@host:port/name?sslmode=…;
    "ssl" takes the words of "sslmode". Raises ValueError for another parameter."""
    parts = urlsplit(url)
    arguments: dict[str, Any] = {
        "host": parts.hostname or "localhost",
        "port": parts.port or 5432,
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password or ""),
        "database": unquote(parts.path.lstrip("/")),
    }
    for name, value in parse_qsl(parts.query):
        if name == "host":  # a directory: PostgreSQL's socket
            arguments["host"] = value
        elif name in ("ssl", "sslmode"):
            arguments["ssl"] = value
        else:
            raise ValueError(f"DIALTREE_DATABASE_URL: unknown parameter {name!r}")
    return arguments


@asynccontextmanager
async def connected(url: str, pool_size: int = POOL_SIZE) -> AsyncIterator[TortoiseContext]:
    """Opens `url` for the whole process and closes it at the end."""
    config = tortoise_config(url, pool_size)
    context = await Tortoise.init(config=config, _enable_global_fallback=True)
    try:
        yield context
    finally:
        if _running:
            _, late = await asyncio.wait(_running, timeout=CLOSE_SECONDS)
            for task in late:
                # Its connection is closed next, so that it does not matter any more in which state.
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1)
        await context.close_connections()


def connection() -> BaseDBAsyncClient:
    """The connection that writes; within `transaction` it is the transaction's own."""
    return get_connection("default")


def reading_connection() -> BaseDBAsyncClient:
    """The connection that statements which only read are sent by; within `transaction` the one that
    writes."""
    return get_connection(name_for_reading())


def announce(change: live.Change) -> None:
    """Tells `change` to all watchers once the running transaction has been committed."""
    collected = _collected.get()
    assert collected is not None, "changes are announced inside a transaction"
    if change not in collected:
        collected.append(change)


async def transaction(work: Callable[[], Awaitable[T]]) -> T:
    """Runs `work` in one transaction and returns its result.

    It runs in a task of its own that a cancelled caller cannot interrupt: a cancelled Tortoise
    transaction would block or leak its connection. `work` touches nothing but the database, so
    it is simply run again after a deadlock, a lost connection or a lost race for a unique key.
    Raises Refused(TRY_AGAIN) when that does not help.
    """
    task = _started(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_log_unheard)
        raise


def later(work: Callable[[], Awaitable[object]]) -> asyncio.Task[object]:
    """Runs `work` in a transaction that nobody waits for; a fault is only logged."""
    task: asyncio.Task[object] = _started(work)
    task.add_done_callback(_log_unheard)
    return task


def _started(work: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
    """`connected` waits for it before it closes the database."""
    task = asyncio.create_task(_attempts(work))
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


def _log_unheard(task: asyncio.Task[Any]) -> None:
    """The error of a transaction whose caller has gone; refusals are of no interest any more."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, Refused):
        log.error("a transaction failed that nobody waits for any more", exc_info=error)


async def _attempts(work: Callable[[], Awaitable[T]]) -> T:
    # When a connection is lost in the middle, Tortoise leaves the dead transaction behind in the
    # context: the next attempt would find itself in it, and fail as well.
    untouched = copy_context()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            if attempt == 1:
                return await _once(work)
            return await asyncio.create_task(_once(work), context=untouched.copy())
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
        except Exception as error:
            if is_nul(error):
                raise Refused(UNSTORABLE) from error
            if not is_passing(error):
                raise
            log.warning("transaction attempt %d met a passing fault: %s", attempt, error)
            if attempt == ATTEMPTS:
                raise Refused(Refusal(RefusalCode.TRY_AGAIN)) from error
            await asyncio.sleep(0.05 * 2**attempt)
    raise AssertionError("unreachable")


async def _once(work: Callable[[], Awaitable[T]]) -> T:
    collected: list[live.Change] = []
    token = _collected.set(collected)
    begun = in_transaction("default")
    try:
        async with begun:
            result = await work()
            if is_postgres():
                await tell(collected)
    except BaseException:
        await _give_back(begun)
        raise
    finally:
        _collected.reset(token)
    if not is_postgres():
        await tell(collected)
    return result


async def _give_back(begun: TransactionContext) -> None:
    """Tortoise keeps the connection of a transaction that could not even begin: after some restarts
    of PostgreSQL the pool would be empty, and everybody would wait for ever."""
    if isinstance(begun, TransactionContextPooled):
        client: Any = begun.client
        if client._connection is not None and client._parent._pool:
            # Nothing happens where it was given back before.
            await client._parent._pool.release(client._connection)


async def tell(changes: Sequence[live.Change]) -> None:
    """Tells all watchers, on PostgreSQL those of every process once what is under way has been
    committed. What a transaction changes is announced by `announce`."""
    if not is_postgres():
        for change in changes:
            hub.tell(change)
    elif changes:
        await connection().execute_query(_NOTIFY, [NOTIFY_CHANNEL, live.encode(changes)])


def is_nul(error: BaseException) -> bool:
    """Whether a text held a NUL character, which PostgreSQL does not store or compare."""
    cause = error.args[0] if isinstance(error, OperationalError) and error.args else error
    return isinstance(cause, asyncpg.CharacterNotInRepertoireError)


def is_passing(error: BaseException) -> bool:
    """Whether `error` is a fault of the moment: deadlock, restart, lost connection, busy file."""
    cause = error.args[0] if isinstance(error, OperationalError) and error.args else error
    if isinstance(
        cause,
        asyncpg.DeadlockDetectedError
        | asyncpg.SerializationError
        | asyncpg.PostgresConnectionError
        | asyncpg.exceptions.OperatorInterventionError
        | asyncpg.exceptions.IdleInTransactionSessionTimeoutError
        | DBConnectionError
        | ConnectionError
        | TimeoutError
        | socket.gaierror,
    ):
        return True
    if isinstance(cause, asyncpg.InternalClientError):
        # A connection was taken that has just been told of its end, but has not met it yet.
        return "cannot switch to state" in str(cause)
    if isinstance(cause, asyncpg.InterfaceError):
        # The same class stands for a connection that is gone and for a wrong argument.
        return not isinstance(cause, ValueError) and "argument" not in str(cause)
    # A plain OSError: a host name with several addresses, none of which answers.
    return type(cause) is OSError or "database is locked" in str(cause)


@asynccontextmanager
async def hearing_other_processes(url: str) -> AsyncIterator[None]:
    """Passes what any process announces through PostgreSQL on to the hub of this one.

    When the listening connection is lost it is opened again, and watchers are made to start
    afresh, because what was said meanwhile is gone.
    """
    if not is_postgres():
        yield
        return
    task = asyncio.create_task(_listen(url, ready := asyncio.Event()))
    try:
        await asyncio.wait_for(ready.wait(), 30)
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def _hear(_connection: object, _process: int, _channel: str, message: str) -> None:
    for change in live.decode(message):
        hub.tell(change)


async def _until_lost(listener: asyncpg.Connection, lost: asyncio.Event) -> None:
    """Raises TimeoutError when the connection leads nowhere although nobody has ended it."""
    while not lost.is_set():
        try:
            await asyncio.wait_for(lost.wait(), LISTENING_SECONDS)
        except TimeoutError:
            await listener.execute("SELECT 1", timeout=LISTENING_SECONDS)


async def _listen(url: str, ready: asyncio.Event) -> None:
    while True:
        try:
            listener = await asyncpg.connect(**postgres_arguments(url))
            lost = asyncio.Event()
            listener.add_termination_listener(lambda _connection, lost=lost: lost.set())
            await listener.add_listener(NOTIFY_CHANNEL, _hear)
            try:
                if ready.is_set():
                    hub.start_afresh()
                ready.set()
                await _until_lost(listener, lost)
            finally:
                await listener.close(timeout=2)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("listening connection lost: %s", error)
        await asyncio.sleep(1)
