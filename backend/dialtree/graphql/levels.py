"""Executes what is selected of a root field level by level, all objects of a level at once.

graphql-core goes value by value, which for a long list costs many times what reading its rows does.
Here an attribute is read of all objects in one go, and a field made by `together` asks once for all
of them. Whatever is unusual - an error, a null where there must be none - is left to graphql-core,
which does the root field's selection again and knows where each error belongs: reading twice has no
effect.
"""

from collections.abc import Awaitable, Callable, Hashable, Iterable
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, cast

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path, RefMap
from graphql.pyutils.gather_with_cancel import gather_with_cancel
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import get_arguments
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from dialtree.graphql.together import together_of

Details = list[FieldDetails]
Column = list[Any]
"""One value for each object of the level."""


_KNOWN = "dialtree-levels"
_NO_INFO: Any = None
"""Strawberry tells an object's type by its class alone."""


class Unusual(Exception):
    """Something that graphql-core is left to deal with."""


class Levels(StrawberryGraphQLCoreExecutionContext):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._left_alone: set[str | int] = set()
        """Root fields, by the name in the answer, that graphql-core executes."""
        self._steps: dict[tuple[str, int], list[_Step]] = {}

    def build_per_event_executor(self, payload: Any) -> "Levels":
        """As graphql-core's, but each event remembers for itself: nothing of what is remembered by
        one serves the next, so that a subscription would grow with every event."""
        executor = super().build_per_event_executor(payload)
        assert isinstance(executor, Levels)
        executor._relevant_sub_fields = {}
        executor._stream_usages = RefMap()
        executor._initial_execution_plans = RefMap()
        executor._deferred_execution_plans = RefMap()
        executor._left_alone = set()
        executor._steps = {}
        return executor

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: Details,
        info: Any,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        rest = (return_type, field_details_list, info, path, result, position_context)
        if (
            path.prev is not None
            or path.key in self._left_alone
            or result is None
            or is_leaf_type(get_named_type(return_type))
            or info.field_name.startswith("__")
        ):
            return super().complete_value(*rest)
        return self._by_levels(*rest)

    async def _by_levels(
        self, type_: GraphQLOutputType, details: Details, info: Any, path: Path, *rest: Any
    ) -> Any:
        try:
            [value] = await self._complete(type_, details, [rest[0]])
        except Exception:
            self._left_alone.add(path.key)
            value = super().complete_value(type_, details, info, path, *rest)
            return await value if self.is_awaitable(value) else value
        return value

    async def _complete(self, type_: GraphQLOutputType, details: Details, values: Column) -> Column:
        if is_non_null_type(type_):
            type_ = type_.of_type
            if None in values:
                raise Unusual
        elif None in values:
            present = [value for value in values if value is not None]
            completed = iter(await self._complete(type_, details, present) if present else ())
            return [None if value is None else next(completed) for value in values]
        if is_list_type(type_):
            return await self._lists(type_.of_type, details, values)
        if is_leaf_type(type_):
            return leaves(type_, values)
        distinct = {id(value): value for value in values}
        if len(distinct) == len(values):
            return await self._objects(type_, details, values)
        completed_once = await self._objects(type_, details, list(distinct.values()))
        by_id = dict(zip(distinct, completed_once, strict=True))
        return [by_id[id(value)] for value in values]

    async def _lists(self, type_: GraphQLOutputType, details: Details, values: Column) -> Column:
        """The entries of all lists make one level."""
        if not set(map(type, values)) <= {list, tuple}:
            raise Unusual
        entries = [entry for value in values for entry in value]
        completed = await self._complete(type_, details, entries) if entries else []
        if len(values) == 1:
            return [completed]
        place = 0
        lists = []
        for value in values:
            lists.append(completed[place : place + len(value)])
            place += len(value)
        return lists

    async def _objects(self, type_: GraphQLOutputType, details: Details, objects: Column) -> Column:
        groups: dict[GraphQLObjectType, list[int]] = {}
        of_class: dict[type, GraphQLObjectType] = {}
        for index, object_ in enumerate(objects):
            class_ = type(object_)
            if class_ not in of_class:
                of_class[class_] = self._runtime_type(type_, object_)
            groups.setdefault(of_class[class_], []).append(index)
        if len(groups) == 1:
            return await self._level(next(iter(groups)), details, objects)
        completed: Column = [None] * len(objects)
        for runtime_type, indices in groups.items():
            level = await self._level(runtime_type, details, [objects[i] for i in indices])
            for index, value in zip(indices, level, strict=True):
                completed[index] = value
        return completed

    def _runtime_type(self, type_: GraphQLOutputType, object_: Any) -> GraphQLObjectType:
        """Of all objects of one class in one place of the answer."""
        if not is_abstract_type(type_):
            object_type = cast(GraphQLObjectType, type_)
            if object_type.is_type_of and object_type.is_type_of(object_, _NO_INFO) is not True:
                raise Unusual
            return object_type
        definition = get_object_definition(object_)
        if definition is None or definition.is_graphql_generic:
            raise Unusual
        runtime_type = self.schema.get_type(definition.name)
        if not isinstance(runtime_type, GraphQLObjectType) or not self.schema.is_sub_type(
            type_, runtime_type
        ):
            raise Unusual
        return runtime_type

    async def _level(self, type_: GraphQLObjectType, details: Details, objects: Column) -> Column:
        key = (type_.name, id(details))
        steps = self._steps.get(key)
        if steps is None:
            steps = self._steps[key] = [
                _Step(self, type_, name, of_field)
                for name, of_field in self.collect_subfields(
                    type_, details
                ).grouped_field_set.items()
            ]
        if not steps:
            return [{} for _ in objects]
        columns: list[Column] = []
        for step in steps:
            values = step.read(objects)
            if not isinstance(values, list):
                values = await values
            if step.is_leaf:
                columns.append(step.leaves(values))
            else:
                columns.append(await self._complete(step.type, step.details, values))
        names = [step.name for step in steps]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


