"""Who will hold what on which day, worked out from the rows alone: the independent second opinion
on what the product plans (H2, H4)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dialtree import clock
from dialtree.holders.limits import held_on
from dialtree.holders.models import Holder
from tests.invariants import OPEN, Row, Rows

Holders = dict[int, frozenset[int]]
"""Who holds each element that anybody holds, by the ids of both."""


@dataclass(frozen=True)
class Projection:
    """What `rows` say that will be held, once the orders of a day are done, from `today` on."""

    rows: Rows
    today: date

    def orders(self) -> list[Row]:
        return [order for order in self.rows["order_request"] if order["status"] in OPEN]

    def day_of(self, order: Row) -> date:
        """When the worker will take it up; one that it should have done already runs today."""
        # Drivers give it as a text or as it is.
        due_at = datetime.fromisoformat(str(order["due_at"]))
        return max(self.today, due_at.astimezone(clock.BERLIN).date())

    def last_day(self) -> date:
        return max([self.day_of(order) for order in self.orders()], default=self.today)

    def on(self, day: date) -> Holders:
        holders: dict[int, set[int]] = defaultdict(set)
        for row in self.rows["number_range"]:
            if row["holder_id"] is not None:
                holders[row["id"]].add(row["holder_id"])
        done = {o["id"]: o["holder_id"] for o in self.orders() if self.day_of(o) <= day}
        for item in self.rows["order_item"]:
            if item["order_id"] not in done:
                continue
            if item["action"] == "REMOVE":
                holders[item["range_id"]].remove(done[item["order_id"]])
            elif item["action"] == "ADD":
                holders[item["range_id"]].add(done[item["order_id"]])
        return {id_: frozenset(by) for id_, by in holders.items() if by}

    def by_block(self, holders: Holders, holder_id: int) -> Counter[int | None]:
        roots = {row["id"]: row["root_id"] for row in self.rows["number_range"]}
        return Counter(roots[id_] for id_, by in holders.items() if holder_id in by)

    def days(self) -> list[date]:
        """From today to the day after the last planned one."""
        count = (self.last_day() - self.today).days + 2
        return [self.today + timedelta(days=days) for days in range(count)]

    def all_days(self) -> dict[date, Holders]:
        return {day: self.on(day) for day in self.days()}

    def trunks(self) -> list[Row]:
        return [
            row
            for row in self.rows["holder"]
            if row["kind"] == "SIP_TRUNK" and row["deleted_at"] is None
        ]

    def check(self, in_all: int, of_a_block: int) -> None:
        """No trunk holds more on any day, and no element has two holders."""
        present = {row["id"] for row in self.rows["holder"] if row["deleted_at"] is None}
        for day, holders in self.all_days().items():
            for id_, by in holders.items():
                assert len(by) == 1, f"on {day} the element {id_} has the holders {by}"
                assert by <= present, f"on {day} the element {id_} is held by what is deleted"
            for trunk in self.trunks():
                held = self.by_block(holders, trunk["id"])
                said = f"on {day} trunk {trunk['id']} holds {held}"
                assert held.total() <= in_all, said
                assert all(n <= of_a_block for block, n in held.items() if block is not None), said

    async def check_that_the_product_agrees(self) -> None:
        """Today and on every day on which something changes for a trunk."""
        for trunk in self.trunks():
            mine = {self.day_of(o) for o in self.orders() if o["holder_id"] == trunk["id"]}
            model = await Holder.get(id=trunk["id"])
            for day in sorted({self.today} | mine):
                expected = self.by_block(self.on(day), trunk["id"])
                assert await held_on(model, day) == expected, (trunk["id"], day)
