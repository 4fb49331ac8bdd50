"""The sums of the inventory in the API, and the news of its changes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import strawberry

from dialtree import live
from dialtree.accounts.principal import Principal
from dialtree.calls.queries import count as rejected_call_count
from dialtree.graphql.context import Context, Info
from dialtree.graphql.holders import holder_of
from dialtree.graphql.lasting import changes
from dialtree.graphql.sizes import at_most
from dialtree.holders.graphql import Contact, Holder
from dialtree.holders.models import Holder as HolderRow
from dialtree.holders.models import HolderKind, HolderStatus
from dialtree.ids import to_global_id
from dialtree.inventory import summary
from dialtree.inventory.graphql import NumberRange
from dialtree.inventory.models import NumberRange as NumberRangeRow
from dialtree.inventory.models import RangeKind


@strawberry.type(
    description="Sums over all numbers of the customer. Only what is asked for is counted."
)
class Inventory:
    context: strawberry.Private[Context]
    principal: strawberry.Private[Principal]

    @strawberry.field(description="How many calls may run at once, as booked (C1).")
    async def booked_concurrent_calls(self) -> int:
        customer = await self.context.loaders.customers.load(self.principal.customer_id)
        return customer.booked_concurrent_calls if customer else 0

    @strawberry.field(
        description="Where more concurrent calls are booked (C1); null fields where not set up."
    )
    def customer_service(self) -> Contact:
        settings = self.context.settings
        return Contact(
            name=settings.customer_service_name,
            phone=settings.customer_service_phone,
            email=settings.customer_service_email,
        )

    @strawberry.field(
        description="Calls rejected in the last 7 days because too many ran at once (C2)."
    )
    async def rejected_call_count(self) -> int:
        return await rejected_call_count(self.principal)

    @strawberry.field(description="All numbers.")
    async def number_count(self) -> int:
        return sum(await self._numbers())

    @strawberry.field(description="Numbers without a holder.")
    async def free_count(self) -> int:
        return (await self._numbers())[0]

    @strawberry.field(description="Numbers with a holder.")
    async def assigned_count(self) -> int:
        return (await self._numbers())[1]

    @strawberry.field(description="Number blocks.")
    async def block_count(self) -> int:
        return (await self._roots()).get(RangeKind.BLOCK, 0)

    @strawberry.field(description="Single numbers.")
    async def single_number_count(self) -> int:
        return (await self._roots()).get(RangeKind.SINGLE_NUMBER, 0)

    @strawberry.field(description="Site contracts.")
    async def site_contract_count(self) -> int:
        return await summary.site_contracts(self.principal)

    @strawberry.field(description="Active SIP trunks.")
    async def sip_trunk_count(self) -> int:
        return await self._holders(HolderKind.SIP_TRUNK, HolderStatus.ACTIVE)

    @strawberry.field(description="SIP trunks whose day has not come (T2).")
    async def planned_sip_trunk_count(self) -> int:
        return await self._holders(HolderKind.SIP_TRUNK, HolderStatus.PLANNED)

    @strawberry.field(description="Cloud PBX.")
    async def cloud_pbx_count(self) -> int:
        return await self._holders(HolderKind.CLOUD_PBX, HolderStatus.ACTIVE)

    @strawberry.field(description="UCC connections.")
    async def ucc_connection_count(self) -> int:
        return await self._holders(HolderKind.UCC_CONNECTION, HolderStatus.ACTIVE)

    @strawberry.field(description="Orders that are not finished.")
    async def open_order_count(self) -> int:
        return await summary.open_orders(self.principal)

    async def _numbers(self) -> tuple[int, int]:
        return await self.context.loaders.number_sums.load(self.principal)

    async def _roots(self) -> dict[RangeKind, int]:
        return await self.context.loaders.root_counts.load(self.principal)

    async def _holders(self, kind: HolderKind, status: HolderStatus) -> int:
        counts = await self.context.loaders.holder_counts.load(self.principal)
        return counts.get((kind, status), 0)


@strawberry.type(
    description="What an order or an import changed. Ranges and holders are as they are now."
)
class InventoryChange:
    ranges: list[NumberRange] = strawberry.field(
        description="Ranges whose state, holder, counts or reservation changed, and all above "
        "them.",
        directives=[at_most(30)],
    )
    removed_range_ids: list[strawberry.ID] = strawberry.field(
        description="Ids of ranges that a merge removed.", directives=[at_most(30)]
    )
    holders: list[Holder] = strawberry.field(
        description="Holders whose numbers changed.", directives=[at_most(10)]
    )
    inventory: Inventory = strawberry.field(description="The sums after the change.")
    everything: bool = strawberry.field(
        description="Changes too many to name, or some may have been missed: read again what is "
        "shown. So is the first event."
    )


@strawberry.type
class SummaryQuery:
    @strawberry.field(description="The sums of the inventory, and the booked concurrent calls.")
    async def inventory(self, info: Info) -> Inventory:
        return Inventory(context=info.context, principal=info.context.signed_in())


@strawberry.type
class InventorySubscription:
    @strawberry.subscription(
        description="Changes of the tree and of holders, as they are committed. Ends when the "
        "session or token does."
    )
    async def inventory_changed(self, info: Info) -> AsyncGenerator[InventoryChange, None]:
        customer_id = info.context.signed_in().customer_id

        def is_ours(change: live.Change) -> bool:
            return isinstance(change, live.InventoryChange) and change.customer_id == customer_id

        async with aclosing(changes(info.context, is_ours)) as seen:
            async for principal, change in seen:
                if not isinstance(change, live.InventoryChange):
                    change = live.InventoryChange(customer_id, everything=True)  # noqa: PLW2901
                yield await _as_seen_by(principal, change, info.context)


async def _as_seen_by(
    principal: Principal, change: live.InventoryChange, context: Context
) -> InventoryChange:
    async def read() -> tuple[list[NumberRangeRow], list[HolderRow]]:
        ranges: list[NumberRangeRow] = []
        if change.range_ids:
            found = principal.of(NumberRangeRow).filter(id__in=change.range_ids)
            ranges = await found.order_by("digits")
        holders: list[HolderRow] = []
        if change.holder_ids:
            found_holders = principal.of(HolderRow).filter(id__in=change.holder_ids)
            holders = await found_holders.filter(deleted_at=None)
        return ranges, holders

    ranges, holders = await live.once.ask(change, ("inventory", principal.customer_id), read)
    return InventoryChange(
        ranges=[NumberRange.of(row) for row in ranges],
        removed_range_ids=[
            strawberry.ID(to_global_id("NumberRange", id_)) for id_ in change.removed_range_ids
        ],
        holders=[holder_of(row) for row in holders],
        inventory=Inventory(context=context, principal=principal),
        everything=change.everything,
    )
