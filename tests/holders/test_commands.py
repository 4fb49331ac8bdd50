"""Ordering and executing changes of a holder's numbers: H1-H5, S6."""

from datetime import date, timedelta

import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.holders.commands import NumberChange, change_numbers, preview_change
from dialtree.holders.models import Holder, HolderKind, HolderStatus
from dialtree.holders.rules import ELEMENTS_PER_ORDER
from dialtree.inventory.models import NumberRange, RangeKind, RangeState
from dialtree.orders.models import Order, OrderKind, OrderStatus
from dialtree.refusals import NotFound, RefusalCode, Refused
from tests.conftest import People
from tests.invariants import Unchanged, check
from tests.stock import (
    BLOCK,
    PARTIAL_BLOCK,
    SINGLE_NUMBER,
    assign,
    at,
    cancel,
    done,
    holder,
    ids,
    load,
    set_clock,
    split,
)

SINGLE_NUMBERS = tuple(f"0221 47106{n:02}" for n in range(70))
LAST_OF_LEVEL_1 = [f"030 23125-{digit}" for digit in range(10)]


@pytest.fixture
async def admin(people: People) -> Principal:
    await load(people.administrator, BLOCK, PARTIAL_BLOCK, SINGLE_NUMBER)
    return people.administrator


@pytest.fixture
async def trunk(admin: Principal) -> Holder:
    return await holder(admin)


async def refusal_of(principal: Principal, change: NumberChange) -> RefusalCode:
    """The code that the change meets, and its preview as well; nothing was changed."""
    async with Unchanged():
        with pytest.raises(Refused) as caught:
            await change_numbers(principal, change)
        preview = await preview_change(principal, change)
    assert preview.refusal == caught.value.refusal
    return caught.value.refusal.code


async def many_single_numbers(principal: Principal, count: int) -> tuple[int, ...]:
    await load(
        principal,
        *(f"0221;{number.removeprefix('0221 ')};0;" for number in SINGLE_NUMBERS[:count]),
        contract="SV-S",
    )
    return await ids(*SINGLE_NUMBERS[:count])


async def test_h1_one_order_adds_and_removes(admin: Principal, trunk: Holder) -> None:
    await assign(admin, trunk, "030 23125-1", "0221 4710999")

    change = NumberChange(
        trunk.id,
        add=await ids("030 23125-2", "040 66969-3"),
        remove=await ids("030 23125-1", "0221 4710999"),
    )
    order = await change_numbers(admin, change)
    assert (order.kind, order.status) == (OrderKind.CHANGE_NUMBERS, OrderStatus.QUEUED)
    assert order.holder_id == trunk.id
    await check()
    await done(order)

    held = await NumberRange.filter(holder_id=trunk.id).order_by("digits")
    assert [range_.display() for range_ in held] == ["030 23125-2xx", "040 66969-3xx"]
    trunk = await Holder.get(id=trunk.id)
    assert (trunk.element_count, trunk.number_count) == (2, 200)
    # H4: what was removed is free again.
    freed = await at("030 23125-1")
    assert (freed.state, freed.holder_id, freed.free_count) == (RangeState.FREE, None, 100)
    await check()


async def test_h1_elements_of_all_levels_and_trees(admin: Principal) -> None:
    cloud = await holder(admin, HolderKind.CLOUD_PBX, "Zentrale")
    await split(admin, "030 23125-1", "030 23125-12")
    await assign(
        admin, cloud, "030 23125-2", "030 23125-11", "030 23125-125", "0221 4710999", "040 66969-4"
    )
    cloud = await Holder.get(id=cloud.id)
    assert (cloud.element_count, cloud.number_count) == (5, 100 + 10 + 1 + 1 + 100)
    await check()


async def test_h1_all_or_nothing(admin: Principal, trunk: Holder) -> None:
    """One of them is held by somebody else: the others are not taken either."""
    await assign(admin, await holder(admin, name="Berlin"), "030 23125-9")
    change = NumberChange(trunk.id, add=await ids("030 23125-1", "030 23125-9", "030 23125-2"))
    assert await refusal_of(admin, change) == RefusalCode.RANGE_ASSIGNED


