"""Every refusal of a rule, provoked through the API in both languages.

A new code of the rules below without a case here fails `test_every_code_of_a_rule_has_a_case`.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.ids import to_global_id
from dialtree.language import Language, format_date
from dialtree.orders.claiming import claim_next
from dialtree.orders.worker import run_due
from dialtree.refusals import WORDINGS, RefusalCode
from dialtree.trunks.models import SipCredentials
from tests.server import Json, Server
from tests.world import APP_URL, BERLIN, THEIRS, World, build, csv

RULES = ("S", "M", "H", "T", "N", "F", "O", "C")
"""Whose refusals all have a case: split, merge, holders, trunks, numbers, searches, orders, calls.
"""

Provoke = Callable[[World], Awaitable[Callable[[], Awaitable[Json]]]]
TODAY = timedelta(days=0)

CASES: dict[RefusalCode, tuple[Provoke, tuple[str | timedelta, ...]]] = {}


def provokes(code: RefusalCode, *names: str | timedelta) -> Callable[[Provoke], Provoke]:
    """Registers a case: a function that prepares the world and returns the request, which is then
    made once per language. `names` must stand in the sentence, and days, counted from today."""

    def register(provoke: Provoke) -> Provoke:
        assert code not in CASES
        CASES[code] = (provoke, names)
        return provoke

    return register


def mutation(world: World, name: str, **input_: object) -> Callable[[], Awaitable[Json]]:
    return lambda: world.api.refusal(name, **input_)


def change(world: World, holder: str, **input_: object) -> Callable[[], Awaitable[Json]]:
    return mutation(world, "changeNumbers", holderId=world.holders[holder], **input_)


def day(offset: int) -> str:
    return str(clock.today() + timedelta(days=offset))


def importing(world: World, *rows: str, **input_: object) -> Callable[[], Awaitable[Json]]:
    """Asks by dry run and in earnest; both must say the same, and name exactly one problem."""

    async def request() -> Json:
        answers = [
            await world.server.service.refusal(
                "importSiteContracts", content=csv(*rows), dryRun=dry, **input_
            )
            for dry in (True, False)
        ]
        assert answers[0] == answers[1]
        assert answers[0]["__typename"] == "InvalidInput"
        [problem] = answers[0]["fields"]
        assert problem["line"] == 1 + len(rows)
        return problem  # type: ignore[no-any-return]

    return request


def searching(world: World, number: str) -> Callable[[], Awaitable[Json]]:
    """By a list of roots and one of elements: nothing is found, and `reading` says why."""

    async def request() -> Json:
        data = await world.api(
            """query($number: String) {
                roots: numberRanges(number: $number) { ...found }
                elements: numberElements(number: $number) { ...found }
            }
            fragment found on NumberRangeConnection {
                totalCount nodes { id } reading { kind digits refusal { code rule message } }
            }""",
            number=number,
        )
        assert data["roots"] == data["elements"]
        found = data["roots"]
        assert (found["totalCount"], found["nodes"]) == (0, [])
        assert found["reading"]["kind"] == "NOT_UNDERSTOOD"
        assert found["reading"]["digits"] is None
        return found["reading"]["refusal"]  # type: ignore[no-any-return]

    return request


# Split --------------------------------------------------------------------------------------------


@provokes(RefusalCode.SPLIT_NEEDS_OPEN_DIGITS, "0221 471012-3")
async def split_of_a_one_digit_block(world: World) -> Callable[[], Awaitable[Json]]:
    return mutation(world, "splitRange", rangeId=await world.id("0221 471012-3"))


@provokes(RefusalCode.RANGE_ALREADY_SPLIT, "030 23125-3xx")
async def split_of_a_split_range(world: World) -> Callable[[], Awaitable[Json]]:
    await world.split("030 23125-3")
    return mutation(world, "splitRange", rangeId=await world.id("030 23125-3"))


@provokes(RefusalCode.RANGE_ASSIGNED, "030 23125-3xx", "Hamburg Nord")
async def split_of_an_assigned_range(world: World) -> Callable[[], Awaitable[Json]]:
    await world.assign("Hamburg Nord", "030 23125-3")
    return mutation(world, "splitRange", rangeId=await world.id("030 23125-3"))


@provokes(RefusalCode.RANGE_IN_OPEN_ORDER, "030 23125-3xx", "A-000001")
async def split_of_a_reserved_range(world: World) -> Callable[[], Awaitable[Json]]:
    assert (await world.plan("Hamm", "030 23125-3"))["reference"] == "A-000001"
    return mutation(world, "splitRange", rangeId=await world.id("030 23125-3"))


@provokes(RefusalCode.PARTNER_TAKES_NO_SPLIT_RANGES, "Unify X (by RingCentral)", "030 23125-34x")
async def a_split_range_for_a_partner_that_takes_none(
    world: World,
) -> Callable[[], Awaitable[Json]]:
    await world.split("030 23125-3")
    await world.assign("Zoom", "030 23125-33")
    await world.assign("Unify", "030 23125-4")
    return change(world, "Unify", add=[await world.id("030 23125-34")])


# Merge --------------------------------------------------------------------------------------------


@provokes(RefusalCode.MERGE_NEEDS_SPLIT_RANGE, "030 23125-3xx")
async def merge_of_a_free_range(world: World) -> Callable[[], Awaitable[Json]]:
    return mutation(world, "mergeRange", rangeId=await world.id("030 23125-3"))


@provokes(
    RefusalCode.MERGE_BENEATH_ASSIGNED,
    "030 23125-3xx",
    "030 23125-31x → Zentrale",
    "030 23125-352 → Hamburg Nord",
)
async def merge_above_assigned_ranges(world: World) -> Callable[[], Awaitable[Json]]:
    await world.split("030 23125-3")
    await world.split("030 23125-35")
    await world.assign("Hamburg Nord", "030 23125-352")
    await world.assign("Zentrale", "030 23125-31")
    return mutation(world, "mergeRange", rangeId=await world.id("030 23125-3"))


@provokes(RefusalCode.MERGE_BENEATH_IN_OPEN_ORDER, "030 23125-3xx", "030 23125-31x → A-000002")
async def merge_above_reserved_ranges(world: World) -> Callable[[], Awaitable[Json]]:
    await world.split("030 23125-3")
    await world.plan("Hamm", "030 23125-31")
    return mutation(world, "mergeRange", rangeId=await world.id("030 23125-3"))


# Holders ------------------------------------------------------------------------------------------


@provokes(RefusalCode.NOT_ADMINISTRATOR)
async def a_change_by_a_viewer(world: World) -> Callable[[], Awaitable[Json]]:
    range_id = await world.id("030 23125-3")

    async def request() -> Json:
        answer = await world.server.viewer.refusal("splitRange", rangeId=range_id)
        assert answer["__typename"] == "NotAllowed"
        return answer

    return request


@provokes(RefusalCode.CHANGE_EMPTY)
async def a_change_of_nothing(world: World) -> Callable[[], Awaitable[Json]]:
    return change(world, "Hamm")


@provokes(RefusalCode.CHANGE_TOO_LARGE, "501", "500")
async def a_change_of_too_much(world: World) -> Callable[[], Awaitable[Json]]:
    return change(world, "Zentrale", add=[await world.id("030 23125-3")] * 501)


@provokes(RefusalCode.ELEMENT_NAMED_TWICE, "030 23125-3xx")
async def an_element_to_add_and_to_remove(world: World) -> Callable[[], Awaitable[Json]]:
    element = await world.id("030 23125-3")
    return change(world, "Hamm", add=[element], remove=[element])


@provokes(RefusalCode.NOT_AN_ELEMENT, "030 23125-xxx")
async def a_whole_block_for_a_holder(world: World) -> Callable[[], Awaitable[Json]]:
    return change(world, "Hamm", add=[await world.id("030 23125")])


@provokes(RefusalCode.ELEMENT_NOT_HELD, "030 23125-3xx", "Hamm")
async def removal_from_a_holder_that_does_not_have_it(
    world: World,
) -> Callable[[], Awaitable[Json]]:
    await world.assign("Hamburg Nord", "030 23125-3")
    return change(world, "Hamm", remove=[await world.id("030 23125-3")])


@provokes(RefusalCode.TRUNK_ELEMENT_LIMIT, "Hamm", "61", "60", TODAY)
async def too_many_elements(world: World) -> Callable[[], Awaitable[Json]]:
    await world.server.service.act(
        "importSiteContracts",
        "",
        content=csv(*(f"{BERLIN};040;66969{digit};2;" for digit in "0126789")),
    )
    numbers = [f"040 66969{block}-{digit}" for block in "0126789" for digit in "0123456789"]
    await world.assign("Hamm", *numbers[:60])
    return change(world, "Hamm", add=[await world.id(numbers[60])])


@provokes(RefusalCode.TRUNK_BLOCK_LIMIT, "Hamm", "11", "10", "030 23125-xxx", TODAY)
async def too_many_ranges_of_one_block(world: World) -> Callable[[], Awaitable[Json]]:
    await world.split("030 23125-3")
    await world.assign("Hamm", *(f"030 23125-3{digit}" for digit in "0123456789"))
    return change(world, "Hamm", add=[await world.id("030 23125-4")])


@provokes(RefusalCode.CHANGES_AT_ONCE_ONLY, "Zentrale")
async def a_day_for_a_cloud_pbx(world: World) -> Callable[[], Awaitable[Json]]:
    return change(
        world,
        "Zentrale",
        add=[await world.id("030 23125-3")],
        executionDate=day(1),
    )


@provokes(RefusalCode.EXECUTION_DATE_PAST, timedelta(days=-1), TODAY)
async def a_day_that_has_passed(world: World) -> Callable[[], Awaitable[Json]]:
    add = [await world.id("030 23125-3")]
    return change(world, "Hamm", add=add, executionDate=day(-1))


@provokes(RefusalCode.EXECUTION_DATE_TOO_FAR, timedelta(days=367))
async def a_day_in_more_than_a_year(world: World) -> Callable[[], Awaitable[Json]]:
    add = [await world.id("030 23125-3")]
    return change(world, "Hamm", add=add, executionDate=day(367))


@provokes(RefusalCode.TRUNK_NOT_ACTIVE, "Lübeck", timedelta(days=5))
async def a_trunk_before_its_day(world: World) -> Callable[[], Awaitable[Json]]:
    await world.planned_trunk("Lübeck", clock.today() + timedelta(days=5))
    add = [await world.id("030 23125-3")]
    return change(world, "Lübeck", add=add, executionDate=day(2))


@provokes(
    RefusalCode.CONTRACT_NOT_STARTED,
    "089 99998-3xx",
    "SV-1003",
    timedelta(days=30),
)
async def numbers_of_a_contract_before_its_day(world: World) -> Callable[[], Awaitable[Json]]:
    return change(world, "Hamm", add=[await world.id("089 99998-3")])


def new_trunk(world: World, **more: object) -> Callable[[], Awaitable[Json]]:
    given = {"name": "Neubau", "contact": {"name": "Technik"}, **more}
    return lambda: world.api.refusal("createSipTrunk", **given)


@provokes(RefusalCode.TRUNK_NAME_TAKEN, "HAMBURG Nord")
async def a_name_that_is_taken(world: World) -> Callable[[], Awaitable[Json]]:
    return new_trunk(world, name=" HAMBURG  Nord ")


@provokes(RefusalCode.CALL_LIMIT_OVER_TOTAL, "31", "30")
async def more_incoming_calls_than_calls(world: World) -> Callable[[], Awaitable[Json]]:
    async def request() -> Json:
        answer = await new_trunk(world, callLimits={"total": 30, "incoming": 31})()
        [problem] = answer["fields"]
        assert problem["field"] == "callLimits.incoming"
        return problem  # type: ignore[no-any-return]

    return request


@provokes(RefusalCode.TRUNK_PROFILE_FIXED, "Hamm")
async def another_profile(world: World) -> Callable[[], Awaitable[Json]]:
    return mutation(
        world, "updateSipTrunk", sipTrunkId=world.holders["Hamm"], profile="MEDIA_BYPASS"
    )


@provokes(RefusalCode.TRUNK_STILL_PLANNED, "Lübeck", "A-000001")
async def deleting_a_planned_trunk(world: World) -> Callable[[], Awaitable[Json]]:
    await world.planned_trunk("Lübeck", clock.today() + timedelta(days=5))
    return mutation(world, "deleteSipTrunk", sipTrunkId=world.holders["Lübeck"])


@provokes(RefusalCode.TRUNK_STARTS_AFTER_CHANGE, "A-000001", timedelta(days=9))
async def a_first_day_after_a_change(world: World) -> Callable[[], Awaitable[Json]]:
    order = await world.planned_trunk("Lübeck", clock.today() + timedelta(days=5))
    await world.plan("Lübeck", "030 23125-3", days=7)
    order_id = to_global_id("Order", order.id)
    return mutation(world, "rescheduleOrder", orderId=order_id, executionDate=day(9))


@provokes(RefusalCode.TRUNK_GONE, "Hamm")
async def an_order_whose_trunk_was_deleted(world: World) -> Callable[[], Awaitable[Json]]:
    order = await world.plan("Hamm", "030 23125-3")
    await world.api.order("deleteSipTrunk", sipTrunkId=world.holders["Hamm"])
    document = """query($id: ID!) {
        node(id: $id) { ... on Order { status refusal { code rule message } } } }"""

    async def request() -> Json:
        ended = (await world.api(document, id=order["id"]))["node"]
        assert ended["status"] == "CANCELLED"
        return ended["refusal"]  # type: ignore[no-any-return]

    return request


@provokes(RefusalCode.CREDENTIALS_FOR_ADMINISTRATORS)
async def a_viewer_who_looks(world: World) -> Callable[[], Awaitable[Json]]:
    trunk_id = world.holders["Hamm"]
    return lambda: world.server.viewer.refusal("revealSipPassword", sipTrunkId=trunk_id)


@provokes(RefusalCode.CREDENTIALS_UNREADABLE, "Hamm")
async def a_password_of_another_key(world: World) -> Callable[[], Awaitable[Json]]:
    await world.credentials("Hamm")
    await SipCredentials.all().update(password_encrypted="of another installation")
    return mutation(world, "revealSipPassword", sipTrunkId=world.holders["Hamm"])


@provokes(RefusalCode.CLOUD_PBX_HOLDS_NUMBERS, "Zentrale", "1")
async def deleting_a_cloud_pbx_with_numbers(world: World) -> Callable[[], Awaitable[Json]]:
    await world.assign("Zentrale", "030 23125-3")
    return mutation(world, "deleteCloudPbx", cloudPbxId=world.holders["Zentrale"])


@provokes(RefusalCode.HOLDER_IN_OPEN_ORDER, "Zentrale", "A-000001")
async def deleting_a_cloud_pbx_that_gets_numbers(world: World) -> Callable[[], Awaitable[Json]]:
    add = [await world.id("030 23125-3")]
    await world.api.order("changeNumbers", holderId=world.holders["Zentrale"], add=add)
    return mutation(world, "deleteCloudPbx", cloudPbxId=world.holders["Zentrale"])


# Orders -------------------------------------------------------------------------------------------


@provokes(RefusalCode.ORDER_STARTED, "A-000001")
async def cancelling_while_it_runs(world: World) -> Callable[[], Awaitable[Json]]:
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    assert await claim_next() is not None
    return mutation(world, "cancelOrder", orderId=order["id"])


@provokes(RefusalCode.ORDER_FINISHED, "A-000001")
async def cancelling_what_is_done(world: World) -> Callable[[], Awaitable[Json]]:
    order = await world.split("030 23125-3")
    return mutation(world, "cancelOrder", orderId=order["id"])


@provokes(RefusalCode.ORDER_NOT_PLANNED, "A-000001")
async def moving_what_has_no_day(world: World) -> Callable[[], Awaitable[Json]]:
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    return mutation(world, "rescheduleOrder", orderId=order["id"], executionDate=day(1))


@provokes(RefusalCode.ORDER_NOT_SUCCEEDED, "A-000001")
async def undoing_what_is_not_done(world: World) -> Callable[[], Awaitable[Json]]:
    order = await world.plan("Hamm", "030 23125-3")
    return mutation(world, "undoOrder", orderId=order["id"])


@provokes(RefusalCode.UNDO_NOT_POSSIBLE, "A-000003")
async def undoing_a_merge_of_two_levels(world: World) -> Callable[[], Awaitable[Json]]:
    await world.split("030 23125-3")
    await world.split("030 23125-34")
    order = await world.merge("030 23125-3")
    return mutation(world, "undoOrder", orderId=order["id"])


@provokes(RefusalCode.IDEMPOTENCY_KEY_REUSED, "A-000001")
async def a_key_for_something_else(world: World) -> Callable[[], Awaitable[Json]]:
    await world.api.order("splitRange", rangeId=await world.id("030 23125-3"), idempotencyKey="k1")
    range_id = await world.id("030 23125-4")
    return mutation(world, "splitRange", rangeId=range_id, idempotencyKey="k1")


# Numbers ------------------------------------------------------------------------------------------


@provokes(RefusalCode.NUMBER_NOT_UNDERSTOOD, "04x")
async def an_area_code_with_a_letter(world: World) -> Callable[[], Awaitable[Json]]:
    return importing(world, f"{BERLIN};04x;66969;1;")


@provokes(RefusalCode.NUMBER_NOT_GERMAN, "+43 1")
async def an_area_code_of_another_country(world: World) -> Callable[[], Awaitable[Json]]:
    return importing(world, f"{BERLIN};+43 1;66969;1;")


@provokes(RefusalCode.AREA_CODE_UNKNOWN, "0999")
async def an_area_code_that_does_not_exist(world: World) -> Callable[[], Awaitable[Json]]:
    return importing(world, f"{BERLIN};0999;66969;1;")


@provokes(RefusalCode.STEM_INVALID, "2x3")
async def a_stem_with_a_letter(world: World) -> Callable[[], Awaitable[Json]]:
    return importing(world, f"{BERLIN};030;2x3;1;")


@provokes(RefusalCode.NUMBER_TOO_LONG, "16", "15")
async def a_number_of_16_digits(world: World) -> Callable[[], Awaitable[Json]]:
    return importing(world, f"{BERLIN};069;900099999;3;")


@provokes(RefusalCode.EXTENSION_DIGITS_OUT_OF_RANGE, "8", "7")
async def a_block_of_eight_extension_digits(world: World) -> Callable[[], Awaitable[Json]]:
    return importing(world, f"{BERLIN};069;9;8;")


@provokes(RefusalCode.FIRST_DIGITS_INVALID, "5-3")
async def first_digits_the_wrong_way_round(world: World) -> Callable[[], Awaitable[Json]]:
    return importing(world, f"{BERLIN};069;900097;2;5-3")


@provokes(RefusalCode.NUMBER_OVERLAPS, "040 66969-3xx…5xx", "040 669694-xx", "SV-1001")
async def a_block_within_a_block(world: World) -> Callable[[], Awaitable[Json]]:
    return importing(world, f"{BERLIN};040;669694;2;")


@provokes(RefusalCode.NUMBER_HIDES, "040 669691", "040 6696912-x", "SV-1001")
async def a_number_that_hides_a_longer_one(world: World) -> Callable[[], Awaitable[Json]]:
    return importing(world, f"{BERLIN};040;6696912;1;", f"{BERLIN};040;669691;0;")


@provokes(RefusalCode.NUMBER_IN_USE_ELSEWHERE, "069 90009-0xx…5xx")
async def a_number_of_another_customer(world: World) -> Callable[[], Awaitable[Json]]:
    row = THEIRS.replace("SV-9001", "SV-1")
    return importing(world, row)


# Searches -----------------------------------------------------------------------------------------


@provokes(RefusalCode.SEARCH_NEEDS_PREFIX, "*", "+49")
async def a_search_without_a_prefix(world: World) -> Callable[[], Awaitable[Json]]:
    return searching(world, "23125")


@provokes(RefusalCode.SEARCH_NOT_DIGITS, "030 ab")
async def a_search_for_letters(world: World) -> Callable[[], Awaitable[Json]]:
    return searching(world, "030 ab")


@provokes(RefusalCode.SEARCH_TOO_LONG)
async def a_search_for_more_digits_than_a_number_has(
    world: World,
) -> Callable[[], Awaitable[Json]]:
    return searching(world, "030 23125 000 000 00")


# --------------------------------------------------------------------------------------------------


# Calls --------------------------------------------------------------------------------------------


def reporting(world: World, **other: object) -> Callable[[], Awaitable[Json]]:
    entry = {
        "callId": "c1",
        "level": "CUSTOMER",
        "direction": "INCOMING",
        "at": clock.now().isoformat(),
        "to": "030 23125-456",
        "customerId": to_global_id("Customer", world.server.people.administrator.customer_id),
    }
    calls = [{name: value for name, value in (entry | other).items() if value is not None}]

    async def request() -> Json:
        answer = await world.server.service.refusal("reportRejectedCalls", calls=calls)
        [problem] = answer["fields"]
        assert problem["line"] == 1
        return problem  # type: ignore[no-any-return]

    return request


@provokes(RefusalCode.TOO_MANY_CALLS_REPORTED, "1001", "1000")
async def too_many_calls(world: World) -> Callable[[], Awaitable[Json]]:
    calls = [
        {
            "callId": "c1",
            "level": "CUSTOMER",
            "direction": "INCOMING",
            "at": clock.now().isoformat(),
            "to": "110",
        }
    ]
    return lambda: world.server.service.refusal("reportRejectedCalls", calls=calls * 1001)


@provokes(RefusalCode.CALL_NOT_RECENT, "2026-01-01T00:00:00+00:00", "7")
async def an_old_call(world: World) -> Callable[[], Awaitable[Json]]:
    return reporting(world, at="2026-01-01T00:00:00Z")


@provokes(RefusalCode.CALL_PLACE_UNCLEAR, "SITE", "siteContractId")
async def a_call_at_no_site(world: World) -> Callable[[], Awaitable[Json]]:
    return reporting(world, level="SITE")


@provokes(RefusalCode.CALL_LEVEL_WITHOUT_LIMIT, "TRUNK")
async def a_call_on_a_trunk_without_a_limit(world: World) -> Callable[[], Awaitable[Json]]:
    where = {"customerId": None, "sipTrunkId": world.holders["Hamm"]}
    return reporting(world, level="TRUNK", **where)


def test_every_code_of_a_rule_has_a_case() -> None:
    of_rules = {code for code, wording in WORDINGS.items() if (wording.rule or "-")[0] in RULES}
    assert of_rules - set(CASES) == set()


@pytest.mark.parametrize("code", CASES)
async def test_refusal(server: Server, code: RefusalCode) -> None:
    provoke, names = CASES[code]
    request = await provoke(await build(server))
    sentences = {}
    for language in Language:
        await server.speak(server.people.administrator, language)
        await server.speak(server.people.viewer, language)
        await server.speak(server.people.service, language)
        refusal = await request()
        assert refusal["code"] == code
        assert refusal["rule"] == WORDINGS[code].rule
        sentences[language] = refusal["message"]
        for name in names:
            shown = (
                format_date(clock.today() + name, language) if isinstance(name, timedelta) else name
            )
            assert shown in refusal["message"], refusal["message"]
        assert "{" not in refusal["message"]
    assert sentences[Language.DE] != sentences[Language.EN]


async def test_a_refused_order_leaves_nothing_behind(server: Server) -> None:
    world = await build(server)
    await world.assign("Hamburg Nord", "030 23125-3")
    await world.api.refusal("splitRange", rangeId=await world.id("030 23125-3"))
    data = await world.api("{ orders { totalCount } inventory { openOrderCount } }")
    assert data == {"orders": {"totalCount": 1}, "inventory": {"openOrderCount": 0}}
    assert await run_due(APP_URL) == 0
