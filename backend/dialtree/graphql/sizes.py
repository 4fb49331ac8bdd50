"""How long lists are and how much work fields make: what `cost` multiplies and adds.

Both stand in the schema, in the manner of the draft of GraphQL cost directives, so that clients can
compute a cost themselves. A field with the argument `first` needs neither: its page is the size.
"""

import strawberry
from strawberry.schema_directive import Location

MAX_COST = 50_000
"""The dearest document of our own app costs a third of it; whatever costs as much takes about
half a second of computing."""
ONE_PER_OPERATION = MAX_COST // 2 + 1
"""Weight of what must not be repeated within one operation: guessing passwords, importing files."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="How many entries the cost of an operation counts for this list.",
)
class ListSize:
    assumed_size: int = strawberry.directive_field(name="assumedSize")


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="What this field adds to the cost of an operation, besides what is selected in it.",
)
class Cost:
    weight: int = strawberry.directive_field(name="weight")


def at_most(entries: int) -> ListSize:
    """Of a list that has a bound of its own, or hardly ever more entries than that."""
    return ListSize(assumed_size=entries)


def weighs(weight: int) -> Cost:
    return Cost(weight=weight)