async def test_h1_what_cannot_be_changed(admin: Principal, trunk: Holder) -> None:
    block = await NumberRange.get(kind=RangeKind.BLOCK, digits="493023125")
    await assign(admin, trunk, "030 23125-1")
    await split(admin, "030 23125-5")
    mine, free, split_ = await ids("030 23125-1", "030 23125-2", "030 23125-5")
    R = RefusalCode  # noqa: N806
    for add, remove, code in (
        ((mine,), (), R.RANGE_ASSIGNED),
        ((), (free,), R.ELEMENT_NOT_HELD),
        ((free, free), (), R.ELEMENT_NAMED_TWICE),
        ((mine,), (mine,), R.ELEMENT_NAMED_TWICE),
        ((block.id,), (), R.NOT_AN_ELEMENT),
        ((split_,), (), R.NOT_AN_ELEMENT),
    ):
        assert await refusal_of(admin, NumberChange(trunk.id, add, remove)) == code
    with pytest.raises(Refused) as caught:
        await change_numbers(admin, NumberChange(trunk.id))
    assert caught.value.refusal.code == R.CHANGE_EMPTY


async def test_p2_nobody_reaches_into_the_numbers_and_holders_of_others(
    admin: Principal, trunk: Holder, people: People
) -> None:
    theirs = await holder(people.stranger, name="Frankfurt")
    [element] = await ids("030 23125-1")
    async with Unchanged():
        for principal, change in (
            (people.stranger, NumberChange(trunk.id, (element,))),
            (people.stranger, NumberChange(theirs.id, (element,))),
            (admin, NumberChange(theirs.id, (element,))),
            (admin, NumberChange(trunk.id, (element, 2**63 - 1))),
        ):
            with pytest.raises(NotFound):
                await change_numbers(principal, change)
            with pytest.raises(NotFound):
                await preview_change(principal, change)


async def test_h5_viewers_change_nothing(admin: Principal, trunk: Holder, people: People) -> None:
    change = NumberChange(trunk.id, await ids("030 23125-1"))
    assert await refusal_of(people.viewer, change) == RefusalCode.NOT_ADMINISTRATOR


async def test_s6_what_the_partner_takes_is_data(admin: Principal) -> None:
    await split(admin, "030 23125-1", "030 23125-10")
    unify = await holder(admin, HolderKind.UCC_CONNECTION, "Unify", partner="UNIFY_X")
    zoom = await holder(admin, HolderKind.UCC_CONNECTION, "Zoom", partner="ZOOM_X")
    await assign(admin, unify, "030 23125-2", "0221 4710999")
    for number in ("030 23125-11", "030 23125-101"):
        change = NumberChange(unify.id, await ids(number))
        assert await refusal_of(admin, change) == RefusalCode.PARTNER_TAKES_NO_SPLIT_RANGES
        await assign(admin, zoom, number)
    await check()


async def test_a_contract_that_has_not_started_gives_no_numbers_yet(
    admin: Principal, trunk: Holder
) -> None:
    starts = clock.today() + timedelta(days=10)
    await load(admin, "089;99998;3;", contract="SV-N", starts=starts)
    element = await ids("089 99998-1")
    for day in (None, starts - timedelta(days=1)):
        change = NumberChange(trunk.id, element, execution_date=day)
        assert await refusal_of(admin, change) == RefusalCode.CONTRACT_NOT_STARTED
    order = await change_numbers(admin, NumberChange(trunk.id, element, execution_date=starts))
    with set_clock(starts.year, starts.month, starts.day):
        await done(order)
    await check()


# H2 ----------------------------------------------------------------------------------------------


async def test_h2_ten_elements_of_one_block(admin: Principal, trunk: Holder) -> None:
    await assign(admin, trunk, *LAST_OF_LEVEL_1[:9])
    await split(admin, "030 23125-9")
    change = NumberChange(trunk.id, await ids("030 23125-90", "030 23125-91"))
    assert await refusal_of(admin, change) == RefusalCode.TRUNK_BLOCK_LIMIT
    # Other blocks, single numbers and other kinds of holders do not count.
    await assign(admin, trunk, "030 23125-90", "040 66969-3", "0221 4710999")
    cloud = await holder(admin, HolderKind.CLOUD_PBX, "Zentrale")
    await assign(admin, cloud, *[f"030 23125-9{digit}" for digit in range(1, 10)])
    await check()


