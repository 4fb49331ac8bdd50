"""Commands, workers, crashes and time at random: after each step the invariants hold, and what was
refused changed nothing.

The seed is fixed, so that every run does the same; `HYPOTHESIS_PROFILE=deep` looks further, with
another seed each time.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date, timedelta
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dialtree import clock
from dialtree.accounts.models import Customer, Role
from dialtree.accounts.principal import Principal
from dialtree.database import connected
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import HolderKind
from dialtree.inventory.commands import merge_range, split_range
from dialtree.inventory.models import ContractStatus, SiteContract
from dialtree.language import Language
from dialtree.orders.claiming import LEASE, Claim, claim_next
from dialtree.orders.execution import execute
from dialtree.orders.revising import cancel_order, reschedule_order, undo_order
from dialtree.orders.worker import run_due
from dialtree.refusals import Refused
from dialtree.trunks.commands import NewTrunk, create_sip_trunk
from dialtree.ucc.models import UccPartner
from tests.conftest import NewDatabase, person
from tests.invariants import OPEN, Row, Rows, problems, read_all
from tests.stock import APP_URL, SetClock, holder, load, set_clock

T = TypeVar("T")

ROOTS = (
    "030;23125;3;",
    "040;66969;3;3-5",
    "040;66969;3;6",
    "040;66969;2;7-9",
    "0221;471012;1;",
    "0221;4710999;0;",
    "0221;47109;2;8-9",
    "069;90009;2;",
    "069;9000912;0;",
)
"""Some of them exclude each other."""

DAYS = st.sampled_from([None, 0, 1, 2, 3, 7, -1, 400])
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


class Machine(RuleBasedStateMachine):
    new_database: NewDatabase

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.resources = AsyncExitStack()
        self.clock: SetClock = self.resources.enter_context(set_clock(2026, 11, 23))
        self.claims: list[Claim] = []
        self.rows: Rows = {}
        self.principal = self.run(self._open())

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    async def _open(self) -> Principal:
        url = self.resources.enter_context(self.new_database())
        await self.resources.enter_async_context(connected(url))
        customer = await Customer.create(name="Nordlicht", created_at=clock.now())
        return await person(customer, "admin@nordlicht.example", Role.ADMINISTRATOR)

    def teardown(self) -> None:
        try:
            self.run(self._finish())
        finally:
            self.run(self.resources.aclose())
            self.runner.close()

    async def _finish(self) -> None:
        """Whatever happened, every order comes to an end by itself."""
        self.clock.forward(timedelta(days=800))
        await run_due(APP_URL)
        rows = await read_all()
        assert not problems(rows)
        assert not [order for order in rows["order_request"] if order["status"] in OPEN]

    # What is there, to choose from

    def ranges(self, *states: str) -> list[int]:
        return [row["id"] for row in self.rows["number_range"] if row["state"] in states]

    def held(self, holder_id: int) -> list[int]:
        return [row["id"] for row in self.rows["number_range"] if row["holder_id"] == holder_id]

    def orders(self) -> list[Row]:
        return self.rows["order_request"]

    def day(self, days: int | None) -> date | None:
        return None if days is None else clock.today() + timedelta(days=days)

    # Steps

    @initialize(root=st.sampled_from(ROOTS))
    def begin(self, root: str) -> None:
        async def work() -> None:
            for kind, name, partner in (
                (HolderKind.SIP_TRUNK, "Hamburg", None),
                (HolderKind.SIP_TRUNK, "Berlin", None),
                (HolderKind.CLOUD_PBX, "Zentrale", None),
                (HolderKind.UCC_CONNECTION, "Service", "UNIFY_X"),
            ):
                await holder(self.principal, kind, name, partner=partner)
            await load(self.principal, ROOTS[0], root) if root != ROOTS[0] else await load(
                self.principal, root
            )
            self.rows = await read_all()

        self.run(work())

    def attempt(self, command: Callable[[], Awaitable[object]]) -> None:
        """Runs a command that may be refused."""

        async def work() -> None:
            try:
                await command()
            except Refused as refused:
                for language in Language:
                    assert refused.refusal.message(language)
                assert await read_all() == self.rows
            self.rows = await read_all()

        self.run(work())

    @rule(
        root=st.sampled_from(ROOTS),
        contract=st.sampled_from(["SV-1", "SV-2"]),
        days=st.sampled_from([None, 0, 2]),
    )
    def import_(self, root: str, contract: str, days: int | None) -> None:
        starts = self.day(days)
        self.attempt(lambda: load(self.principal, root, contract=contract, starts=starts))

    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        choice = self.ranges("FREE") if data.draw(st.integers(0, 4)) else self.ranges("SPLIT")
        if choice:
            range_id = data.draw(st.sampled_from(choice))
            self.attempt(lambda: split_range(self.principal, range_id))

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        choice = self.ranges("SPLIT") if data.draw(st.integers(0, 4)) else self.ranges("FREE")
        if choice:
            range_id = data.draw(st.sampled_from(choice))
            self.attempt(lambda: merge_range(self.principal, range_id))

    @rule(data=st.data(), days=DAYS)
    def change(self, data: st.DataObject, days: int | None) -> None:
        holder_id = data.draw(st.sampled_from([row["id"] for row in self.rows["holder"]]))
        add = self._some(data, self.ranges("FREE"), 8)
        remove = self._some(data, self.held(holder_id), 4)
        if not data.draw(st.integers(0, 9)):  # also what nobody should ask for
            add += self._some(data, self.ranges("SPLIT", "ASSIGNED"), 2)
        change = NumberChange(holder_id, add, remove, self.day(days))
        self.attempt(lambda: change_numbers(self.principal, change))

    @rule(data=st.data(), days=st.sampled_from([0, 1, 3]))
    def create_trunk(self, data: st.DataObject, days: int) -> None:
        name = f"Trunk {len(self.rows['holder'])}"
        elements = self._some(data, self.ranges("FREE"), 4)
        day = clock.today() + timedelta(days=days)
        self.attempt(lambda: create_sip_trunk(self.principal, NewTrunk(name, elements, day)))

    def _some(self, data: st.DataObject, ids: list[int], most: int) -> tuple[int, ...]:
        if not ids:
            return ()
        return tuple(data.draw(st.lists(st.sampled_from(ids), max_size=most, unique=True)))

    @precondition(lambda self: self.rows.get("order_request"))
    @rule(data=st.data(), days=st.sampled_from([0, 1, 5]))
    def revise(self, data: st.DataObject, days: int) -> None:
        order = data.draw(st.sampled_from(self.orders()))
        what = data.draw(st.sampled_from([cancel_order, undo_order, reschedule_order]))
        if what is reschedule_order:
            day = clock.today() + timedelta(days=days)
            self.attempt(lambda: reschedule_order(self.principal, order["id"], day))
        else:
            self.attempt(lambda: what(self.principal, order["id"]))

    @rule()
    def work(self) -> None:
        async def work() -> None:
            await run_due(APP_URL)
            self.rows = await read_all()

        self.run(work())

    @rule()
    def claim_and_crash(self) -> None:
        async def work() -> None:
            if claim := await claim_next():
                self.claims.append(claim)
            self.rows = await read_all()

        self.run(work())

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def come_back_late(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        [order] = [order for order in self.orders() if order["id"] == claim.order_id]
        stands = order["status"] == "RUNNING" and order["attempt"] == claim.attempt

        async def work() -> None:
            status = await execute(claim, APP_URL)
            after = await read_all()
            assert (status is None) == (not stands)
            assert stands or after == self.rows
            self.rows = after

        self.run(work())

    @rule(by=st.sampled_from([timedelta(seconds=1), LEASE, timedelta(days=1), timedelta(days=2)]))
    def pass_time(self, by: timedelta) -> None:
        self.clock.forward(by)

    @rule(code=st.sampled_from(["UNIFY_X"]), takes=st.booleans(), days=st.sampled_from([None, 5]))
    def change_behind_the_back(self, code: str, takes: bool, days: int | None) -> None:
        """What orders were checked against is no longer so when they run (O3)."""

        async def work() -> None:
            await UccPartner.filter(code=code).update(takes_split_ranges=takes)
            await SiteContract.filter(number="SV-1").update(
                status=ContractStatus.ACTIVE if days is None else ContractStatus.ORDERED,
                start_date=self.day(days),
            )
            self.rows = await read_all()

        self.run(work())

    @invariant()
    def all_is_well(self) -> None:
        if self.rows:
            found = problems(self.rows)
            assert not found, "\n".join(found)


def test_the_invariants_hold_whatever_happens(new_database: NewDatabase) -> None:
    machine = type("BoundMachine", (Machine,), {"new_database": staticmethod(new_database)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=1500 if DEEP else 40,
            stateful_step_count=60 if DEEP else 40,
            derandomize=not DEEP,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
