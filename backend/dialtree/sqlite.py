"""Tortoise's SQLite engine with write transactions that take the write lock when they begin, and
with fast reads.

With a plain BEGIN two processes that both read first and write later meet "database is locked"
at once, whatever the busy timeout; with BEGIN IMMEDIATE the second one waits.
"""

from typing import Any

from tortoise.backends.base.client import TransactionalDBClient
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.backends.sqlite.executor import SqliteExecutor
from tortoise.connection import get_connections

from dialtree.instances import FastSelect


class Executor(FastSelect, SqliteExecutor):
    pass


class ImmediateTransaction(SqliteTransactionWrapper):
    executor_class = Executor

    async def begin(self) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")


class ImmediateTransactionContext(SqliteTransactionContext):
    """Tortoise's own keeps the connection's lock for ever when the transaction cannot begin, here
    because another process holds the write lock for longer than the busy timeout."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection  # type: ignore[no-any-return]


class ImmediateSqliteClient(SqliteClient):
    executor_class = Executor

    def _in_transaction(self) -> Any:
        return ImmediateTransactionContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateSqliteClient
