"""Holders of any kind, each as the type of its kind."""

from dialtree.cloud_pbx.graphql import CloudPbx
from dialtree.graphql.context import Info
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


async def load_holder(info: Info, holder_id: int | None) -> Holder | None:
    if holder_id is None:
        return None
    row = await info.context.loaders.holders.load(holder_id)
    return holder_of(row) if row else None
