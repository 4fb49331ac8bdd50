"""Each check finds what it is there for: a picture in which all is well, then one thing made wrong
in it."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.checks import CHECKS, Picture, all_wrong, mails_doubled
from tests.chaos.journal import Asked, Follower, Journal, Mail, Subscriber, Told
from tests.invariants import Row, Rows

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CUSTOMER, USER, TRUNK, BLOCK = 1, 1, 7, 100
SPLIT_ORDER, ASSIGNMENT, PLANNED_ORDER, FAILED_ORDER = 1, 2, 3, 4
STEM = "493023125"


def range_(id_: int, digits: str, open_digits: int, parent: int | None, **values: object) -> Row:
    size = 10**open_digits
    row: Row = {
        "id": id_, "customer_id": CUSTOMER, "contract_id": 1, "parent_id": parent,
        "root_id": None if parent is None else BLOCK, "level": len(digits) - len(STEM),
        "kind": "BLOCK" if parent is None else "RANGE", "digits": digits,
        "open_digits": open_digits, "first_digits": "0123456789", "area_length": 2,
        "extension_at": 9, "state": "FREE", "holder_id": None, "open_order_id": None,
        "free_count": size, "assigned_count": 0, "reserved_beneath": 0,
    }  # fmt: skip
    return row | values


def order(id_: int, kind: str, status: str, holder: int | None = None) -> Row:
    ended = status not in ("PLANNED", "QUEUED", "RUNNING")
    return {
        "id": id_, "customer_id": CUSTOMER, "kind": kind, "status": status, "holder_id": holder,
        "requested_by_id": USER, "due_at": NOW + timedelta(days=2 if status == "PLANNED" else -1),
        "finished_at": NOW + timedelta(seconds=id_) if ended else None, "lease_until": None,
        "refusal": {"code": "RANGE_NOT_FREE"} if status == "FAILED" else None, "attempt": 1,
        "idempotency_key": f"key-{id_}",
    }  # fmt: skip


def item(order_id: int, action: str, on: Row) -> Row:
    named = {"digits": on["digits"], "open_digits": on["open_digits"]}
    return {"order_id": order_id, "range_id": on["id"], "tree_id": BLOCK, "action": action, **named}


def block() -> list[Row]:
    return [
        range_(BLOCK, STEM, 2, None, state="SPLIT"),
        *(range_(BLOCK + 1 + n, f"{STEM}{n}", 1, BLOCK) for n in range(10)),
    ]


def good() -> Picture:
    """Range 3 was split, 4 given to a trunk, 5 shall follow, and something could not be done."""
    before: Rows = {"number_range": block(), "order_request": []}
    ranges = {row["id"]: row for row in block()}
    root, third, fourth, fifth = (ranges[BLOCK + n] for n in (0, 4, 5, 6))
    items = [
        item(SPLIT_ORDER, "SPLIT", third), item(ASSIGNMENT, "ADD", fourth),
        item(PLANNED_ORDER, "ADD", fifth), item(FAILED_ORDER, "SPLIT", fourth),
    ]  # fmt: skip
    third["state"] = "SPLIT"
    for n in range(10):
        ranges[200 + n] = range_(200 + n, f"{third['digits']}{n}", 0, third["id"])
    fourth |= {"state": "ASSIGNED", "holder_id": TRUNK, "free_count": 0, "assigned_count": 10}
    fifth["open_order_id"] = PLANNED_ORDER
    root |= {"free_count": 90, "assigned_count": 10, "reserved_beneath": 1}
    orders = [
        order(SPLIT_ORDER, "SPLIT", "SUCCEEDED"),
        order(ASSIGNMENT, "CHANGE_NUMBERS", "SUCCEEDED", TRUNK),
        order(PLANNED_ORDER, "CHANGE_NUMBERS", "PLANNED", TRUNK),
        order(FAILED_ORDER, "SPLIT", "FAILED"),
    ]
    ended = (SPLIT_ORDER, ASSIGNMENT, FAILED_ORDER)
    actions = {SPLIT_ORDER: "RANGE_SPLIT", ASSIGNMENT: "NUMBERS_CHANGED"}
    rows: Rows = {
        "customer": [{
            "id": CUSTOMER, "name": "Nordlicht", "site_contract_count": 1, "block_count": 1,
            "single_number_count": 0, "number_count": 100,
        }],
        "site_contract": [{"customer_id": CUSTOMER}],
        "number_range": list(ranges.values()),
        "holder": [{
            "id": TRUNK, "name": "Hamburg", "kind": "SIP_TRUNK", "customer_id": CUSTOMER,
            "deleted_at": None, "element_count": 1, "number_count": 10,
        }],
        "order_request": orders,
        "order_item": items,
        "user_account": [{"id": USER, "deactivated_at": None}],
        "outbox_mail": [
            {"id": 50 + id_, "order_id": id_, "topic": "order_finished", "subject": f"A-{id_}"}
            for id_ in ended
        ],
        "audit_entry": [
            {"id": id_, "order_id": id_, "customer_id": CUSTOMER,
             "action": actions.get(id_, "ORDER_FAILED")}
            for id_ in ended
        ],
    }  # fmt: skip
    journal = Journal(
        asked={
            f"key-{o['id']}": Asked(f"key-{o['id']}", CUSTOMER, "x", Told.ACCEPTED, {o["id"]})
            for o in orders
        },
        subscribers=[Subscriber("all", CUSTOMER, {o["id"]: o["status"] for o in orders})],
        followers=[
            Follower(SPLIT_ORDER, "SUCCEEDED", completed=True),
            Follower(PLANNED_ORDER, "PLANNED"),
        ],
        mails=[
            Mail(f"<order-{id_}-{50 + id_}-abc@chaos.example>", f"A-{id_}", "x") for id_ in ended
        ],
    )
    journal.asked["refused"] = Asked("refused", CUSTOMER, "x", Told.REFUSED, code="HELD")
    return Picture(before, rows, journal, NOW)


def the(picture: Picture, table: str, id_: int) -> Row:
    [row] = [row for row in picture.rows[table] if row["id"] == id_]
    return row


def remove(picture: Picture, table: str, id_: int) -> None:
    picture.rows[table].remove(the(picture, table, id_))


def again(picture: Picture, table: str, id_: int, **values: object) -> None:
    picture.rows[table].append(deepcopy(the(picture, table, id_)) | {"id": 999} | values)


def an_order_is_gone(picture: Picture) -> None:
    remove(picture, "order_request", PLANNED_ORDER)


def an_order_was_left_lying(picture: Picture) -> None:
    the(picture, "order_request", SPLIT_ORDER)["status"] = "QUEUED"


def a_planned_order_missed_its_day(picture: Picture) -> None:
    the(picture, "order_request", PLANNED_ORDER)["due_at"] = NOW - timedelta(seconds=1)


def a_key_has_two_orders(picture: Picture) -> None:
    again(picture, "order_request", SPLIT_ORDER)


def a_key_has_another_order_than_was_told(picture: Picture) -> None:
    picture.journal.asked["key-1"].order_ids = {ASSIGNMENT}


def a_client_was_told_of_two_orders(picture: Picture) -> None:
    picture.journal.asked["key-1"].order_ids.add(ASSIGNMENT)


def what_was_refused_is_there(picture: Picture) -> None:
    the(picture, "order_request", FAILED_ORDER)["idempotency_key"] = "refused"


def nobody_asked_for_an_order(picture: Picture) -> None:
    del picture.journal.asked["key-4"]


def a_client_was_never_answered(picture: Picture) -> None:
    picture.journal.asked["key-9"] = Asked("key-9", CUSTOMER, "x")


def a_split_has_no_effect(picture: Picture) -> None:
    the(picture, "number_range", BLOCK + 4)["state"] = "FREE"


def a_split_is_there_twice(picture: Picture) -> None:
    again(picture, "number_range", 203)


def a_failed_order_has_an_effect(picture: Picture) -> None:
    the(picture, "order_request", ASSIGNMENT)["status"] = "FAILED"


def an_order_was_done_although_another_had_forbidden_it(picture: Picture) -> None:
    the(picture, "order_request", FAILED_ORDER)["status"] = "SUCCEEDED"


def a_count_is_wrong(picture: Picture) -> None:
    the(picture, "number_range", BLOCK)["free_count"] += 10


def a_reservation_was_left(picture: Picture) -> None:
    the(picture, "number_range", BLOCK + 4)["open_order_id"] = SPLIT_ORDER


def an_effect_was_noted_twice(picture: Picture) -> None:
    again(picture, "audit_entry", SPLIT_ORDER)


def a_mail_was_never_taken(picture: Picture) -> None:
    picture.journal.mails.pop()


def a_mail_tells_of_an_order_that_has_not_ended(picture: Picture) -> None:
    again(picture, "outbox_mail", 51, id=53, order_id=PLANNED_ORDER, subject="A-3")
    picture.journal.mails.append(Mail("<order-3-53-abc@chaos.example>", "A-3", "x"))


def a_mail_nobody_has_written(picture: Picture) -> None:
    picture.journal.mails.append(Mail("<order-1-77-abc@chaos.example>", "A-1", "x"))


def an_end_was_written_and_sent_twice(picture: Picture) -> None:
    again(picture, "outbox_mail", 51)
    picture.journal.mails.append(Mail("<order-1-999-abc@chaos.example>", "A-1", "x"))


def a_subscriber_missed_the_end(picture: Picture) -> None:
    picture.journal.subscribers[0].last[SPLIT_ORDER] = "RUNNING"


def a_subscriber_never_heard_of_an_order(picture: Picture) -> None:
    del picture.journal.subscribers[0].last[PLANNED_ORDER]


def a_follower_waits_for_ever(picture: Picture) -> None:
    picture.journal.followers[0].completed = False


def a_client_met_a_bug(picture: Picture) -> None:
    picture.journal.faults.append("500: INTERNAL_ERROR")


def nothing_was_accepted(picture: Picture) -> None:
    for asked in picture.journal.asked.values():
        asked.order_ids.clear()


def nothing_succeeded(picture: Picture) -> None:
    for row in picture.rows["order_request"]:
        row["status"] = "FAILED"


def no_kill_hit_anything(picture: Picture) -> None:
    picture.journal.figures["kills"] = 20


FAULTS: list[tuple[Callable[[Picture], None], str]] = [
    (an_order_is_gone, "lost"),
    (an_order_was_left_lying, "lost"),
    (a_planned_order_missed_its_day, "lost"),
    (a_key_has_two_orders, "keys"),
    (a_key_has_another_order_than_was_told, "keys"),
    (a_client_was_told_of_two_orders, "keys"),
    (what_was_refused_is_there, "keys"),
    (nobody_asked_for_an_order, "keys"),
    (a_client_was_never_answered, "keys"),
    (a_split_has_no_effect, "doubled"),
    (a_failed_order_has_an_effect, "doubled"),
    (an_order_was_done_although_another_had_forbidden_it, "doubled"),
    (a_split_is_there_twice, "broken"),
    (a_count_is_wrong, "broken"),
    (a_reservation_was_left, "broken"),
    (an_effect_was_noted_twice, "broken"),
    (a_mail_was_never_taken, "mails_missing"),
    (a_mail_tells_of_an_order_that_has_not_ended, "mails_missing"),
    (a_mail_nobody_has_written, "mails_missing"),
    (an_end_was_written_and_sent_twice, "mails_missing"),
    (a_subscriber_missed_the_end, "unseen"),
    (a_subscriber_never_heard_of_an_order, "unseen"),
    (a_follower_waits_for_ever, "unseen"),
    (a_client_met_a_bug, "faults"),
    (nothing_was_accepted, "idle"),
    (nothing_succeeded, "idle"),
    (no_kill_hit_anything, "idle"),
]


def test_nothing_is_wrong_with_what_is_well() -> None:
    assert not any(all_wrong(good()).values()), all_wrong(good())


@pytest.mark.parametrize(
    ("make_wrong", "check"), FAULTS, ids=lambda it: getattr(it, "__name__", it)
)
def test_what_is_wrong_is_found(make_wrong: Callable[[Picture], None], check: str) -> None:
    picture = good()
    make_wrong(picture)
    assert all_wrong(picture)[check]


def test_every_check_is_put_to_the_test() -> None:
    assert {check for _, check in FAULTS} == {check.__name__ for check in CHECKS}


@pytest.mark.parametrize(("kills", "hits"), [(0, 0), (19, 0), (20, 1)])
def test_a_few_kills_may_miss(kills: int, hits: int) -> None:
    picture = good()
    picture.journal.figures["kills"] = kills
    picture.journal.figures["kills that hit a running transaction"] = hits
    assert not any(all_wrong(picture).values())


def test_a_mail_may_be_taken_twice() -> None:
    picture = good()
    picture.journal.mails.append(picture.journal.mails[0])
    assert not any(all_wrong(picture).values())
    assert mails_doubled(picture) == 1


def test_a_refusal_is_not_the_last_word_while_an_earlier_request_is_under_way() -> None:
    picture = good()
    what_was_refused_is_there(picture)
    del picture.journal.asked["key-4"]
    picture.journal.asked["refused"].overdue = True
    assert not all_wrong(picture)["keys"]
