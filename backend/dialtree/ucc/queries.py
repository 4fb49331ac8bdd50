"""Reading the UCC partners, which are the same for every customer."""

from dialtree.ucc.models import UccPartner


async def partners() -> list[UccPartner]:
    return await UccPartner.all().order_by("name")
