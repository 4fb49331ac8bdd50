"""The audit log as a file (P3): whole, harmless to spreadsheets, and for those who may read it."""

import csv
import io
import re
from datetime import UTC, datetime

import httpx
import pytest

from dialtree import clock
from dialtree.audit.export import harmless
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.audit.queries import BATCH
from dialtree.ids import to_global_id
from dialtree.language import Language
from tests.conftest import PASSWORD
from tests.server import Api, Server
from tests.world import World, build

PATH = "/audit-log.csv"


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


async def get(api: Api, **query: object) -> httpx.Response:
    headers = dict(api.headers)
    if api.token is not None:
        headers["Authorization"] = f"Bearer {api.token}"
    return await api.http.get(PATH, params=query, headers=headers)


def rows(response: httpx.Response) -> list[list[str]]:
    assert response.status_code == 200, response.text
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


async def add(world: World, count: int = 1, **other: object) -> None:
    values = {
        "customer_id": world.server.people.administrator.customer_id,
        "actor_name": "operator",
        "via": "command line",
        "at": datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
        "action": AuditAction.CLOUD_PBX_CREATED,
        "subject_type": "CloudPbx",
        "subject_id": 7,
        "subject_name": "Zentrale",
        "changes": [],
    }
    await AuditEntry.bulk_create([AuditEntry(**values | other) for _ in range(count)])


async def test_p3_the_file_says_everything_in_the_language_of_the_reader(world: World) -> None:
    changes = [
        {"field": "name", "before": 'Alt;"bau"', "after": "Neubau"},
        {"field": "contact.phone", "before": None, "after": "+49 30 23125-100"},
        {"field": "contact.email", "before": "a@nordlicht.example", "after": None},
    ]
    await add(world, changes=changes, order_id=17)
    await world.server.speak(world.server.people.administrator, Language.DE)
    response = await get(world.api)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    name = f"dialtree-protokoll-{clock.today()}.csv"
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert response.headers["cache-control"] == "no-store"
    assert response.content.endswith(b"\r\n")
    heading, exported, entry, _import = rows(response)
    assert heading[0] == "Zeitpunkt"
    assert exported[5:7] == ["AUDIT_LOG_EXPORTED", "Protokoll exportiert"]
    assert exported[1:5] == ["Admin", "Administrator", "127.0.0.1", "test"]
    assert entry == [
        "2026-07-02T00:30:00+02:00",
        "operator",
        "",
        "",
        "command line",
        "CLOUD_PBX_CREATED",
        "Cloud PBX angelegt",
        "CloudPbx",
        to_global_id("CloudPbx", 7),
        "Zentrale",
        "A-000017",
        'name: Alt;"bau" → Neubau\ncontact.phone: +49 30 23125-100\n'
        "contact.email: a@nordlicht.example →",
    ]
    await world.server.speak(world.server.people.administrator, Language.EN)
    assert rows(await get(world.api))[0][0] == "time"


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1", "=cmd|' /C'!A0"],
)
async def test_no_cell_is_a_formula(world: World, cell: str) -> None:
    await add(world, subject_name=cell, actor_name=cell)
    found = rows(await get(world.api))[2]
    assert (found[1], found[9]) == ("'" + cell, "'" + cell)
    assert harmless(cell) == "'" + cell


def test_other_cells_are_left_alone() -> None:
    for cell in ("", "Hamm", "030 23125-1xx", "a=b", "1-2"):
        assert harmless(cell) == cell


async def test_nothing_is_lost_between_batches(world: World) -> None:
    await add(world, BATCH + 3)
    await add(world, customer_id=world.server.people.stranger.customer_id)
    assert len(rows(await get(world.api))) == 1 + 1 + BATCH + 3 + 1


