"""What may be done with a Cloud PBX itself (H6). Pure."""

from dialtree.refusals import Refusal, RefusalCode


def why_not_delete(name: str, element_count: int, open_order: str | None) -> Refusal | None:
    """`open_order`: reference of an open order that changes its numbers."""
    if element_count:
        return Refusal(
            RefusalCode.CLOUD_PBX_HOLDS_NUMBERS, {"holder": name, "count": element_count}
        )
    if open_order is not None:
        return Refusal(RefusalCode.HOLDER_IN_OPEN_ORDER, {"holder": name, "order": open_order})
    return None