async def test_h2_sixty_elements_of_one_trunk(admin: Principal, trunk: Holder) -> None:
    numbers = await many_single_numbers(admin, 61)
    await done(await change_numbers(admin, NumberChange(trunk.id, numbers[:60])))
    change = NumberChange(trunk.id, numbers[60:])
    assert await refusal_of(admin, change) == RefusalCode.TRUNK_ELEMENT_LIMIT
    await done(
        await change_numbers(admin, NumberChange(trunk.id, numbers[60:], remove=numbers[:1]))
    )
    await check()


async def test_h2_planned_orders_of_the_trunk_count(admin: Principal, trunk: Holder) -> None:
    today = clock.today()
    await assign(admin, trunk, *LAST_OF_LEVEL_1[:8])
    await split(admin, "030 23125-8")
    later = today + timedelta(days=20)
    await change_numbers(
        admin, NumberChange(trunk.id, await ids("030 23125-80"), execution_date=later)
    )
    two = await ids("030 23125-9", "030 23125-81")
    for day in (None, today, today + timedelta(days=10), later, later + timedelta(days=1)):
        change = NumberChange(trunk.id, two, execution_date=day)
        assert await refusal_of(admin, change) == RefusalCode.TRUNK_BLOCK_LIMIT
    # With one fewer from the same day on nothing is exceeded, unless that came after the addition.
    going = await ids("030 23125-0")
    for days, fits in ((-1, True), (0, False), (1, False)):
        removal = await change_numbers(
            admin,
            NumberChange(trunk.id, remove=going, execution_date=later + timedelta(days=days)),
        )
        change = NumberChange(trunk.id, two, execution_date=later)
        assert (await preview_change(admin, change)).refusal is None or not fits
        assert ((await preview_change(admin, change)).refusal is None) == fits
        await cancel(admin, removal.id)
    await check()


async def test_h2_the_preview_tells_the_meters(admin: Principal, trunk: Holder) -> None:
    block = await NumberRange.get(kind=RangeKind.BLOCK, digits="493023125")
    await assign(admin, trunk, "030 23125-1", "030 23125-2", "0221 4710999")
    async with Unchanged():
        preview = await preview_change(
            admin,
            NumberChange(trunk.id, await ids("030 23125-3"), await ids("0221 4710999")),
        )
    assert (preview.limited, preview.refusal) == (True, None)
    assert preview.held == {block.id: 3}
    cloud = await holder(admin, HolderKind.CLOUD_PBX, "Zentrale")
    preview = await preview_change(admin, NumberChange(cloud.id))
    assert (preview.limited, preview.refusal, preview.held) == (False, None, {})


async def test_h1_an_order_can_name_500_elements_of_500_trees(people: People) -> None:
    admin = people.administrator
    cloud = await holder(admin, HolderKind.CLOUD_PBX, "Zentrale")
    places = ("030;23125", "040;66969", "069;90009", "089;99998", "0221;4710")
    await load(admin, *(f"{place}{n:02};1;" for place in places for n in range(100)))
    rows = await NumberRange.filter(level=1).order_by("id").values_list("root_id", "id")
    elements = tuple(dict(rows).values())
    assert len(elements) == ELEMENTS_PER_ORDER
    change = NumberChange(cloud.id, elements)
    assert (await preview_change(admin, change)).refusal is None
    await done(await change_numbers(admin, change))
    assert (await Holder.get(id=cloud.id)).element_count == ELEMENTS_PER_ORDER
    await check()
    one_more = NumberChange(cloud.id, (rows[0][1],), remove=elements)
    assert await refusal_of(admin, one_more) == RefusalCode.CHANGE_TOO_LARGE
    await done(await change_numbers(admin, NumberChange(cloud.id, remove=elements)))
    await check()


