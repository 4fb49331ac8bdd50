"""What is served beside the API: the built app, and where it is not built a hint."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from dialtree import asgi
from dialtree.settings import Settings
from tests.server import Server, serving

PAGE = "<!doctype html><title>dialtree</title>"
EXPLORER = "<!doctype html><title>explorer</title>"
SCRIPT = "console.log('dialtree');\n" * 100


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built app."""
    root = tmp_path / "app"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text(PAGE)
    (root / "explorer.html").write_text(EXPLORER)
    (root / "favicon.svg").write_text("<svg/>")
    (root / "assets" / "index-abc123.js").write_text(SCRIPT)
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(asgi, "PACKAGED_APP", root)
    return root


@pytest.fixture
async def http(built: Path, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(settings) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/inventory",
        "/orders/T3JkZXI6MQ",
        "/inventory?number=030&open=a.b",
        "/graphql/",
        "/graphqlx",
        "/deep/er/and.deeper",
        "/..",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets",
        "/%00",
        "/" + "a" * 300,
        "/" + "%C3%BC" * 3,
    ],
)
async def test_every_path_of_the_app_is_its_page(http: httpx.AsyncClient, path: str) -> None:
    """Paths are the browser's business, so reload and a sent link work."""
    response = await http.get(path, follow_redirects=True)
    assert response.status_code == 200
    assert response.text == PAGE
    assert response.headers["content-type"].startswith("text/html")


async def test_the_page_is_asked_for_anew_and_assets_never_are(http: httpx.AsyncClient) -> None:
    for path in ("/", "/orders", "/index.html", "/explorer", "/favicon.svg"):
        response = await http.get(path)
        assert response.status_code == 200
        # The explorer's page is another one each time.
        expected = "no-store" if path == "/explorer" else "no-cache"
        assert response.headers["cache-control"] == expected, path
    script = await http.get("/assets/index-abc123.js")
    assert script.text == SCRIPT
    assert "javascript" in script.headers["content-type"]
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_files_beside_the_page_are_served(http: httpx.AsyncClient) -> None:
    response = await http.get("/favicon.svg")
    assert response.text == "<svg/>"
    assert response.headers["content-type"].startswith("image/svg+xml")


async def test_the_explorer_is_a_page_of_its_own(http: httpx.AsyncClient) -> None:
    assert (await http.get("/explorer")).text == EXPLORER


@pytest.mark.parametrize(
    "path", ["/assets/old-123.js", "/assets/../secret.txt", "/assets/..%2f..%2fsecret.txt"]
)
async def test_an_asset_that_is_not_there_is_not_the_page(
    http: httpx.AsyncClient, path: str
) -> None:
    """An old page that asks for a script must not get HTML for it, and must not remember that."""
    request = httpx.Request("GET", f"{http.base_url}")
    request.url = httpx.URL(f"{http.base_url}".rstrip("/") + path)
    response = await http.send(request)
    assert response.text != "secret"
    if path.startswith("/assets/old"):
        assert response.status_code == 404
        assert "immutable" not in response.headers.get("cache-control", "")


async def test_what_is_long_is_compressed(http: httpx.AsyncClient) -> None:
    async with http.stream("GET", "/assets/index-abc123.js") as response:
        assert response.headers["content-encoding"] == "gzip"
        raw = b"".join([chunk async for chunk in response.aiter_raw()])
    assert gzip.decompress(raw).decode() == SCRIPT
    assert len(raw) < len(SCRIPT) / 2
    plain = await http.get("/assets/index-abc123.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == SCRIPT
    assert "content-encoding" not in (await http.get("/")).headers


async def test_answers_of_the_api_are_compressed_too(server: Server) -> None:
    response = await server.http.post(
        "/graphql", json={"query": "{ __schema { types { name description } } }"}
    )
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.json()["data"]["__schema"]["types"]) > 50


async def test_only_get_and_head(http: httpx.AsyncClient) -> None:
    assert (await http.post("/orders")).status_code == 405
    head = await http.head("/orders")
    assert head.status_code == 200
    assert head.content == b""


async def test_a_socket_elsewhere_than_the_api_is_refused(http: httpx.AsyncClient) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    assert (await http.get("/orders", headers=headers)).status_code == 403


async def test_without_a_built_app_the_api_works_and_a_hint_says_what_is_missing(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "PACKAGED_APP", tmp_path / "nowhere")
    monkeypatch.setattr(asgi, "BUILT_APP", tmp_path / "neither")
    async with (
        serving(settings) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
    ):
        for path in ("/", "/orders", "/explorer", "/assets/x.js"):
            response = await http.get(path)
            assert response.status_code == 503
            assert "npm run build" in response.text
        answer = await http.post("/graphql", json={"query": "{ viewer { id } }"})
        assert answer.json() == {"data": {"viewer": None}}


async def test_the_packaged_app_comes_before_the_built_one(
    built: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "dist"
    (other / "assets").mkdir(parents=True)
    (other / "index.html").write_text("another")
    (other / "explorer.html").write_text("another explorer")
    monkeypatch.setattr(asgi, "BUILT_APP", other)
    async with serving(settings) as url:
        assert httpx.URL(url).host == "127.0.0.1"
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            assert (await http.get("/")).text == PAGE
        monkeypatch.setattr(asgi, "PACKAGED_APP", tmp_path / "nowhere")
    async with (
        serving(settings) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
    ):
        assert (await http.get("/")).text == "another"
