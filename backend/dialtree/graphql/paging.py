"""Relay connections over keyset pages."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from tortoise.models import Model

from dialtree import paging
from dialtree.graphql.sizes import weighs

T = TypeVar("T")

First = Annotated[
    int | None,
    strawberry.argument(
        description="How many entries at most: 1 to 100, null for 50. Any other number is an error "
        "with extensions.code PAGE_TOO_LARGE."
    ),
]
After = Annotated[
    str | None,
    strawberry.argument(description="endCursor of the page before; null for the first page."),
]


@strawberry.interface(description="Anything with an id that `node` finds again.")
class Node:
    id: strawberry.ID = strawberry.field(
        description="Opaque, unique in the whole API, and stable for the life of the object."
    )


@strawberry.type(description="Where a page of a connection lies.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether entries follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether entries precede this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first entry, if any.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last entry, if any: `after` of the next page."
    )


@strawberry.type(description="An entry of a connection.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Place of the entry, usable as `after`.")
    node: T = strawberry.field(description="The entry itself.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    nodes: list[T] = strawberry.field(description="Entries alone.")
    page: strawberry.Private[paging.Page[Any]]

    @strawberry.field(description="Entries with their cursors.")
    def edges(self) -> list[Edge[T]]:
        return [Edge(cursor=c, node=n) for c, n in zip(self.page.cursors, self.nodes, strict=True)]

    @strawberry.field(description="Where this page lies.")
    def page_info(self) -> PageInfo:
        page = self.page
        return PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursor(page.rows[0]) if page.rows else None,
            end_cursor=page.cursor(page.rows[-1]) if page.rows else None,
        )

    @strawberry.field(
        description="How many entries the whole list has. Counted only when asked for.",
        directives=[weighs(50)],
    )
    async def total_count(self) -> int:
        return await self.page.total_count()


Row = TypeVar("Row", bound=Model)


def connect(page: paging.Page[Row], node: Callable[[Row], T]) -> Connection[T]:
    """The page as a connection, its rows made into nodes by `node`."""
    return Connection(**connection_fields(page, node))


def connection_fields(page: paging.Page[Row], node: Callable[[Row], T]) -> dict[str, Any]:
    """The fields of a connection, for connections that have more of them."""
    return {"nodes": [node(row) for row in page.rows], "page": page}
