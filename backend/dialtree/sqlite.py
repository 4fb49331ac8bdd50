"""Tortoise's SQLite engine with write transactions that take the write lock when they begin.

With a plain BEGIN two processes that both read first and write later meet "database is locked"
at once, whatever the busy timeout; with BEGIN IMMEDIATE the second one waits.
"""

from typing import Any

from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)


class ImmediateTransaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")


class ImmediateSqliteClient(SqliteClient):
    def _in_transaction(self) -> Any:
        return SqliteTransactionContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateSqliteClient
