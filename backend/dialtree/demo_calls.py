"""Rejected calls of the demo company: a week with its busy hours."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.calls.commands import set_call_limit
from dialtree.calls.models import CallDirection, CallLevel
from dialtree.calls.reporting import Reported, report_rejected_calls
from dialtree.calls.rules import KEPT
from dialtree.holders.models import Holder
from dialtree.ids import to_global_id
from dialtree.inventory.models import SiteContract

SITE_LIMIT = 70
_BUSY = {8: 2, 9: 5, 10: 9, 11: 8, 12: 3, 13: 4, 14: 7, 15: 6, 16: 4, 17: 2}
"""How many calls are rejected in an hour of a working day in Berlin, more or less."""
_SHARE = {CallLevel.TRUNK: 6, CallLevel.SITE: 3, CallLevel.CUSTOMER: 1}
_OUTSIDE = ("06990009", "04066969", "02214710", "08999998")


async def report_demo_calls(provider: Principal, trunk: Holder, contract: SiteContract) -> None:
    """As the network would have reported them for this trunk and its site in the last days."""
    await set_call_limit(provider, contract.id, SITE_LIMIT)
    at_level: dict[CallLevel, dict[str, Any]] = {
        CallLevel.TRUNK: {"sip_trunk_id": to_global_id("SipTrunk", trunk.id)},
        CallLevel.SITE: {"site_contract_id": to_global_id("SiteContract", contract.id)},
        CallLevel.CUSTOMER: {"customer_id": to_global_id("Customer", provider.customer_id)},
    }
    # The same week in every demo, as far as the hours of the day allow.
    random = Random(23125)  # noqa: S311 - no secret is made of it
    now = clock.now()
    hour = (now - KEPT).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    calls = []
    while hour <= now:
        for _ in range(_rejected_in(hour, random)):
            at = hour + timedelta(seconds=random.randrange(3600))
            [level] = random.choices([*_SHARE], [*_SHARE.values()])
            incoming = random.random() < 0.7
            own = f"03023125{random.randrange(0, 300):03}"
            outside = f"{random.choice(_OUTSIDE)}{random.randrange(1000):03}"
            withheld = incoming and random.random() < 0.1
            call = Reported(
                call_id=f"{random.getrandbits(64):016x}@switch.demo.example",
                level=level,
                direction=CallDirection.INCOMING if incoming else CallDirection.OUTGOING,
                at=at,
                caller=None if withheld else outside if incoming else own,
                callee=own if incoming else outside,
            )
            if at <= now:
                calls.append(replace(call, **at_level[level]))
        hour += timedelta(hours=1)
    await report_rejected_calls(provider, calls)


def _rejected_in(hour: datetime, random: Random) -> int:
    there = hour.astimezone(clock.BERLIN)
    if there.weekday() > 4:
        return 0
    usual = _BUSY.get(there.hour, 0)
    return random.randrange(usual, 2 * usual + 1) if usual else 0
