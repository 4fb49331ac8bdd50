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
from dialtree.orders.revising import reschedule_order, undo_order
from dialtree.orders.worker import run_due
from dialtree.refusals import Refused
from dialtree.trunks.commands import delete_sip_trunk
from dialtree.ucc.models import UccPartner
from tests.conftest import NewDatabase, person
from tests.invariants import OPEN, Row, Rows, problems, read_all
from tests.stock import (
    APP_URL,
    SetClock,
    assign,
    cancel,
    create_trunk,
    holder,
    load,
    set_clock,
    split,
)

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

    def ranges(self, wanted: Callable[[Row], bool]) -> list[int]:
        return [row["id"] for row in self.rows["number_range"] if wanted(row)]

    def one(self, data: st.DataObject, wanted: Callable[[Row], bool]) -> int:
        """Mostly a range that is fit for the command, now and then any."""
        fit = self.ranges(wanted) if data.draw(st.integers(0, 9)) else []
        return data.draw(st.sampled_from(fit or self.ranges(lambda _row: True)))

    def some(self, data: st.DataObject, ids: list[int], most: int) -> tuple[int, ...]:
        size = data.draw(st.integers(0, min(most, len(ids))))
        return tuple(data.draw(st.permutations(ids))[:size])

    def day(self, days: int | None) -> date | None:
        return None if days is None else clock.today() + timedelta(days=days)

    # Steps

    @initialize(seed=st.integers(0, 3))
    def begin(self, seed: int) -> None:
        """Not from nothing: with ranges of several levels, and a trunk close to its limit."""

        async def begin() -> None:
            trunk = await holder(self.principal, HolderKind.SIP_TRUNK, "Hamburg")
            await holder(self.principal, HolderKind.SIP_TRUNK, "Berlin")
            await holder(self.principal, HolderKind.CLOUD_PBX, "Zentrale")
            await holder(self.principal, HolderKind.UCC_CONNECTION, "Service", partner="UNIFY_X")
            await load(self.principal, ROOTS[0])
            if seed:
                await split(self.principal, *("030 23125-1", "030 23125-2", "030 23125-12")[:seed])
                few = [f"030 23125-{digit}" for digit in "3456789"]
                await assign(self.principal, trunk, "030 23125-10", *few[: seed * 3])
            self.rows = await read_all()

        self.run(begin())

    def attempt(self, command: Callable[[], Awaitable[object]], *, work: bool = False) -> None:
        """Runs a command that may be refused, and with `work` what is due after it."""

        async def attempt() -> None:
            try:
                await command()
            except Refused as refused:
                refusal = refused.refusal
            else:
                refusal = None
            if refusal is not None:
                assert all(refusal.message(language) for language in Language)
                assert await read_all() == self.rows
            if work:
                await run_due(APP_URL)
            self.rows = await read_all()

        self.run(attempt())

    @rule(root=st.sampled_from(ROOTS), days=st.sampled_from([None, 2]))
    def import_(self, root: str, days: int | None) -> None:
        contract = "SV-1" if days is None else "SV-2"
        starts = self.day(days)
        self.attempt(lambda: load(self.principal, root, contract=contract, starts=starts))

    @rule(data=st.data(), work=st.booleans())
    def split(self, data: st.DataObject, work: bool) -> None:
        range_id = self.one(data, lambda row: row["state"] == "FREE" and row["open_digits"] > 0)
        self.attempt(lambda: split_range(self.principal, range_id), work=work)

    @rule(data=st.data(), work=st.booleans())
    def merge(self, data: st.DataObject, work: bool) -> None:
        range_id = self.one(data, lambda row: row["state"] == "SPLIT" and row["level"] > 0)
        self.attempt(lambda: merge_range(self.principal, range_id), work=work)

    @rule(data=st.data(), work=st.booleans())
    def change_at_once(self, data: st.DataObject, work: bool) -> None:
        holder_id = data.draw(st.sampled_from(self.rows["holder"]))["id"]
        self.change(data, holder_id, None, work=work)

    @rule(data=st.data(), days=st.sampled_from([0, 1, 2, 3, 3, 7, 7, -1, 400]))
    def plan_change(self, data: st.DataObject, days: int) -> None:
        trunks = [row for row in self.rows["holder"] if row["kind"] == "SIP_TRUNK"]
        holder_ids = data.draw(st.sampled_from([trunks, trunks, trunks, self.rows["holder"]]))
        self.change(data, data.draw(st.sampled_from(holder_ids))["id"], self.day(days))

    def change(
        self, data: st.DataObject, holder_id: int, day: date | None, *, work: bool = False
    ) -> None:
        held = self.ranges(lambda row: row["holder_id"] == holder_id)
        add = self.some(data, self.ranges(lambda row: row["state"] == "FREE"), 8)
        remove = self.some(data, held, 4)
        if not data.draw(st.integers(0, 9)):  # also what nobody should ask for
            add += self.some(data, self.ranges(lambda row: row["state"] != "FREE"), 2)
        change = NumberChange(holder_id, add, remove, day)
        self.attempt(lambda: change_numbers(self.principal, change), work=work)

    @precondition(lambda self: len(self.rows.get("holder", ())) < 8)
    @rule(data=st.data(), days=st.sampled_from([0, 1, 3]), work=st.booleans())
    def create_trunk(self, data: st.DataObject, days: int, work: bool) -> None:
        name = f"Trunk {len(self.rows['holder'])}"
        elements = self.some(data, self.ranges(lambda row: row["state"] == "FREE"), 6)
        day = clock.today() + timedelta(days=days)
        self.attempt(lambda: create_trunk(self.principal, name, elements, day), work=work)

    @rule(data=st.data())
    def change_plan(self, data: st.DataObject) -> None:
        """What a planned trunk will start with (T2)."""
        planned = [row for row in self.rows["holder"] if row["status"] == "PLANNED"]
        if not planned:
            return
        trunk_id = data.draw(st.sampled_from(planned))["id"]
        orders = {o["id"] for o in self.rows["order_request"] if o["holder_id"] == trunk_id}
        mine = self.ranges(lambda row: row["open_order_id"] in orders)
        add = self.some(data, self.ranges(lambda row: row["state"] == "FREE"), 4)
        change = NumberChange(trunk_id, add, self.some(data, mine, 3))
        self.attempt(lambda: change_numbers(self.principal, change))

    @rule(data=st.data(), rarely=st.integers(0, 3))
    def delete_trunk(self, data: st.DataObject, rarely: int) -> None:
        trunks = [row for row in self.rows["holder"] if row["kind"] == "SIP_TRUNK"]
        trunk_id = data.draw(st.sampled_from(trunks))["id"]
        if rarely == 0:
            self.attempt(lambda: delete_sip_trunk(self.principal, trunk_id, app_url=APP_URL))

    @precondition(lambda self: self.rows.get("order_request"))
    @rule(data=st.data(), days=st.sampled_from([0, 1, 5]))
    def revise(self, data: st.DataObject, days: int) -> None:
        what = data.draw(st.sampled_from([cancel, undo_order, reschedule_order]))
        fit = {
            cancel: ("PLANNED", "QUEUED"),
            undo_order: ("SUCCEEDED",),
            reschedule_order: ("PLANNED",),
        }
        orders = self.rows["order_request"]
        found = [order for order in orders if order["status"] in fit[what]]
        order = data.draw(
            st.sampled_from(found if found and data.draw(st.integers(0, 4)) else orders)
        )
        day = (clock.today() + timedelta(days=days),) if what is reschedule_order else ()
        self.attempt(lambda: what(self.principal, order["id"], *day))

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
        orders = self.rows["order_request"]
        [order] = [order for order in orders if order["id"] == claim.order_id]
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

    @rule(takes=st.booleans(), days=st.sampled_from([None, None, None, None, None, 5]))
    def change_behind_the_back(self, takes: bool, days: int | None) -> None:
        """What orders were checked against is no longer so when they run (O3)."""

        async def work() -> None:
            await UccPartner.filter(code="UNIFY_X").update(takes_split_ranges=takes)
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
            max_examples=1500 if DEEP else 50,
            stateful_step_count=60 if DEEP else 50,
            derandomize=not DEEP,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