async def test_h1_a_change_of_any_size_is_answered(admin: Principal, trunk: Holder) -> None:
    """Also where a statement could not name so many ids."""
    change = NumberChange(trunk.id, (await ids("030 23125-1")) * 70_000)
    assert await refusal_of(admin, change) == RefusalCode.CHANGE_TOO_LARGE
    unknown = NumberChange(trunk.id, tuple(range(10**9, 10**9 + 70_000)))
    with pytest.raises(Refused) as caught:
        await change_numbers(admin, unknown)
    assert caught.value.refusal.code == RefusalCode.CHANGE_TOO_LARGE


# H3, H4 ------------------------------------------------------------------------------------------


async def test_h3_dates(admin: Principal, trunk: Holder) -> None:
    cloud = await holder(admin, HolderKind.CLOUD_PBX, "Zentrale")
    element = await ids("030 23125-1")
    R = RefusalCode  # noqa: N806
    with set_clock(2028, 2, 29):
        for to, day, code in (
            (trunk, date(2028, 2, 28), R.EXECUTION_DATE_PAST),
            (trunk, date(2029, 3, 2), R.EXECUTION_DATE_TOO_FAR),
            (cloud, date(2028, 2, 29), R.CHANGES_AT_ONCE_ONLY),
        ):
            change = NumberChange(to.id, element, execution_date=day)
            assert await refusal_of(admin, change) == code
        planned = await change_numbers(
            admin, NumberChange(trunk.id, element, execution_date=date(2029, 3, 1))
        )
        assert planned.status == OrderStatus.PLANNED
        assert planned.due_at == clock.midnight(date(2029, 3, 1))
    await check()


async def test_h3_today_means_now(admin: Principal, trunk: Holder) -> None:
    order = await change_numbers(
        admin, NumberChange(trunk.id, await ids("030 23125-1"), execution_date=clock.today())
    )
    assert order.status == OrderStatus.QUEUED
    await done(order)


async def test_h4_a_planned_order_reserves_what_it_names(admin: Principal, trunk: Holder) -> None:
    await assign(admin, trunk, "030 23125-1")
    planned = await change_numbers(
        admin,
        NumberChange(
            trunk.id,
            await ids("030 23125-2"),
            await ids("030 23125-1"),
            execution_date=clock.today() + timedelta(days=30),
        ),
    )
    await check()
    coming, going = await ids("030 23125-2", "030 23125-1")
    # Until its day it is neither held nor free for others.
    assert (await at("030 23125-2")).state == RangeState.FREE
    assert (await at("030 23125-1")).holder_id == trunk.id
    other = await holder(admin, name="Berlin")
    for change in (
        NumberChange(other.id, (coming,)),
        NumberChange(trunk.id, (coming,)),
        NumberChange(trunk.id, (), (going,)),
    ):
        assert await refusal_of(admin, change) == RefusalCode.RANGE_IN_OPEN_ORDER
    await cancel(admin, planned.id)
    await assign(admin, other, "030 23125-2")
    await check()


async def test_t1_a_planned_trunk_waits_for_its_day(admin: Principal) -> None:
    trunk = await holder(admin, status=HolderStatus.PLANNED)
    day = clock.today() + timedelta(days=5)
    now = clock.now()
    await Order.create(
        customer_id=admin.customer_id,
        kind=OrderKind.CREATE_TRUNK,
        status=OrderStatus.PLANNED,
        requested_by_id=admin.user_id,
        holder_id=trunk.id,
        execution_date=day,
        due_at=clock.midnight(day),
        created_at=now,
        fingerprint="",
    )
    element = await ids("030 23125-1")
    before = NumberChange(trunk.id, element, execution_date=day - timedelta(days=1))
    assert await refusal_of(admin, before) == RefusalCode.TRUNK_NOT_ACTIVE
    day += timedelta(days=1)
    later = await change_numbers(admin, NumberChange(trunk.id, element, execution_date=day))
    with set_clock(day.year, day.month, day.day):
        await done(later)
    assert (await Holder.get(id=trunk.id)).status == HolderStatus.ACTIVE
    await check()
