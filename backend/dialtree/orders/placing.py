"""Accepting an order: its row, its items and the reservation of what it names (H4, O5)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from dialtree import clock, live
from dialtree.accounts.models import Role
from dialtree.accounts.principal import Principal
from dialtree.database import announce, connection, is_postgres
from dialtree.instances import instance
from dialtree.inventory.models import NumberRange
from dialtree.inventory.tree import Delta, add_to_ancestors, beneath
from dialtree.orders.models import (
    ItemAction,
    Order,
    OrderCreator,
    OrderKind,
    OrderStatus,
)
from dialtree.refusals import FieldProblem, Invalid, Refusal, RefusalCode, Refused
from dialtree.statements import changed_rows, insert, places

MAX_KEY_LENGTH = 100
ADVISORY_LOCK = 0x6B657920


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What is asked for. `items`: what to do to which range; `execution_date` null: at once."""

    kind: OrderKind
    items: tuple[tuple[ItemAction, int], ...]
    holder_id: int | None = None
    execution_date: date | None = None
    undoes_id: int | None = None
    key: str | None = None
    details: str = ""
    """What else was asked for, to tell it from another request with the same key."""

    @property
    def fingerprint(self) -> str:
        # The holder of a new trunk is made by the request itself.
        holder_id = None if self.kind == OrderKind.CREATE_TRUNK else self.holder_id
        asked: list[object] = [
            self.kind,
            sorted(self.items),
            holder_id,
            self.execution_date,
            self.undoes_id,
        ]
        if self.details:
            asked.append(self.details)
        return hashlib.sha256(orjson.dumps(asked)).hexdigest()


def due_from(execution_date: date | None, now: datetime) -> datetime:
    """Midnight of the execution date in Berlin; null or a day that has begun means now."""
    return now if execution_date is None else max(now, clock.midnight(execution_date))


async def repeated(principal: Principal, request: OrderRequest) -> Order | None:
    """The order an earlier request with the same idempotency key was given.

    Raises Refused(IDEMPOTENCY_KEY_REUSED) if that request asked for something else.
    """
    if request.key is None:
        return None
    if not 0 < len(request.key) <= MAX_KEY_LENGTH:
        limit = Refusal(RefusalCode.VALUE_TOO_LONG, {"limit": MAX_KEY_LENGTH})
        missing = Refusal(RefusalCode.VALUE_MISSING)
        raise Invalid([FieldProblem("idempotencyKey", limit if request.key else missing)])
    await _one_at_a_time(f"{principal.customer_id} {request.key}")
    order = await principal.of(Order).get_or_none(idempotency_key=request.key)
    if order is not None and order.fingerprint != request.fingerprint:
        raise Refused(Refusal(RefusalCode.IDEMPOTENCY_KEY_REUSED, {"order": order.reference}))
    return order


async def _one_at_a_time(key: str) -> None:
    """Of two requests with one key the second waits and finds the order of the first, instead of
    being refused what that has reserved. On SQLite the write transaction itself waits."""
    if is_postgres():
        await connection().execute_query(
            "SELECT pg_advisory_xact_lock($1, hashtext($2))", [ADVISORY_LOCK, key]
        )


async def place(
    principal: Principal, request: OrderRequest, ranges: Sequence[NumberRange]
) -> Order:
    """Writes the order and reserves its ranges, given in the order of the request's items.

    The caller has locked their trees and asked the rules.
    """
    now = clock.now()
    due_at = due_from(request.execution_date, now)
    status = OrderStatus.QUEUED if due_at <= now else OrderStatus.PLANNED
    order = await _write(
        principal,
        request,
        created_at=now,
        status=status,
        due_at=due_at,
        reminded_for=without_reminder(request.execution_date),
    )
    await add_items(order, request.items, ranges)
    changed = await reserve(order, ranges)
    holder_ids = {order.holder_id} if order.holder_id is not None else set()
    announce(live.inventory_change(order.customer_id, range_ids=changed, holder_ids=holder_ids))
    # Due or not: the worker has to know how long it may sleep.
    announce(live.OrderChange(order.customer_id, order.id, due=True))
    return order


