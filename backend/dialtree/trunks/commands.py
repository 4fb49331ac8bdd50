"""Ordering, changing and deleting a SIP trunk (T1, T3, T5)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from typing import Any

from tortoise.queryset import QuerySet

from dialtree import clock, live
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log
from dialtree.database import announce, transaction
from dialtree.holders import changes as holder_changes
from dialtree.holders import rules as holder_rules
from dialtree.holders.contacts import (
    Contact,
    check_contact,
    check_name,
    contact_columns,
    logged_contact,
)
from dialtree.holders.facts import creation_of, elements_of, locked_holder
from dialtree.holders.limits import change_of, why_exceeded
from dialtree.holders.models import Holder, HolderKind, HolderStatus, TrunkProfile
from dialtree.holders.rules import HolderFacts
from dialtree.inputs import Inputs
from dialtree.inventory.models import NumberRange
from dialtree.inventory.tree import lock_trees, locked_ranges, ranges_of
from dialtree.notifications.writing import enqueue_order_mail
from dialtree.numbering.sites import fold
from dialtree.orders.cancelling import drop_trunk
from dialtree.orders.history import named
from dialtree.orders.models import OPEN_STATUSES, ItemAction, Order, OrderItem, OrderKind
from dialtree.orders.placing import OrderRequest, place, record, repeated
from dialtree.refusals import FieldProblem, Invalid, Refusal, refuse
from dialtree.trunks import rules
from dialtree.trunks.credentials import SipService, issue
from dialtree.trunks.rules import CallLimits

NO_CONTACT = Contact()
NO_LIMITS = CallLimits()


@dataclass(frozen=True, slots=True)
class NewTrunk:
    """`execution_date`: the day it becomes active with `elements`, until which it is planned;
    null: at once."""

    name: str
    elements: tuple[int, ...] = ()
    execution_date: date | None = None
    contact: Contact = NO_CONTACT
    profile: TrunkProfile = TrunkProfile.STANDARD
    call_limits: CallLimits = NO_LIMITS

    def checked(self) -> tuple["NewTrunk", list[FieldProblem]]:
        """As it is kept, and what is wrong with what was entered."""
        inputs = Inputs()
        name = check_name(inputs, self.name)
        contact = check_contact(inputs, self.contact)
        limits = rules.check_call_limits(inputs, self.call_limits)
        return replace(self, name=name, contact=contact, call_limits=limits), inputs.problems

    @property
    def details(self) -> str:
        """All that is asked for beside the elements and the day."""
        return repr((self.name, astuple(self.contact), self.profile, astuple(self.call_limits)))


@dataclass(frozen=True, slots=True)
class TrunkUpdate:
    """What is to change; null leaves it as it is."""

    name: str | None = None
    contact: Contact | None = None
    call_limits: CallLimits | None = None
    profile: TrunkProfile | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What the order of a trunk would meet; `held`: its elements per block then."""

    problems: list[FieldProblem]
    refusal: Refusal | None
    held: Counter[int | None]


async def create_sip_trunk(
    principal: Principal,
    trunk: NewTrunk,
    service: SipService,
    *,
    idempotency_key: str | None = None,
) -> Order:
    """Accepts the order of a trunk, reserves its elements and makes its credentials, which work
    from its day on.

    Raises Invalid, Refused (name taken, and as `change_numbers`), NotFound, or NOT_ADMINISTRATOR.
    """
    principal.must_be_administrator()
    trunk, problems = trunk.checked()
    if problems:
        raise Invalid(problems)
    refuse(holder_rules.why_too_large(len(trunk.elements)))
    request = OrderRequest(
        OrderKind.CREATE_TRUNK,
        tuple((ItemAction.ADD, id_) for id_ in trunk.elements),
        execution_date=trunk.execution_date,
        key=idempotency_key,
        details=trunk.details,
    )

    async def work() -> Order:
        if earlier := await repeated(principal, request):
            return earlier
        taken = await _namesakes(principal, trunk.name).exists()
        refuse(rules.why_name_taken(trunk.name, is_taken=taken))
        ranges = await locked_ranges(principal, trunk.elements)
        refuse(await _why_not_begin(trunk, ranges))
        holder = await Holder.create(
            customer_id=principal.customer_id,
            kind=HolderKind.SIP_TRUNK,
            status=HolderStatus.PLANNED,
            name=trunk.name,
            name_key=fold(trunk.name),
            profile=trunk.profile,
            element_count=len(ranges),
            number_count=sum(range_.pattern.size for range_ in ranges),
            **contact_columns(trunk.contact),
            **_limit_columns(trunk.call_limits),
        )
        await issue(holder, service)
        order = await place(principal, replace(request, holder_id=holder.id), ranges)
        day = trunk.execution_date.isoformat() if trunk.execution_date else None
        after = _values(holder) | {"elements": named(ranges), "executionDate": day}
        await log(principal, AuditAction.TRUNK_ORDERED, holder, order_id=order.id, after=after)
        return order

    return await transaction(work)


