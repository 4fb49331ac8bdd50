"""What the environment may say of the web server."""

import pytest
from pydantic import ValidationError

from dialtree.settings import Settings


@pytest.mark.parametrize(
    ("environment", "secure"),
    [
        ({}, False),
        ({"PUBLIC_URL": "http://numbers.example"}, False),
        ({"PUBLIC_URL": "https://numbers.example"}, True),
        ({"PUBLIC_URL": "HTTPS://numbers.example"}, True),
        ({"PUBLIC_URL": "https://numbers.example", "SECURE_COOKIE": "false"}, False),
        ({"SECURE_COOKIE": "true"}, True),
    ],
)
def test_the_cookie_is_secure_where_people_use_https(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], secure: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"DIALTREE_{name}", value)
    assert Settings().secure_cookie is secure


def test_lists_are_divided_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().cors_origins == []
    assert Settings().trusted_proxies == ["127.0.0.1", "::1"]
    monkeypatch.setenv("DIALTREE_CORS_ORIGINS", "https://Tools.example/, http://localhost:3000,")
    monkeypatch.setenv("DIALTREE_TRUSTED_PROXIES", "10.0.0.0/8,fd00::1")
    assert Settings().cors_origins == ["https://tools.example", "http://localhost:3000"]
    assert Settings().trusted_proxies == ["10.0.0.0/8", "fd00::1"]
    monkeypatch.setenv("DIALTREE_TRUSTED_PROXIES", "")
    assert Settings().trusted_proxies == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "tools.example"),
        ("CORS_ORIGINS", "https://tools.example/path"),
        ("CORS_ORIGINS", "https://anna@tools.example"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
    ],
)
def test_what_would_not_do_what_it_says_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"DIALTREE_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()