async def record(
    principal: Principal,
    request: OrderRequest,
    items: Sequence[tuple[ItemAction, int]],
    ranges: Sequence[NumberRange],
) -> Order:
    """Writes the order of what is done in this very transaction, without a worker (T5). `items`:
    what was done, where the request did not name it."""
    now = clock.now()
    order = await _write(
        principal,
        request,
        created_at=now,
        status=OrderStatus.SUCCEEDED,
        due_at=now,
        started_at=now,
        finished_at=now,
    )
    await add_items(order, items, ranges)
    announce(live.OrderChange(order.customer_id, order.id))
    return order


async def _write(principal: Principal, request: OrderRequest, **state: Any) -> Order:
    row = {
        "customer_id": principal.customer_id,
        "kind": request.kind,
        "creator": OrderCreator.SERVICE
        if principal.role == Role.SERVICE
        else OrderCreator.CUSTOMER,
        "requested_by_id": principal.user_id,
        "holder_id": request.holder_id,
        "undoes_id": request.undoes_id,
        "execution_date": request.execution_date,
        "idempotency_key": request.key,
        "fingerprint": request.fingerprint,
        "attempt": 0,
        "faults": 0,
        **dict.fromkeys(_NOT_YET),
        **state,
    }
    [id_] = await insert("order_request", row)
    return instance(Order, {"id": id_, **row})


_NOT_YET = (
    "started_at",
    "finished_at",
    "refusal",
    "merged_levels",
    "lease_until",
    "reminded_for",
)


def without_reminder(execution_date: date | None) -> date | None:
    """The day, if it is so near that whoever chooses it now needs no reminder the day before."""
    if execution_date is None or execution_date > clock.today() + timedelta(days=1):
        return None
    return execution_date


async def add_items(
    order: Order, items: Sequence[tuple[ItemAction, int]], ranges: Sequence[NumberRange]
) -> None:
    """Writes what the order does to which of `ranges`, given in the order of `items`."""
    rows_ = [
        {
            "order_id": order.id,
            "range_id": range_.id,
            "tree_id": range_.tree_id,
            "action": action,
            "digits": range_.digits,
            "open_digits": range_.open_digits,
            "area_length": range_.area_length,
            "extension_at": range_.extension_at,
        }
        for (action, _id), range_ in zip(items, ranges, strict=True)
    ]
    if rows_:
        await insert("order_item", *rows_)


async def reserve(order: Order, ranges: Sequence[NumberRange]) -> set[int]:
    """Reserves the ranges for the order (H4); returns the ids of what changed. Raises
    Refused(TRY_AGAIN) if another order was quicker."""
    changed = {range_.id for range_ in ranges}
    if not changed:
        return changed
    sql = (
        f"UPDATE number_range SET open_order_id = $1 "  # noqa: S608 - places for values
        f"WHERE id IN ({places(len(changed), 2)}) AND open_order_id IS NULL"
    )
    if await changed_rows(sql, order.id, *changed) != len(ranges):
        raise Refused(Refusal(RefusalCode.TRY_AGAIN))
    if order.kind == OrderKind.MERGE:
        for range_ in ranges:
            changed |= {id_ for (id_,) in await beneath(range_).values_list("id")}
            await beneath(range_).update(open_order_id=order.id)
    return changed | await add_to_ancestors([(range_, Delta(reserved=1)) for range_ in ranges])


async def release(order: Order, only: Sequence[NumberRange] | None = None) -> set[int]:
    """Lifts the reservation of everything the order names, or of some of it; returns the ids of
    what changed."""
    mine = NumberRange.filter(open_order_id=order.id)
    if only is not None:
        mine = mine.filter(id__in=[range_.id for range_ in only])
    reserved = await mine
    await mine.update(open_order_id=None)
    ids = {range_.id for range_ in reserved}
    topmost = [range_ for range_ in reserved if range_.parent_id not in ids]
    above = await add_to_ancestors([(range_, Delta(reserved=-1)) for range_ in topmost])
    return above | ids
