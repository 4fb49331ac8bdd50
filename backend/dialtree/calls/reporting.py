"""What the network reports: the calls it rejected because a limit was met (C4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dialtree import clock
from dialtree.accounts.models import Customer
from dialtree.accounts.principal import Principal
from dialtree.calls import rules
from dialtree.calls.models import MAX_CALL_ID_LENGTH, CallDirection, CallLevel, RejectedCall
from dialtree.calls.queries import limits_of
from dialtree.calls.rules import Limits
from dialtree.database import transaction
from dialtree.holders.models import Holder, HolderKind
from dialtree.ids import from_global_id
from dialtree.inputs import Inputs
from dialtree.inventory.models import SiteContract
from dialtree.numbering.parties import MAX_PARTY_LENGTH, read_party
from dialtree.refusals import FieldProblem, Invalid, Refusal, RefusalCode, refuse
from dialtree.trunks.models import SipCredentials

NUMBER_EXAMPLES = "+49 30 23125-100, 030 23125-100, 110"


@dataclass(frozen=True, slots=True)
class Reported:
    """One rejected call as it was sent. Where the limit was met is said by one of the last four:
    global ids, and the user name that the trunk registers with."""

    call_id: str
    level: CallLevel
    direction: CallDirection
    at: datetime
    caller: str | None
    """Null: withheld."""
    callee: str
    limit: int | None = None
    """Null: the one that is configured."""
    customer_id: str | None = None
    site_contract_id: str | None = None
    sip_trunk_id: str | None = None
    trunk_user_name: str | None = None

    @property
    def places(self) -> dict[str, str]:
        """By the names that clients know them by."""
        named = {
            "customerId": self.customer_id,
            "siteContractId": self.site_contract_id,
            "sipTrunkId": self.sip_trunk_id,
            "trunkUserName": self.trunk_user_name,
        }
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Report:
    accepted: int
    already_known: int


async def report_rejected_calls(principal: Principal, calls: Sequence[Reported]) -> Report:
    """Keeps them all or none. A call that is known on its level already changes nothing, so that
    a report can be repeated. Calls may be of any customers.

    Raises Invalid with every problem, its line being the place in `calls` from 1 on; Refused (too
    many), or NOT_SERVICE_STAFF.
    """
    principal.must_serve()
    refuse(rules.why_too_many(len(calls)))

    async def work() -> Report:
        places = await _Places.named_by(calls)
        rows, problems = _checked(calls, places)
        if problems:
            raise Invalid(problems)
        return await _keep(rows)

    return await transaction(work)


async def _keep(rows: Sequence[RejectedCall]) -> Report:
    by_key = {(row.customer_id, row.call_id, row.level): row for row in rows}
    # Reports of one customer wait for each other, so that each call is counted as new once.
    customer_ids = {customer_id for customer_id, _call, _level in by_key}
    await Customer.filter(id__in=customer_ids).order_by("id").select_for_update(no_key=True)
    known = await RejectedCall.filter(
        customer_id__in=customer_ids, call_id__in={call_id for _customer, call_id, _level in by_key}
    ).values_list("customer_id", "call_id", "level")
    for customer_id, call_id, level in known:
        by_key.pop((customer_id, call_id, CallLevel(level)), None)
    await RejectedCall.bulk_create(by_key.values(), ignore_conflicts=True)
    return Report(accepted=len(by_key), already_known=len(rows) - len(by_key))


@dataclass(frozen=True, slots=True)
class _Place:
    customer: Customer
    contract: SiteContract | None = None
    trunk: Holder | None = None

    def limits(self, level: CallLevel) -> Limits:
        if level == CallLevel.CUSTOMER:
            return rules.booked(self.customer.booked_concurrent_calls)
        if level == CallLevel.SITE:
            return Limits(self.contract.call_limit if self.contract else None)
        return limits_of(self.trunk) if self.trunk else Limits()


@dataclass(frozen=True, slots=True)
class _Places:
    """Everything that calls name as their place, read with one query per kind."""

    by_name: dict[tuple[str, str], _Place]

    @classmethod
    async def named_by(cls, calls: Iterable[Reported]) -> "_Places":
        named = {place for call in calls for place in call.places.items()}

        def ids(field: str, type_name: str) -> dict[str, int]:
            read = {value: from_global_id(value) for name, value in named if name == field}
            return {value: id_[1] for value, id_ in read.items() if id_ and id_[0] == type_name}

        customer_ids = ids("customerId", "Customer")
        contract_ids = ids("siteContractId", "SiteContract")
        trunk_ids = ids("sipTrunkId", "SipTrunk")
        user_names = {value for name, value in named if name == "trunkUserName"}
        contracts = await SiteContract.in_bulk(contract_ids.values(), "pk")
        registered = await SipCredentials.filter(user_name__in=user_names)
        of_user = {row.user_name: row.holder_id for row in registered}
        trunks = {
            trunk.id: trunk
            for trunk in await Holder.filter(
                id__in={*trunk_ids.values(), *of_user.values()}, kind=HolderKind.SIP_TRUNK
            )
        }
        customers = await Customer.in_bulk(
            {
                *customer_ids.values(),
                *(contract.customer_id for contract in contracts.values()),
                *(trunk.customer_id for trunk in trunks.values()),
            },
            "pk",
        )
        places: dict[tuple[str, str], _Place] = {}
        for value, id_ in customer_ids.items():
            if customer := customers.get(id_):
                places["customerId", value] = _Place(customer)
        for value, id_ in contract_ids.items():
            if contract := contracts.get(id_):
                place = _Place(customers[contract.customer_id], contract=contract)
                places["siteContractId", value] = place
        for field, found in (("sipTrunkId", trunk_ids), ("trunkUserName", of_user)):
            for value, id_ in found.items():
                if trunk := trunks.get(id_):
                    places[field, value] = _Place(customers[trunk.customer_id], trunk=trunk)
        return cls(places)


def _checked(
    calls: Sequence[Reported], places: _Places
) -> tuple[list[RejectedCall], list[FieldProblem]]:
    """The rows, as far as they can be made, and what is wrong with the others."""
    now = clock.now()
    rows: list[RejectedCall] = []
    problems: list[FieldProblem] = []
    for line, call in enumerate(calls, start=1):
        inputs = Inputs()
        row = _row(inputs, call, places, now)
        problems += [
            FieldProblem(problem.field, problem.refusal, problem.value, line)
            for problem in inputs.problems
        ]
        if row is not None:
            rows.append(row)
    return rows, problems


def _row(inputs: Inputs, call: Reported, places: _Places, now: datetime) -> RejectedCall | None:
    call_id = inputs.text("callId", call.call_id, MAX_CALL_ID_LENGTH, required=True)
    at = _moment(inputs, call.at, now)
    caller = _party(inputs, "from", call.caller) if call.caller is not None else None
    callee = _party(inputs, "to", call.callee)
    limit = inputs.number("limit", call.limit, 1, rules.MAX_CALL_LIMIT)
    place = _place(inputs, call, places)
    if limit is None and place is not None:
        limit = place.limits(call.level).of(call.direction)
        if call.limit is None and (refusal := rules.why_no_limit(call.level, limit)):
            inputs.note("limit", refusal)
    if inputs.problems or not (place and call_id and at and callee and limit):
        return None
    return RejectedCall(
        customer_id=place.customer.id,
        call_id=call_id,
        level=call.level,
        direction=call.direction,
        at=at,
        hour=rules.hour_of(at),
        caller=caller,
        callee=callee,
        call_limit=limit,
        contract_id=place.contract.id if place.contract else None,
        holder_id=place.trunk.id if place.trunk else None,
    )


def _place(inputs: Inputs, call: Reported, places: _Places) -> _Place | None:
    given = call.places
    if refusal := rules.why_not_place(call.level, frozenset(given)):
        inputs.note("level", refusal, call.level.value)
        return None
    [(field, value)] = given.items()
    place = places.by_name.get((field, value))
    if place is None:
        inputs.note(field, Refusal(RefusalCode.NOT_FOUND), value)
    return place


def _moment(inputs: Inputs, at: datetime, now: datetime) -> datetime | None:
    if at.tzinfo is None:
        params = {"value": at.isoformat(), "expected": now.isoformat(timespec="seconds")}
        inputs.note("at", Refusal(RefusalCode.VALUE_NOT_UNDERSTOOD, params), at.isoformat())
        return None
    if refusal := rules.why_not_at(at, now):
        inputs.note("at", refusal, at.isoformat())
        return None
    return at.astimezone(UTC)


def _party(inputs: Inputs, field: str, value: str) -> str | None:
    text = inputs.text(field, value, 4 * MAX_PARTY_LENGTH, required=True)
    party = read_party(text) if text is not None else None
    if text is not None and party is None:
        params = {"value": text, "expected": NUMBER_EXAMPLES}
        inputs.note(field, Refusal(RefusalCode.VALUE_NOT_UNDERSTOOD, params), value)
    return party
