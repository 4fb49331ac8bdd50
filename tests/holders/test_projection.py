"""Whatever is ordered for whichever days, cancelled and moved: on no day does a trunk hold more
than it may or an element have two holders, and what was accepted succeeds when its day comes (H2,
H3, H4, T2).

What will be held on each day is worked out here from the rows alone. The limits of the random
sequences are small, so that these meet them all the time; the true ones have their own tests.

The seed is fixed, so that every run does the same; `HYPOTHESIS_PROFILE=deep` looks further, with
another seed each time.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
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
from dialtree.holders import rules
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import HolderKind
from dialtree.orders.claiming import claim_next
from dialtree.orders.execution import execute
from dialtree.orders.models import OrderStatus
from dialtree.orders.revising import reschedule_order, undo_order
from dialtree.orders.worker import run_due
from dialtree.refusals import Refused
from dialtree.trunks.commands import delete_sip_trunk
from tests import invariants
from tests.conftest import NewDatabase, person
from tests.invariants import Row, Rows, problems, read_all
from tests.projection import Projection
from tests.stock import (
    APP_URL,
    SetClock,
    assign,
    cancel,
    create_trunk,
    holder,
    ids,
    load,
    set_clock,
)

T = TypeVar("T")

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"

IN_ALL = 4
OF_A_BLOCK = 2
ROOTS = ("030;23125;3;", "040;66969;3;2-6", "0221;4710999;0;", "0221;4710998;0;")
WAITING_ROOT = "069;90009;2;5-7"
"""Of a contract that starts in a few days."""

BEGINNINGS = (
    datetime(2027, 3, 26, 12, tzinfo=UTC),
    datetime(2027, 3, 26, 22, 30, tzinfo=UTC),  # 23:30, in the hour that the next night leaves out
    datetime(2027, 10, 29, 12, tzinfo=UTC),
    datetime(2027, 10, 29, 21, 59, 59, tzinfo=UTC),  # the last second of a day with summer time
)
"""The clock goes forward on 28 March and back on 31 October 2027."""
A_MOMENT = timedelta(microseconds=1)
A_DAY = timedelta(days=1)
DAYS = st.sampled_from([1, 2, 2, 3, 3, 4, 6])
"""From today; few, so that many orders meet."""


class Machine(RuleBasedStateMachine):
    new_database: NewDatabase

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.resources = AsyncExitStack()
        self.clock: SetClock = self.resources.enter_context(set_clock(2027, 3, 26))
        self.rows: Rows = {}
        self.checked: tuple[Rows, date] | None = None
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
            if self.rows:
                self.run(self._let_it_all_come())
        finally:
            self.run(self.resources.aclose())
            self.runner.close()

    async def _let_it_all_come(self) -> None:
        projected = self.projection().all_days()
        for day, holders in projected.items():
            if day > clock.today():
                self.clock.to_midnight(day, but=-A_MOMENT)
                assert await run_due(APP_URL) == 0, f"something was done before {day}"
                self.clock.to_midnight(day)
            await run_due(APP_URL)
            now = Projection(await read_all(), day)
            assert clock.today() == day
            assert now.on(day) == holders
            assert not [order for order in now.orders() if now.day_of(order) <= day]
            assert not problems(now.rows)
            assert not [o["refusal"] for o in now.rows["order_request"] if o["status"] == "FAILED"]
        self.rows = await read_all()
        assert not self.projection().orders()
        assert not self.planned()

    # What is there, to choose from

    def projection(self) -> Projection:
        return Projection(self.rows, clock.today())

    def ranges(self, wanted: Callable[[Row], bool]) -> list[int]:
        return [row["id"] for row in self.rows["number_range"] if wanted(row)]

    def free(self) -> list[int]:
        return self.ranges(lambda row: row["state"] == "FREE" and row["open_order_id"] is None)

    def held(self, holder_id: int) -> list[int]:
        return self.ranges(
            lambda row: row["holder_id"] == holder_id and row["open_order_id"] is None
        )

    def some(
        self, data: st.DataObject, ids: list[int], most: int, least: int = 0
    ) -> tuple[int, ...]:
        most = min(most, len(ids))
        size = data.draw(st.integers(min(least, most), most))
        return tuple(data.draw(st.permutations(ids))[:size])

    def day(self, days: int) -> date:
        return clock.today() + timedelta(days=days)

    # Steps

    @initialize(beginning=st.sampled_from(BEGINNINGS), start=st.sampled_from([0, 1, 2, 2, 2]))
    def begin(self, beginning: datetime, start: int) -> None:
        """With a trunk that is empty, at the limit of a block, or at that of all elements."""

        async def begin() -> None:
            self.clock.now = beginning
            trunk = await holder(self.principal, HolderKind.SIP_TRUNK, "Hamburg")
            await holder(self.principal, HolderKind.SIP_TRUNK, "Berlin")
            await holder(self.principal, HolderKind.CLOUD_PBX, "Zentrale")
            await load(self.principal, *ROOTS)
            await load(self.principal, WAITING_ROOT, contract="SV-2", starts=self.day(3))
            few = ["030 23125-0", "030 23125-1"]
            more = ["040 66969-2", "0221 4710999"]
            if start:
                await assign(self.principal, trunk, *few, *(more if start > 1 else ()))
                first = await ids("030 23125-8", "030 23125-9")
                await create_trunk(self.principal, "Messe", first, self.day(start + 1))
            self.rows = await read_all()

        self.run(begin())

    def attempt(self, command: Callable[[], Awaitable[object]]) -> None:
        """Runs a command that may be refused."""

        async def attempt() -> None:
            try:
                await command()
            except Refused:
                assert await read_all() == self.rows
            else:
                self.rows = await read_all()

        self.run(attempt())

    def change(self, data: st.DataObject, holder_id: int, day: date | None) -> None:
        add = self.some(data, self.free(), OF_A_BLOCK + 1)
        remove = self.some(data, self.held(holder_id), OF_A_BLOCK, least=0 if add else 1)
        if not data.draw(st.integers(0, 9)):  # also what is another's or in another order
            add += self.some(data, self.ranges(lambda row: row["state"] != "SPLIT"), 1)
        change = NumberChange(holder_id, add, remove, day)
        self.attempt(lambda: change_numbers(self.principal, change))

    def trunk(self, data: st.DataObject) -> int | None:
        """Mostly the same or a planned one: one order goes wrong because of another."""
        trunks = self.projection().trunks()
        planned = [trunk for trunk in trunks if trunk["status"] == "PLANNED"]
        often = [*trunks[:1] * 3, *planned[:1] * 2, *trunks]
        return data.draw(st.sampled_from(often))["id"] if often else None

    @rule(data=st.data(), days=DAYS)
    def plan_change(self, data: st.DataObject, days: int) -> None:
        if trunk_id := self.trunk(data):
            self.change(data, trunk_id, self.day(days))

    @rule(data=st.data(), days=DAYS)
    def plan_addition(self, data: st.DataObject, days: int) -> None:
        """Few elements at a time fill a trunk to the brim."""
        if trunk_id := self.trunk(data):
            self.plan(trunk_id, self.day(days), add=self.some(data, self.free(), 2, least=1))

    @rule(data=st.data(), days=DAYS)
    def plan_removal(self, data: st.DataObject, days: int) -> None:
        if trunk_id := self.trunk(data):
            remove = self.some(data, self.held(trunk_id), 2, least=1)
            self.plan(trunk_id, self.day(days), remove=remove)

    @rule(
        data=st.data(),
        days=DAYS,
        later=st.integers(0, 2),
        then=st.sampled_from(["keep", "give up", "move", "replace", "replace"]),
    )
    def plan_exchange(self, data: st.DataObject, days: int, later: int, then: str) -> None:
        """Makes room for what comes in its place, often of the same block, and then perhaps does
        not give that room, or later, or other room on the day that it is needed."""
        trunk_id = self.trunk(data)
        if trunk_id is None or not self.held(trunk_id) or not self.free():
            return
        by_id = {row["id"]: row for row in self.rows["number_range"]}
        removed = data.draw(st.sampled_from(self.held(trunk_id)))
        block = by_id[removed]["root_id"]
        alike = [id_ for id_ in self.free() if by_id[id_]["root_id"] == block]
        added = data.draw(st.sampled_from(alike or self.free()) | st.sampled_from(self.free()))
        self.plan(trunk_id, self.day(days), remove=(removed,))
        self.plan(trunk_id, self.day(days + later), add=(added,))
        orders = [row["open_order_id"] for row in self.rows["number_range"] if row["id"] == removed]
        if orders == [None]:
            return
        if then == "move":
            day = self.day(days + data.draw(st.integers(0, 2)))
            self.attempt(lambda: reschedule_order(self.principal, orders[0], day))
        elif then == "replace":
            others = [id_ for id_ in self.held(trunk_id) if by_id[id_]["root_id"] == block]
            remove = self.some(data, others or self.held(trunk_id), 1, least=1)
            self.plan(trunk_id, self.day(days + later), remove=remove)
        if then in ("give up", "replace"):
            self.attempt(lambda: cancel(self.principal, orders[0]))

    def plan(
        self, trunk_id: int, day: date, add: tuple[int, ...] = (), remove: tuple[int, ...] = ()
    ) -> None:
        change = NumberChange(trunk_id, add, remove, day)
        self.attempt(lambda: change_numbers(self.principal, change))

    @rule(data=st.data(), day=st.sampled_from([None, 0]))
    def change_at_once(self, data: st.DataObject, day: int | None) -> None:
        if trunk_id := self.trunk(data):
            self.change(data, trunk_id, None if day is None else self.day(day))

    @rule(data=st.data())
    def change_cloud_pbx(self, data: st.DataObject) -> None:
        [cloud_pbx] = [row for row in self.rows["holder"] if row["kind"] == "CLOUD_PBX"]
        self.change(data, cloud_pbx["id"], None)

    @precondition(lambda self: self.rows and len(self.projection().trunks()) < 5)
    @rule(data=st.data(), days=st.sampled_from([None, 0, 1, 2, 3, 3]))
    def create_trunk(self, data: st.DataObject, days: int | None) -> None:
        name = f"Trunk {len(self.rows['holder'])}"
        elements = self.some(data, self.free(), 4)
        day = None if days is None else self.day(days)
        self.attempt(lambda: create_trunk(self.principal, name, elements, day))

    @precondition(lambda self: self.planned())
    @rule(data=st.data())
    def change_plan(self, data: st.DataObject) -> None:
        """What a planned trunk will start with (T2)."""
        trunk_id = data.draw(st.sampled_from(self.planned()))
        mine = {o["id"] for o in self.rows["order_request"] if o["holder_id"] == trunk_id}
        named = self.ranges(lambda row: row["open_order_id"] in mine)
        add = self.some(data, self.free(), OF_A_BLOCK + 1, least=1)
        change = NumberChange(trunk_id, add, self.some(data, named, 2))
        self.attempt(lambda: change_numbers(self.principal, change))

    def planned(self) -> list[int]:
        trunks = self.projection().trunks() if self.rows else []
        return [trunk["id"] for trunk in trunks if trunk["status"] == "PLANNED"]

    @precondition(lambda self: self.planned())
    @rule(data=st.data(), days=DAYS, beyond=st.integers(0, 2))
    def plan_beyond_a_beginning(self, data: st.DataObject, days: int, beyond: int) -> None:
        """A change of a trunk that does not exist yet, and then another day for one of the two."""
        trunk_id = data.draw(st.sampled_from(self.planned()))
        projection = self.projection()
        mine = [o for o in projection.orders() if o["holder_id"] == trunk_id]
        day = min(projection.day_of(order) for order in mine) + timedelta(days=beyond)
        self.plan(trunk_id, day, add=self.some(data, self.free(), 2, least=1))
        mine = [o for o in self.projection().orders() if o["holder_id"] == trunk_id]
        order_id = data.draw(st.sampled_from(mine))["id"]
        self.attempt(lambda: reschedule_order(self.principal, order_id, self.day(days)))

    @rule(data=st.data(), rarely=st.integers(0, 4))
    def delete_trunk(self, data: st.DataObject, rarely: int) -> None:
        trunk_id = self.trunk(data)
        if trunk_id and not rarely:
            self.attempt(lambda: delete_sip_trunk(self.principal, trunk_id, app_url=APP_URL))

    def order(self, data: st.DataObject, *statuses: str) -> int | None:
        """Mostly one of those, and of a holder with several; now and then any."""
        orders = self.rows["order_request"]
        fit = [order for order in orders if order["status"] in statuses]
        count = Counter(order["holder_id"] for order in fit)
        of_several = [order for order in fit if count[order["holder_id"]] > 1]
        found = data.draw(st.sampled_from([of_several or fit, of_several or fit, fit, orders]))
        return data.draw(st.sampled_from(found))["id"] if found else None

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if order_id := self.order(data, "PLANNED", "QUEUED"):
            self.attempt(lambda: cancel(self.principal, order_id))

    @rule(data=st.data(), days=DAYS, near=st.sampled_from([-1, 0, 1]))
    def reschedule(self, data: st.DataObject, days: int, near: int) -> None:
        """Mostly to about the day of another order."""
        order_id = self.order(data, "PLANNED")
        if order_id is None:
            return
        planned = {self.projection().day_of(order) for order in self.projection().orders()}
        others = [day + timedelta(days=near) for day in sorted(planned)]
        day = data.draw(st.sampled_from([*others, clock.today(), self.day(days)]))
        self.attempt(lambda: reschedule_order(self.principal, order_id, day))

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        if order_id := self.order(data, "SUCCEEDED"):
            self.attempt(lambda: undo_order(self.principal, order_id))

    # Nothing that passes by itself changes what will be

    def unchanged(self, work: Callable[[], Awaitable[object]]) -> None:
        before = self.projection()

        async def run() -> None:
            await work()
            self.rows = await read_all()

        self.run(run())
        after = self.projection()
        for day in [*before.days(), after.last_day()]:
            if day >= after.today:
                assert after.on(day) == before.on(day), day
        assert not [o for o in self.rows["order_request"] if o["status"] == "FAILED"]

    @rule()
    def work(self) -> None:
        self.unchanged(lambda: run_due(APP_URL))

    @rule(data=st.data(), days=st.sampled_from([0, 1, 3, 5]))
    def work_in_any_turn(self, data: st.DataObject, days: int) -> None:
        """After some days without any, several workers take up what they may, and none of them
        knows when the others end."""

        async def work() -> None:
            self.clock.forward(timedelta(days=days))
            claims = []
            while claim := await claim_next():
                claims.append(claim)
            for claim in data.draw(st.permutations(claims)):
                assert await execute(claim, APP_URL) == OrderStatus.SUCCEEDED

        self.unchanged(work)

    @rule(by=st.sampled_from([timedelta(hours=1), A_DAY, 2 * A_DAY]))
    def pass_time(self, by: timedelta) -> None:
        async def wait() -> None:
            self.clock.forward(by)

        self.unchanged(wait)

    @rule(but=st.sampled_from([-A_MOMENT, timedelta(0)]))
    def wait_for_midnight(self, but: timedelta) -> None:
        async def wait() -> None:
            midnight = clock.midnight(self.day(1)) + but
            self.clock.now = max(self.clock.now, midnight)

        self.unchanged(wait)

    @invariant()
    def no_day_is_too_full(self) -> None:
        if not self.rows or self.checked == (self.rows, clock.today()):
            return
        projection = self.projection()
        projection.check(IN_ALL, OF_A_BLOCK)
        self.run(projection.check_that_the_product_agrees())
        found = problems(self.rows)
        assert not found, "\n".join(found)
        self.checked = self.rows, clock.today()


def test_no_day_is_too_full_and_all_that_was_accepted_succeeds(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (rules, invariants):
        monkeypatch.setattr(module, "ELEMENTS_PER_TRUNK", IN_ALL)
        monkeypatch.setattr(module, "ELEMENTS_PER_BLOCK", OF_A_BLOCK)
    machine = type("BoundMachine", (Machine,), {"new_database": staticmethod(new_database)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=1500 if DEEP else 30,
            stateful_step_count=60 if DEEP else 40,
            derandomize=not DEEP,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