class _Field:
    """What holds for a field of the schema, whatever is selected of it."""

    def __init__(self, field: GraphQLField) -> None:
        definition = field.extensions.get("strawberry-definition")
        if not isinstance(definition, StrawberryField) or definition.extensions:
            raise Unusual
        nullable = get_nullable_type(field.type)
        self.type = field.type
        self.is_required = is_non_null_type(field.type)
        self.leaf = nullable if is_leaf_type(nullable) else None
        self.definition = definition
        self.read: Callable[[Column], Column] | None = None
        """Where it needs nothing but the objects."""
        resolver = definition.base_resolver
        if resolver is None:
            attribute = attrgetter(definition.python_name)
            self.read = lambda objects: list(map(attribute, objects))
            return
        function: Callable[..., Any] = resolver.wrapped_func  # type: ignore[assignment]
        self.function = function
        self.together = together_of(function)
        self.is_async = resolver.is_async
        self.asks = bool(field.args or (resolver.info_parameter and not self.together))
        if not resolver.self_parameter:
            raise Unusual
        if not (self.together or self.is_async or self.asks):
            self.read = lambda objects: list(map(function, objects))

    @classmethod
    def of(cls, field: GraphQLField) -> "_Field":
        known = field.extensions.get(_KNOWN)
        if known is None:
            known = field.extensions[_KNOWN] = cls(field)
        return cast(_Field, known)


class _Step:
    """One field of a selection."""

    def __init__(
        self, levels: Levels, parent: GraphQLObjectType, name: str, details: Details
    ) -> None:
        self.name = name
        self.details = details
        self.read: Callable[[Column], Column | Awaitable[Column]]
        if details[0].node.name.value == "__typename":
            self.type: GraphQLOutputType = GraphQLString
            self._leaf: GraphQLLeafType | None = GraphQLString
            self.read = lambda objects: [parent.name] * len(objects)
            return
        field = levels.schema.get_field(parent, details[0].node.name.value)
        if field is None:
            raise Unusual
        known = _Field.of(field)
        self.type = known.type
        self._leaf = known.leaf
        self._is_required = known.is_required
        self.read = known.read or self._reader(levels, parent, field, known)

    @property
    def is_leaf(self) -> bool:
        return self._leaf is not None

    def leaves(self, values: Column) -> Column:
        assert self._leaf is not None
        if None not in values:
            return leaves(self._leaf, values)
        if self._is_required:
            raise Unusual
        present = iter(leaves(self._leaf, [value for value in values if value is not None]))
        return [None if value is None else next(present) for value in values]

    def _reader(
        self, levels: Levels, parent: GraphQLObjectType, field: GraphQLField, known: _Field
    ) -> Callable[[Column], Column | Awaitable[Column]]:
        function = known.function
        arguments = self._arguments(levels, parent, field, known) if known.asks else {}
        if known.together is not None:
            arguments.pop("info", None)
            return partial(known.together, context=levels.context_value, **arguments)
        if known.is_async:
            return lambda objects: _all(function(object_, **arguments) for object_ in objects)
        return lambda objects: [function(object_, **arguments) for object_ in objects]

    def _arguments(
        self, levels: Levels, parent: GraphQLObjectType, field: GraphQLField, known: _Field
    ) -> dict[str, Any]:
        """As the resolver takes them, without the object."""
        schema = levels.schema.extensions["strawberry-definition"]
        nodes = [detail.node for detail in self.details]
        path = Path(None, self.name, None)
        info = schema.config.info_class(
            _raw_info=levels.build_resolve_info(field, nodes, parent, path),
            _field=known.definition,
        )
        given = get_argument_values(
            field,
            nodes[0],
            levels.variable_values,
            self.details[0].fragment_variable_values,
            levels.hide_suggestions,
        )
        _, arguments = get_arguments(
            field=known.definition,
            source=None,
            info=info,
            kwargs=given,
            config=schema.config,
            scalar_registry=schema.schema_converter.scalar_registry,
        )
        return arguments


async def _all(coroutines: Iterable[Awaitable[Any]]) -> Column:
    every = list(coroutines)
    if len(every) == 1:
        return [await every[0]]
    return list(await gather_with_cancel(*every))


def leaves(type_: GraphQLLeafType, values: Column) -> Column:
    """Values of a scalar or enum as JSON has them. Raises Unusual, and what coercing raises."""
    classes = set(map(type, values))
    if type_ is GraphQLString or type_ is GraphQLID:
        if classes <= {str}:
            return values
    elif type_ is GraphQLBoolean:
        if classes <= {bool}:
            return values
    elif type_ is GraphQLInt:
        if classes <= {int} and (not values or (min(values) >= _MIN and max(values) <= _MAX)):
            return values
    elif isinstance(type_, GraphQLEnumType):
        return [_member(type_, value) for value in values]
    return [_leaf(type_, value) for value in values]


@lru_cache(1000)
def _member(type_: GraphQLEnumType, value: Hashable) -> str:
    return type_.coerce_output_value(value)


_MIN, _MAX = -(2**31), 2**31 - 1


def _leaf(type_: GraphQLLeafType, value: Any) -> Any:
    coerced = type_.coerce_output_value(value)
    if coerced is None or coerced is Undefined:
        raise Unusual
    return coerced
