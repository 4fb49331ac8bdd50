"""Refusals as the API shows them, and the way from a raised refusal to a member of a union."""

import strawberry

from dialtree import refusals
from dialtree.graphql.observing import note_refusal
from dialtree.graphql.sizes import at_most
from dialtree.language import Language
from dialtree.refusals import RefusalCode

strawberry.enum(
    RefusalCode,
    description="Why something was refused. A closed set: new reasons come with a new release.",
)


@strawberry.interface(description="An expected no: nothing was changed.")
class Refusal:
    code: RefusalCode = strawberry.field(description="The reason, for machines.")
    rule: str | None = strawberry.field(
        description="Id of the product rule behind it (S2, H2, …); null for input and access."
    )
    message: str = strawberry.field(
        description="What was observed and what would help, in the language of the reader."
    )


@strawberry.type(description="A rule of the product forbids it in the present state.")
class RuleRefused(Refusal):
    pass


@strawberry.type(description="The signed-in person may not do it (H5).")
class NotAllowed(Refusal):
    pass


@strawberry.type(description="An id names nothing that the signed-in person's customer has.")
class NotFound(Refusal):
    pass


@strawberry.type(description="One thing that is wrong with the input.")
class InvalidField:
    field: str = strawberry.field(
        description="Name of the input field, or column of an imported file."
    )
    line: int | None = strawberry.field(
        description="Line of the imported file, the header being line 1, or place in a list of "
        "entries, the first being 1; null for other input."
    )
    code: RefusalCode = strawberry.field(description="The reason, for machines.")
    rule: str | None = strawberry.field(description="Id of the product rule behind it, if any.")
    message: str = strawberry.field(description="What is wrong and what is expected.")
    value: str | None = strawberry.field(description="The value as it was given.")

    @classmethod
    def of(cls, problem: refusals.FieldProblem, language: Language) -> "InvalidField":
        return cls(
            field=problem.field,
            line=problem.line,
            code=problem.refusal.code,
            rule=problem.refusal.rule,
            message=problem.refusal.message(language),
            value=problem.value,
        )


@strawberry.type(description="The input cannot be used; every problem is named at its field.")
class InvalidInput(Refusal):
    fields: list[InvalidField] = strawberry.field(
        description="The problems, in input order.", directives=[at_most(20)]
    )


@strawberry.type(
    description="Whether an action may be done now. Where a field of this type is null, the action "
    "does not exist on this object at all."
)
class Availability:
    allowed: bool = strawberry.field(description="True if the action would be accepted now.")
    refusal: RuleRefused | None = strawberry.field(
        description="Why it is not allowed: exactly what the mutation would answer."
    )


def rule_refused(refusal: refusals.Refusal, language: Language) -> RuleRefused:
    return RuleRefused(code=refusal.code, rule=refusal.rule, message=refusal.message(language))


def availability(refusal: refusals.Refusal | None, language: Language) -> Availability:
    return Availability(
        allowed=refusal is None,
        refusal=rule_refused(refusal, language) if refusal else None,
    )


_NOT_ALLOWED = (
    RefusalCode.NOT_ADMINISTRATOR,
    RefusalCode.NOT_SERVICE_STAFF,
    RefusalCode.NOT_WITH_TOKEN,
    RefusalCode.CUSTOMER_NOT_AVAILABLE,
    RefusalCode.NOT_AUTHENTICATED,
    RefusalCode.CREDENTIALS_FOR_ADMINISTRATORS,
)


def answer(
    refused: refusals.Refused, language: Language
) -> RuleRefused | InvalidInput | NotAllowed | NotFound:
    """The union member for a refusal that ended a command."""
    refusal = refused.refusal
    note_refusal(refusal.code)
    code, rule, message = refusal.code, refusal.rule, refusal.message(language)
    if isinstance(refused, refusals.Invalid):
        fields = [InvalidField.of(problem, language) for problem in refused.problems]
        return InvalidInput(code=code, rule=rule, message=message, fields=fields)
    if code in _NOT_ALLOWED:
        return NotAllowed(code=code, rule=rule, message=message)
    if code == RefusalCode.NOT_FOUND:
        return NotFound(code=code, rule=rule, message=message)
    return RuleRefused(code=code, rule=rule, message=message)
