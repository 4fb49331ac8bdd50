"""What Prometheus is told: complete, cheap, and nothing that a client could make grow."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from dialtree import clock
from dialtree.inventory.commands import split_range
from dialtree.operations import metrics_page
from dialtree.orders.models import Order, OrderStatus
from dialtree.orders.worker import run_due
from dialtree.settings import Settings
from tests.server import Server, populated
from tests.sockets import connected, signed_in
from tests.stock import APP_URL, BLOCK, at, load

TOKEN = "token of the metrics"


@pytest.fixture
async def measured(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    monkeypatch.setattr(metrics_page, "REMEMBERED_SECONDS", 0.0)
    async with populated(settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})) as server:
        yield server


async def samples(server: Server) -> dict[str, float]:
    """Every sample by its name and labels: "name{a=1,b=2}"."""
    answer = await server.http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def test_without_a_token_there_is_no_such_page(server: Server) -> None:
    for headers in ({}, {"Authorization": "Bearer None"}):
        assert (await server.http.get("/metrics", headers=headers)).status_code == 404


async def test_only_who_has_the_token_sees_it(measured: Server) -> None:
    wrong = ("", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN)
    for authorization in wrong:
        answer = await measured.http.get("/metrics", headers={"Authorization": authorization})
        assert answer.status_code == 401
        assert "dialtree_" not in answer.text
    administrator = await measured.token(measured.people.administrator)
    headers = {"Authorization": f"Bearer {administrator}"}
    assert (await measured.http.get("/metrics", headers=headers)).status_code == 401


async def test_operations_are_counted_by_root_field_and_outcome(measured: Server) -> None:
    before = await samples(measured)
    await measured.viewer("query { viewer { id } }")
    await measured.nobody.post("query { orders { totalCount } }")
    await measured.viewer.post('mutation { splitRange(input: {rangeId: "x"}) { __typename } }')
    after = await samples(measured)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    for labels in (
        "field=viewer,outcome=ok,type=query",
        "field=orders,outcome=refused,type=query",
        "field=splitRange,outcome=refused,type=mutation",
    ):
        assert grown(f"dialtree_operations_total{{{labels}}}") == 1
    assert grown("dialtree_operation_seconds_count{field=viewer,type=query}") == 1
    assert grown("dialtree_http_responses_total{status=200}") >= 3


async def test_clients_cannot_make_up_labels(measured: Server) -> None:
    await measured.viewer.post("{ viewer { id } }")
    await measured.viewer.post("{ madeUp0 }")
    await measured.viewer.post("{ a0: viewer { id } b0: inventory { freeCount } }")
    before = await samples(measured)
    for number in range(1, 20):
        for document in (
            f"query Op{number} {{ viewer {{ id }} }}",
            f"{{ madeUp{number} }}",
            f"{{ a{number}: viewer {{ id }} }}",
            f"{{ a{number}: viewer {{ id }} b{number}: inventory {{ freeCount }} }}",
        ):
            await measured.viewer.post(document)
    assert (await samples(measured)).keys() == before.keys()


async def test_sockets_and_subscriptions_are_counted_while_they_are_open(
    measured: Server,
) -> None:
    async def open_now() -> tuple[float, float]:
        found = await samples(measured)
        name = "dialtree_subscriptions{field=inventoryChanged}"
        return found["dialtree_sockets"], found.get(name, 0.0)

    sockets, subscriptions = await open_now()
    token = await measured.token(measured.people.viewer)
    async with signed_in(measured.socket_url, token) as socket:
        stream = await socket.subscribe("subscription { inventoryChanged { everything } }")
        await stream.next()
        assert await open_now() == (sockets + 1, subscriptions + 1)
        await stream.stop()
        await socket.ask("{ viewer { id } }")
        assert await open_now() == (sockets + 1, subscriptions)
    async with connected(measured.socket_url, subprotocol="nonsense"):
        pass
    assert await open_now() == (sockets, subscriptions)


async def test_the_queue_and_the_outbox_are_measured(measured: Server) -> None:
    found = await samples(measured)
    assert found["dialtree_database_up"] == 1
    assert found["dialtree_oldest_due_order_seconds"] == 0
    assert found["dialtree_oldest_unsent_mail_seconds"] == 0
    assert not any(name.startswith("dialtree_orders_open") for name in found)

    await load(measured.people.administrator, BLOCK)
    order = await split_range(measured.people.administrator, (await at("030 23125-3")).id)
    await Order.filter(id=order.id).update(due_at=clock.now() - timedelta(minutes=5))
    found = await samples(measured)
    assert found["dialtree_orders_open{kind=SPLIT,status=QUEUED}"] == 1
    assert 300 <= found["dialtree_oldest_due_order_seconds"] < 400

    finished = found.get("dialtree_orders_finished_total{status=SUCCEEDED}", 0.0)
    assert await run_due(APP_URL) == 1
    later = clock.now() + timedelta(minutes=10)
    with clock.reading(lambda: later):
        found = await samples(measured)
    assert found["dialtree_orders_finished_total{status=SUCCEEDED}"] == finished + 1
    assert not any(name.startswith("dialtree_orders_open") for name in found)
    assert (await Order.get(id=order.id)).status == OrderStatus.SUCCEEDED
    assert found["dialtree_oldest_due_order_seconds"] == 0
    assert found["dialtree_mails_unsent"] == 1
    assert 600 <= found["dialtree_oldest_unsent_mail_seconds"] < 700


async def test_without_a_database_the_rest_is_told(
    measured: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> None:
        raise OSError("gone")

    monkeypatch.setattr(metrics_page, "open_counts", fail)
    found = await samples(measured)
    assert found["dialtree_database_up"] == 0
    assert found["dialtree_mails_unsent"] != found["dialtree_mails_unsent"]  # NaN
    assert found["process_start_time_seconds"] > 0
    assert any(name.startswith("python_gc_collections_total") for name in found)


async def test_the_database_is_read_once_in_a_while(
    measured: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics_page, "REMEMBERED_SECONDS", 60.0)
    await samples(measured)

    async def fail() -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(metrics_page, "open_counts", fail)
    assert (await samples(measured))["dialtree_database_up"] == 1
