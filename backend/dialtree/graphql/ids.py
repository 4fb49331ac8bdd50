"""Reading the global ids that clients send."""

from collections.abc import Iterable, Set

import strawberry

from dialtree.ids import from_global_id
from dialtree.refusals import NotFound


def ids_of(global_ids: Iterable[strawberry.ID], types: Set[str]) -> tuple[int, ...]:
    """The ids of objects of these `types`. An id that is malformed or of another type names
    nothing: NotFound."""
    ids = []
    for global_id in global_ids:
        read = from_global_id(global_id)
        if read is None or read[0] not in types:
            raise NotFound
        ids.append(read[1])
    return tuple(ids)


def id_of(global_id: strawberry.ID, type_name: str) -> int:
    """As `ids_of`, for one."""
    [id_] = ids_of([global_id], {type_name})
    return id_
