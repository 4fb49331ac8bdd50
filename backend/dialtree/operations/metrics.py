"""What is counted and measured. Labels take their values from the schema and from enums, never
from what a client sends."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable by which the library is told, before it is imported, that processes
count together and where."""

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
sockets = Gauge(
    "dialtree_sockets", "Open WebSockets.", registry=registry, multiprocess_mode="livesum"
)
subscriptions = Gauge(
    "dialtree_subscriptions",
    "Running subscriptions.",
    ["field"],
    registry=registry,
    multiprocess_mode="livesum",
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


def of_all_processes() -> CollectorRegistry:
    """What is counted by all processes that serve one port; `registry` where that is one."""
    directory = os.environ.get(DIRECTORY)
    if directory is None:
        return registry
    shared = CollectorRegistry()
    MultiProcessCollector(shared, directory)  # type: ignore[no-untyped-call]
    shared.register(_Processes(Path(directory)))
    return shared


def forget_process(pid: int) -> None:
    """What the process `pid`, which has ended, had open is open no longer; its counts stay."""
    directory = os.environ.get(DIRECTORY)
    if directory is not None:
        mark_process_dead(pid, directory)  # type: ignore[no-untyped-call]


class _Processes(Collector):
    """`process_*` of each process by its id."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for file in self._directory.glob("gauge_livesum_*.db"):
            pid = file.stem.rpartition("_")[2]
            # At the moment in which it ends a process has no figures any more.
            for family in ProcessCollector(pid=partial(str, pid), registry=None).collect():
                known = families.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                known.samples += [sample._replace(labels={"pid": pid}) for sample in family.samples]
        yield from families.values()
