"""The limits of a trunk at their true size, on days to come (H2, H3, T2)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.limits import held_on
from dialtree.holders.models import Holder
from dialtree.inventory.models import NumberRange, RangeState
from dialtree.orders.revising import reschedule_order
from dialtree.refusals import RefusalCode, Refused
from tests import invariants
from tests.conftest import People
from tests.stock import (
    at,
    cancel,
    create_trunk,
    done,
    holder,
    ids,
    load,
    set_clock,
    split,
)

A_DAY = timedelta(days=1)

SIX_BLOCKS = (
    "030;23125;3;",
    "040;66969;3;",
    "069;90009;3;",
    "089;99998;3;",
    "0221;47101;2;",
    "0221;47102;2;",
)


@dataclass(frozen=True)
class Full:
    """A trunk with as much as it may hold, and one element that is too much."""

    trunk: Holder
    one_more: int
    held: tuple[int, ...]
    code: RefusalCode
    limit: int


async def full_trunk(admin: Principal) -> Full:
    await load(admin, *SIX_BLOCKS, "0221;4710999;0;")
    trunk = await holder(admin)
    few = await NumberRange.filter(state=RangeState.FREE, level=1).order_by("id")
    held = tuple(range_.id for range_ in few)
    await done(await change_numbers(admin, NumberChange(trunk.id, held)))
    one_more = (await at("0221 4710999")).id
    return Full(trunk, one_more, held, RefusalCode.TRUNK_ELEMENT_LIMIT, 60)


async def full_block(admin: Principal) -> Full:
    await load(admin, "030;23125;3;")
    trunk = await holder(admin)
    await split(admin, "030 23125-9")
    held = await ids(*(f"030 23125-{digit}" for digit in range(9)), "030 23125-90")
    await done(await change_numbers(admin, NumberChange(trunk.id, held)))
    [one_more] = await ids("030 23125-91")
    return Full(trunk, one_more, held, RefusalCode.TRUNK_BLOCK_LIMIT, 10)


@pytest.mark.parametrize("fill", [full_trunk, full_block])
async def test_a_removal_that_is_planned_makes_room_for_what_comes_after_it(
    people: People, fill: Callable[[Principal], Awaitable[Full]]
) -> None:
    admin = people.administrator
    with set_clock(2027, 3, 26) as time:
        full = await fill(admin)
        assert len(full.held) == full.limit
        today = clock.today()
        day = today + timedelta(days=5)
        addition = NumberChange(full.trunk.id, (full.one_more,), execution_date=day)

        async def must_be_refused(command: Awaitable[object], on: date) -> None:
            with pytest.raises(Refused) as refused:
                await command
            refusal = refused.value.refusal
            assert refusal.code == full.code
            said = {name: refusal.params[name] for name in ("count", "limit", "date")}
            assert said == {"count": full.limit + 1, "limit": full.limit, "date": on}

        await must_be_refused(change_numbers(admin, addition), on=day)

        removal = NumberChange(full.trunk.id, remove=full.held[:1], execution_date=day - A_DAY)
        removing = await change_numbers(admin, removal)
        adding = await change_numbers(admin, addition)

        assert await held_on(full.trunk, day - 2 * A_DAY) == await held_on(full.trunk, today)
        assert (await held_on(full.trunk, day - A_DAY)).total() == full.limit - 1
        assert (await held_on(full.trunk, day)).total() == full.limit
        # Now the one needs the other, and that it comes first.
        await must_be_refused(cancel(admin, removing.id), on=day)
        await must_be_refused(reschedule_order(admin, removing.id, day), on=day)
        await must_be_refused(reschedule_order(admin, removing.id, day + A_DAY), on=day)
        await must_be_refused(reschedule_order(admin, adding.id, day - A_DAY), on=day - A_DAY)

        # Other room on that very day is none: orders of one day may run in any turn.
        removal = NumberChange(full.trunk.id, remove=full.held[1:2], execution_date=day)
        other = await change_numbers(admin, removal)
        await must_be_refused(cancel(admin, removing.id), on=day)
        await cancel(admin, other.id)

        for order, due in ((removing, day - A_DAY), (adding, day)):
            time.to_midnight(due)
            await done(order)
        assert await NumberRange.filter(holder_id=full.trunk.id).count() == full.limit
        await invariants.check()


async def test_neither_a_trunk_nor_a_change_of_it_is_moved_past_the_other(people: People) -> None:
    admin = people.administrator
    with set_clock(2027, 3, 26):
        await load(admin, "030;23125;3;")
        day = clock.today() + 3 * A_DAY
        creation = await create_trunk(admin, "Messe", await ids("030 23125-1"), day)
        assert creation.holder_id is not None
        add = await ids("030 23125-2")
        later = await change_numbers(admin, NumberChange(creation.holder_id, add, (), day + A_DAY))
        async with invariants.Unchanged():
            for order, to, code in (
                (later, day - A_DAY, RefusalCode.TRUNK_NOT_ACTIVE),
                (creation, day + 2 * A_DAY, RefusalCode.TRUNK_STARTS_AFTER_CHANGE),
            ):
                with pytest.raises(Refused) as refused:
                    await reschedule_order(admin, order.id, to)
                assert refused.value.refusal.code == code
        for order in (later, creation):
            await reschedule_order(admin, order.id, day)