async def preview_sip_trunk(principal: Principal, trunk: NewTrunk) -> Preview:
    """Asks the same rules as `create_sip_trunk` without ordering anything. Raises NotFound."""
    trunk, problems = trunk.checked()
    refusal = principal.why_not_change() or holder_rules.why_too_large(len(trunk.elements))
    if refusal is not None:
        return Preview(problems, refusal, Counter())
    ranges = await ranges_of(principal, trunk.elements)
    if trunk.name:
        taken = await _namesakes(principal, trunk.name).exists()
        refusal = rules.why_name_taken(trunk.name, is_taken=taken)
    refusal = refusal or await _why_not_begin(trunk, ranges)
    return Preview(problems, refusal, Counter(range_.root_id for range_ in ranges))


async def _why_not_begin(trunk: NewTrunk, ranges: Sequence[NumberRange]) -> Refusal | None:
    """Everything the rules say against these elements and this day at this moment (H2-H4)."""
    facts = HolderFacts(0, HolderKind.SIP_TRUNK, HolderStatus.PLANNED, trunk.name)
    today = clock.today()
    elements = await elements_of(ranges)
    day = trunk.execution_date or today
    if refusal := holder_rules.why_not_date(trunk.execution_date, facts, today):
        return refusal
    if refusal := holder_rules.why_not_change(facts, elements, [], day):
        return refusal
    return await why_exceeded(facts, Counter(), [change_of(day, elements, [])])


async def update_sip_trunk(principal: Principal, holder_id: int, update: TrunkUpdate) -> Holder:
    """Changes name, contact or call limits, at once, also of a planned trunk.

    Raises Invalid, Refused (name taken, another profile), NotFound, or NOT_ADMINISTRATOR.
    """
    principal.must_be_administrator()
    inputs = Inputs()
    columns: dict[str, Any] = {}
    if update.name is not None:
        name = check_name(inputs, update.name)
        columns |= {"name": name, "name_key": fold(name)}
    if update.contact is not None:
        columns |= contact_columns(check_contact(inputs, update.contact))
    if update.call_limits is not None:
        columns |= _limit_columns(rules.check_call_limits(inputs, update.call_limits))
    inputs.done()

    async def work() -> Holder:
        holder = await locked_holder(principal, holder_id, HolderKind.SIP_TRUNK)
        refuse(rules.why_not_profile(holder.name, holder.profile, update.profile))
        if "name" in columns:
            others = _namesakes(principal, columns["name"]).exclude(id=holder.id)
            refuse(rules.why_name_taken(columns["name"], is_taken=await others.exists()))
        before = _values(holder)
        if columns:
            await Holder.filter(id=holder.id).update(**columns)
        holder = await Holder.get(id=holder.id)
        if _values(holder) != before:
            await log(
                principal,
                AuditAction.TRUNK_UPDATED,
                holder,
                before=before,
                after=_values(holder),
            )
            announce(live.inventory_change(principal.customer_id, holder_ids={holder.id}))
        return holder

    return await transaction(work)


async def delete_sip_trunk(
    principal: Principal, holder_id: int, *, app_url: str, idempotency_key: str | None = None
) -> Order:
    """Deletes an active trunk at once (T5): its elements are free, its credentials end, its open
    orders are cancelled and their requesters told. Returns the order, which has succeeded.

    Raises Refused (still planned), NotFound, or NOT_ADMINISTRATOR.
    """
    principal.must_be_administrator()
    asked = OrderRequest(OrderKind.DELETE_TRUNK, (), holder_id=holder_id, key=idempotency_key)

    async def work() -> Order:
        if earlier := await repeated(principal, asked):
            return earlier
        holder = await locked_holder(principal, holder_id, HolderKind.SIP_TRUNK)
        creation = await creation_of(holder)
        refuse(rules.why_not_delete(holder.name, creation.reference if creation else None))
        open_orders = await Order.filter(holder_id=holder.id, status__in=OPEN_STATUSES)
        reserved = await OrderItem.filter(
            order_id__in=[order.id for order in open_orders]
        ).values_list("tree_id")
        held = await NumberRange.filter(holder_id=holder.id).order_by("digits")
        await lock_trees([tree for (tree,) in reserved] + [range_.tree_id for range_ in held])
        await holder_changes.release_all(holder, held)
        before = _values(holder) | {"elements": named(held)}
        await drop_trunk(holder, open_orders, principal, app_url=app_url)
        order = await record(principal, asked, [(ItemAction.REMOVE, r.id) for r in held], held)
        await enqueue_order_mail(order, app_url=app_url)
        await log(principal, AuditAction.TRUNK_DELETED, holder, order_id=order.id, before=before)
        return order

    return await transaction(work)


def _namesakes(principal: Principal, name: str) -> QuerySet[Holder]:
    return principal.of(Holder).filter(
        kind=HolderKind.SIP_TRUNK, name_key=fold(name), deleted_at=None
    )


def _limit_columns(limits: CallLimits) -> dict[str, Any]:
    return {
        "call_limit": limits.total,
        "incoming_call_limit": limits.incoming,
        "outgoing_call_limit": limits.outgoing,
    }


def _values(holder: Holder) -> dict[str, str | int | None]:
    """What of a trunk stands in the audit log."""
    return {
        "name": holder.name,
        **logged_contact(holder),
        "profile": holder.profile.value if holder.profile else None,
        "callLimits.total": holder.call_limit,
        "callLimits.incoming": holder.incoming_call_limit,
        "callLimits.outgoing": holder.outgoing_call_limit,
    }
