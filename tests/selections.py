"""Selections of everything that can be reached from a type, made from the schema: for tests that
walk all of it. One selection for each path, so that none meets the limits of operations."""

from collections.abc import Iterator

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

MAX_PATH = 3


def paths(schema: GraphQLSchema, type_: GraphQLNamedType) -> Iterator[str]:
    """For every way through the fields that need no argument: all values at its end, as a
    selection in braces. A way ends where it comes to a type that it has met, so every type is
    reached in every way that there is. Lists come by pages of three. For a scalar: one, empty."""
    if is_leaf_type(type_):
        yield ""
        return
    yield from _from(schema, type_, ())


def _from(
    schema: GraphQLSchema, type_: GraphQLNamedType, met: tuple[GraphQLNamedType, ...]
) -> Iterator[str]:
    if isinstance(type_, GraphQLUnionType | GraphQLInterfaceType):
        for member in schema.get_possible_types(type_):
            for selection in _from(schema, member, met):
                yield f"{{ __typename ... on {member.name} {selection} }}"
        return
    assert isinstance(type_, GraphQLObjectType)
    free = {
        name: field
        for name, field in type_.fields.items()
        if not any(is_required_argument(argument) for argument in field.args.values())
    }
    leaves = [name for name, field in free.items() if is_leaf_type(get_named_type(field.type))]
    yield "{ " + " ".join(("__typename", *leaves)) + " }"
    if type_ in met or len(met) == MAX_PATH:
        return
    for name, field in free.items():
        # The node of an edge is one of the connection's nodes.
        if is_leaf_type(below := get_named_type(field.type)) or type_.name.endswith("Edge"):
            continue
        for selection in _from(schema, below, (*met, type_)):
            yield f"{{ {name}{_page(field)} {selection} }}"


def _page(field: GraphQLField) -> str:
    return "(first: 3)" if "first" in field.args else ""