async def test_the_file_takes_the_filters_of_the_page(world: World) -> None:
    await add(world)
    await add(world, subject_id=8, action=AuditAction.CLOUD_PBX_DELETED)
    await add(world, subject_name="Hamm", subject_type="SipTrunk", action=AuditAction.TRUNK_DELETED)
    for query, names in (
        ({"subjectId": to_global_id("CloudPbx", 7)}, ["Zentrale"]),
        ({"action": ["CLOUD_PBX_DELETED", "TRUNK_DELETED"]}, ["Hamm", "Zentrale"]),
        ({"search": "ham"}, ["Hamm"]),
        ({"from": "2026-07-02", "until": "2026-07-02"}, ["Hamm", "Zentrale", "Zentrale"]),
        ({"until": "2026-07-01"}, []),
        ({"userId": to_global_id("User", 1_000_000)}, []),
    ):
        found = rows(await get(world.api, **query))[1:]
        entries = [row[9] for row in found if row[5] != "AUDIT_LOG_EXPORTED"]
        assert entries == names, query
    for query, status, code in (
        ({"from": "yesterday"}, 400, "VALUE_NOT_UNDERSTOOD"),
        ({"action": "NONE"}, 400, "VALUE_NOT_UNDERSTOOD"),
        ({"search": "a" * 101}, 400, "VALUE_TOO_LONG"),
        ({"search": "\0"}, 400, "VALUE_NOT_UNDERSTOOD"),
        ({"subjectId": "nonsense"}, 404, "NOT_FOUND"),
        ({"userId": to_global_id("CloudPbx", 7)}, 404, "NOT_FOUND"),
        ({"customer": "nonsense"}, 403, "CUSTOMER_NOT_AVAILABLE"),
    ):
        refused = await get(world.api, **query)
        found = refused.json()["errors"][0]["extensions"]["code"]
        assert (refused.status_code, found) == (status, code), query


async def test_p3_an_export_is_logged_with_what_it_took(world: World) -> None:
    await get(world.api, search="Hamm", action="TRUNK_DELETED")
    await get(world.api, search="a" * 101)
    await world.api.http.head(PATH, headers={"Authorization": f"Bearer {world.api.token}"})
    entry = await AuditEntry.get(action=AuditAction.AUDIT_LOG_EXPORTED)
    assert entry.user_id == world.server.people.administrator.user_id
    assert (entry.subject_type, entry.subject_name) == ("Customer", "Nordlicht Werke GmbH")
    assert {change["field"]: change["after"] for change in entry.changes} == {
        "search": "Hamm",
        "actions": "TRUNK_DELETED",
    }


async def test_h5_who_may_not_read_the_log_gets_no_file(world: World) -> None:
    for api, status, code in (
        (world.server.nobody, 401, "NOT_AUTHENTICATED"),
        (world.server.viewer, 403, "NOT_ADMINISTRATOR"),
    ):
        refused = await get(api)
        assert refused.status_code == status
        assert refused.json()["errors"][0]["extensions"]["code"] == code
    assert not await AuditEntry.exists(action=AuditAction.AUDIT_LOG_EXPORTED)
    assert (await world.api.http.post(PATH)).status_code == 405


async def test_p2_service_staff_name_the_customer_in_the_link(world: World) -> None:
    await add(world)
    people = world.server.people
    service = Api(world.api.http, world.server.service.token)
    customer = to_global_id("Customer", people.administrator.customer_id)
    assert [row[9] for row in rows(await get(service))[1:]] == ["Netz und Leitung"]
    found = rows(await get(service, customer=customer, action="CLOUD_PBX_CREATED"))[1:]
    assert [row[9] for row in found] == ["Zentrale"]
    other = to_global_id("Customer", people.stranger.customer_id)
    assert (await get(world.api, customer=other)).status_code == 403


async def test_a_link_works_with_the_session_and_only_from_our_own_page(world: World) -> None:
    await add(world)
    login = "mutation($input: LoginInput!) { login(input: $input) { __typename } }"
    email = world.server.people.administrator.email
    answer = await world.api.http.post(
        "/graphql",
        json={"query": login, "variables": {"input": {"email": email, "password": PASSWORD}}},
    )
    cookie = re.match(r"[^;]+", answer.headers["set-cookie"])
    assert cookie is not None
    world.api.http.cookies.clear()
    for site, status in (
        (None, 200),
        ("same-origin", 200),
        ("none", 200),
        ("same-site", 403),
        ("cross-site", 403),
    ):
        headers = {"Cookie": cookie[0]} | ({"Sec-Fetch-Site": site} if site else {})
        assert (await world.api.http.get(PATH, headers=headers)).status_code == status, site
