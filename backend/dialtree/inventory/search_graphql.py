"""How a search by number was read, in the API."""

from enum import StrEnum

import strawberry

from dialtree import refusals
from dialtree.graphql.refusals import RuleRefused, rule_refused
from dialtree.language import Language
from dialtree.numbering.search import SearchPattern, Unreadable, UnreadableReason
from dialtree.refusals import RefusalCode


@strawberry.enum(description="How a search by number was read (F2).")
class SearchKind(StrEnum):
    STARTS_WITH = "STARTS_WITH"
    CONTAINS = "CONTAINS"
    NOT_UNDERSTOOD = "NOT_UNDERSTOOD"


@strawberry.type(description="How a search by number was read (F2).")
class SearchReading:
    kind: SearchKind = strawberry.field(
        description="NOT_UNDERSTOOD: nothing is found, and `refusal` says what would help."
    )
    digits: str | None = strawberry.field(
        description="For STARTS_WITH the beginning of E.164 digits, for CONTAINS the digits looked "
        "for in the national form (0…)."
    )
    display: str = strawberry.field(description="The search as people would write it.")
    refusal: RuleRefused | None = strawberry.field(description="Why it was not understood.")

    @classmethod
    def of(
        cls, read: SearchPattern | Unreadable | None, language: Language
    ) -> "SearchReading | None":
        if read is None:
            return None
        if isinstance(read, Unreadable):
            return cls(
                kind=SearchKind.NOT_UNDERSTOOD,
                digits=None,
                display=read.text,
                refusal=rule_refused(why_unreadable(read), language),
            )
        return cls(
            kind=SearchKind(read.kind.value),
            digits=read.digits,
            display=read.display,
            refusal=None,
        )


def why_unreadable(read: Unreadable) -> refusals.Refusal:
    if read.reason == UnreadableReason.NEEDS_PREFIX:
        return refusals.Refusal(RefusalCode.SEARCH_NEEDS_PREFIX)
    if read.reason == UnreadableReason.NOT_GERMAN:
        return refusals.Refusal(RefusalCode.NUMBER_NOT_GERMAN, {"value": read.text})
    if read.reason == UnreadableReason.TOO_LONG:
        return refusals.Refusal(RefusalCode.SEARCH_TOO_LONG)
    return refusals.Refusal(RefusalCode.SEARCH_NOT_DIGITS, {"value": read.text})
