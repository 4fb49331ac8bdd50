"""Tortoise's engine for PostgreSQL by asyncpg, with fast reads."""

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.asyncpg.executor import AsyncpgExecutor
from tortoise.backends.base.client import TransactionContext, TransactionContextPooled

from dialtree.instances import FastSelect


class Executor(FastSelect, AsyncpgExecutor):
    pass


class Transaction(TransactionWrapper):
    executor_class = Executor


class Client(AsyncpgDBClient):
    executor_class = Executor

    def _in_transaction(self) -> TransactionContext:
        return TransactionContextPooled(Transaction(self), self._pool_init_lock)


client_class = Client
