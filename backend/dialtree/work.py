"""What goes on beside requests, or in a process of its own: orders and e-mails."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dialtree.notifications.outbox import run_outbox
from dialtree.notifications.sending import mailer_from
from dialtree.operations.lifecycle import Lifecycle
from dialtree.orders.worker import run_worker
from dialtree.settings import Settings
from dialtree.turns import Turns

log = logging.getLogger(__name__)


@asynccontextmanager
async def working(settings: Settings, lifecycle: Lifecycle) -> AsyncIterator[None]:
    """At the end what is under way is finished."""
    mailer = mailer_from(settings)
    log.info(mailer.describe())
    turns = Turns()
    lifecycle.run("worker", run_worker(settings.app_url, lifecycle.stopping, turns))
    lifecycle.run("outbox", run_outbox(mailer, lifecycle.stopping, turns))
    try:
        yield
    finally:
        await lifecycle.finish()
