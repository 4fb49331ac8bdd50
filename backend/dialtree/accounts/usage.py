"""When a session or an API token was last used, to the minute; nobody waits for it."""

from datetime import timedelta

from tortoise.expressions import Q

from dialtree import clock
from dialtree.accounts.models import ApiToken, Session
from dialtree.database import later

EXACT_TO = timedelta(minutes=1)

_being_noted: set[tuple[type, int]] = set()


def note_use(used: Session | ApiToken) -> None:
    """At most once a minute, after the request and beside it."""
    now = clock.now()
    long_ago = now - EXACT_TO
    model, key = type(used), (type(used), used.id)
    if key in _being_noted:
        return
    if used.last_used_at is not None and used.last_used_at > long_ago:
        return
    _being_noted.add(key)
    # Other processes may be about to do the same.
    due = Q(Q(last_used_at__isnull=True), Q(last_used_at__lte=long_ago), join_type="OR")

    async def work() -> None:
        await model.filter(due, id=used.id).update(last_used_at=now)

    # Also where the transaction does not even begin.
    later(work).add_done_callback(lambda _task: _being_noted.discard(key))
