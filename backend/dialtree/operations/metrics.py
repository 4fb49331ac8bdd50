"""What is counted and measured. Labels take their values from the schema and from enums, never
from what a client sends."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

registry = CollectorRegistry()
ProcessCollector(registry=registry)
PlatformCollector(registry=registry)
GCCollector(registry=registry)

operations = Counter(
    "dialtree_operations",
    "GraphQL operations by their root field and how they ended: ok, refused, error, invalid.",
    ["type", "field", "outcome"],
    registry=registry,
)
operation_seconds = Histogram(
    "dialtree_operation_seconds",
    "How long queries and mutations took.",
    ["type", "field"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=registry,
)
responses = Counter(
    "dialtree_http_responses", "HTTP responses by status.", ["status"], registry=registry
)
sockets = Gauge("dialtree_sockets", "Open WebSockets.", registry=registry)
subscriptions = Gauge(
    "dialtree_subscriptions", "Running subscriptions.", ["field"], registry=registry
)
orders_finished = Counter(
    "dialtree_orders_finished",
    "Orders that the worker of this process finished.",
    ["status"],
    registry=registry,
)
mails = Counter(
    "dialtree_mails",
    "E-mails that this process handed over (sent), or tried to (failed).",
    ["outcome"],
    registry=registry,
)

database_up = Gauge(
    "dialtree_database_up", "1 if the database answered when it was last asked.", registry=registry
)
orders_open = Gauge(
    "dialtree_orders_open",
    "Orders of the installation that are not finished.",
    ["kind", "status"],
    registry=registry,
)
order_age = Gauge(
    "dialtree_oldest_due_order_seconds",
    "How long the order has been due that waits longest; 0 if none waits.",
    registry=registry,
)
mails_unsent = Gauge("dialtree_mails_unsent", "E-mails that wait to be sent.", registry=registry)
mail_age = Gauge(
    "dialtree_oldest_unsent_mail_seconds",
    "How old the oldest e-mail is that waits to be sent; 0 if none waits.",
    registry=registry,
)
