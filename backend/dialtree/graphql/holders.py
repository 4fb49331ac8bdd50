"""Holders of any kind, each as the type of its kind."""

from collections.abc import Sequence

from dialtree.cloud_pbx.graphql import CloudPbx
from dialtree.graphql.context import Context
from dialtree.holders.graphql import Holder
from dialtree.holders.models import Holder as HolderRow
from dialtree.holders.models import HolderKind
from dialtree.trunks.graphql import SipTrunk
from dialtree.ucc.graphql import UccConnection


def holder_of(row: HolderRow) -> Holder:
    if row.kind == HolderKind.SIP_TRUNK:
        return SipTrunk.of(row)
    if row.kind == HolderKind.CLOUD_PBX:
        return CloudPbx.of(row)
    return UccConnection.of(row)


async def load_holders(context: Context, ids: Sequence[int | None]) -> list[Holder | None]:
    rows = await context.loaders.holders.many(id_ for id_ in ids if id_ is not None)
    holders = {id_: holder_of(row) for id_, row in rows.items() if row is not None}
    return [None if id_ is None else holders.get(id_) for id_ in ids]


async def load_holder(context: Context, id_: int | None) -> Holder | None:
    [holder] = await load_holders(context, [id_])
    return holder
