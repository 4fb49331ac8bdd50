"""Fields that are resolved for all objects of a level by one call."""

import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, ForwardRef, get_args

import strawberry

from dialtree.graphql.context import Context, Info

Together = Callable[..., Awaitable[list[Any]]]
"""(objects, context, **arguments) -> the value of each object, in their order."""


def together(*, description: str, directives: Iterable[object] = ()) -> Callable[[Any], Any]:
    """Makes a field of a static method that takes the objects of a level and the context, and after
    them the field's arguments; it returns a list with the value of each object.

    Executed by graphql-core, object by object, a loader collects the objects.
    """

    def decorate(method: Any) -> Any:
        resolver: Callable[..., Any] = _one_by_one(method.__func__)
        field: object = strawberry.field(
            resolver=resolver, description=description, directives=list(directives)
        )
        return field

    return decorate


def together_of(resolver: Callable[..., object]) -> Together | None:
    return getattr(resolver, "together", None)


def _one_by_one(function: Together) -> Callable[..., Awaitable[Any]]:
    signature = inspect.signature(function)
    _objects, _context, *arguments = signature.parameters.values()

    async def resolve(self: Any, info: Info, **arguments: Any) -> Any:
        context: Context = info.context
        return await context.loaders.together(function, context, arguments).load(self)

    parameters = inspect.signature(resolve).parameters
    value = _element(signature.return_annotation)
    resolve.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [parameters["self"], parameters["info"], *arguments], return_annotation=value
    )
    resolve.__annotations__ = {
        "info": Info,
        **{argument.name: argument.annotation for argument in arguments},
        "return": value,
    }
    # Names in annotations are looked up where the field is declared.
    resolve.__module__ = function.__module__
    resolve.__name__ = function.__name__
    resolve.__qualname__ = function.__qualname__
    resolve.together = function  # type: ignore[attr-defined]
    return resolve


def _element(annotation: Any) -> Any:
    [element] = get_args(annotation)
    return element.__forward_arg__ if isinstance(element, ForwardRef) else element
