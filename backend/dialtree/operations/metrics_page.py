"""/metrics: what Prometheus asks this process for."""

import asyncio
import hmac
import logging
from datetime import datetime
from math import nan

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dialtree import clock
from dialtree.notifications.queries import oldest_unsent, unsent_count
from dialtree.operations import metrics
from dialtree.orders.queries import oldest_due, open_counts

log = logging.getLogger(__name__)

REMEMBERED_SECONDS = 10.0
"""How old what was read from the database may be."""
DATABASE_SECONDS = 5.0


class MetricsPage:
    """/metrics, for those who have the token of the settings; without one there is no such page.

    The address of the asker is no proof of anything: behind a proxy on the same machine everybody
    comes from 127.0.0.1.
    """

    def __init__(self, token: SecretStr | None) -> None:
        self._token = token
        self._lock = asyncio.Lock()
        self._read_at: float | None = None

    async def show(self, request: Request) -> Response:
        if self._token is None:
            return PlainTextResponse("Not Found", 404)
        expected = f"Bearer {self._token.get_secret_value()}".encode()
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, expected):
            return PlainTextResponse("Unauthorized", 401, {"WWW-Authenticate": "Bearer"})
        async with self._lock:
            present = clock.stopwatch()
            if self._read_at is None or present - self._read_at >= REMEMBERED_SECONDS:
                await _read_database()
                self._read_at = present
        return Response(
            generate_latest(metrics.registry),
            media_type=CONTENT_TYPE_PLAIN_0_0_4,
            headers={"Cache-Control": "no-store"},
        )


async def _read_database() -> None:
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            counts = await open_counts()
            now = clock.now()
            order_age = _age(await oldest_due(now), now)
            unsent = await unsent_count()
            mail_age = _age(await oldest_unsent(), now)
    except Exception as error:
        log.warning("no figures from the database: %s", type(error).__name__)
        metrics.database_up.set(0)
        metrics.orders_open.clear()
        for gauge in (metrics.order_age, metrics.mails_unsent, metrics.mail_age):
            gauge.set(nan)
        return
    metrics.database_up.set(1)
    metrics.orders_open.clear()
    for (kind, status), count in counts.items():
        metrics.orders_open.labels(kind, status).set(count)
    metrics.order_age.set(order_age)
    metrics.mails_unsent.set(unsent)
    metrics.mail_age.set(mail_age)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
