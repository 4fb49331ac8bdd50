"""/metrics: what Prometheus asks for: what the processes of this port count, and what the database
says of the whole installation."""

import asyncio
import hmac
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import nan

from prometheus_client import Metric, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dialtree import clock
from dialtree.notifications.queries import oldest_unsent, unsent_count
from dialtree.operations import metrics
from dialtree.orders.models import OrderKind, OrderStatus
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
        self._installation = _Installation()

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
                self._installation = await _read_database()
                self._read_at = present
        return Response(
            generate_latest(metrics.of_all_processes()) + generate_latest(self._installation),
            media_type=CONTENT_TYPE_PLAIN_0_0_4,
            headers={"Cache-Control": "no-store"},
        )


@dataclass(frozen=True, slots=True)
class _Installation(Collector):
    """What the database said when it was last asked."""

    is_up: bool = False
    orders_open: dict[tuple[OrderKind, OrderStatus], int] = field(default_factory=dict)
    order_age: float = nan
    mails_unsent: float = nan
    mail_age: float = nan

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "dialtree_database_up",
            "1 if the database answered when it was last asked.",
            float(self.is_up),
        )
        orders = GaugeMetricFamily(
            "dialtree_orders_open",
            "Orders of the installation that are not finished.",
            labels=["kind", "status"],
        )
        for labels, count in self.orders_open.items():
            orders.add_metric(labels, count)
        yield orders
        yield GaugeMetricFamily(
            "dialtree_oldest_due_order_seconds",
            "How long the order has been due that waits longest; 0 if none waits.",
            self.order_age,
        )
        yield GaugeMetricFamily(
            "dialtree_mails_unsent", "E-mails that wait to be sent.", self.mails_unsent
        )
        yield GaugeMetricFamily(
            "dialtree_oldest_unsent_mail_seconds",
            "How old the oldest e-mail is that waits to be sent; 0 if none waits.",
            self.mail_age,
        )


async def _read_database() -> _Installation:
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            counts = await open_counts()
            now = clock.now()
            return _Installation(
                is_up=True,
                orders_open=counts,
                order_age=_age(await oldest_due(now), now),
                mails_unsent=await unsent_count(),
                mail_age=_age(await oldest_unsent(), now),
            )
    except Exception as error:
        log.warning("no figures from the database: %s", type(error).__name__)
        return _Installation()


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
