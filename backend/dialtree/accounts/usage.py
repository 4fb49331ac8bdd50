"""When a session or an API token was last used, to the minute; nobody waits for it."""

from datetime import datetime, timedelta

from tortoise.expressions import Q

from dialtree import clock
from dialtree.accounts.models import ApiToken, Session
from dialtree.database import later

EXACT_TO = timedelta(minutes=1)

_being_noted: set[tuple[type, int]] = set()


def note_use(
    model: type[Session] | type[ApiToken], id_: int, last_used_at: datetime | None
) -> None:
    """At most once a minute, after the request and beside it."""
    now = clock.now()
    long_ago = now - EXACT_TO
    key = (model, id_)
    if key in _being_noted:
        return
    if last_used_at is not None and last_used_at > long_ago:
        return
    _being_noted.add(key)
    # Other processes may be about to do the same.
    due = Q(Q(last_used_at__isnull=True), Q(last_used_at__lte=long_ago), join_type="OR")

    async def work() -> None:
        await model.filter(due, id=id_).update(last_used_at=now)

    # Also where the transaction does not even begin.
    later(work).add_done_callback(lambda _task: _being_noted.discard(key))
