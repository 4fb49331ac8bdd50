"""What makes an ID token believable, and where the app may be returned to: pure."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

from dialtree.accounts.oidc.attempt import LASTING, Attempt, own_path
from dialtree.accounts.oidc.tokens import BadToken, Expected, Identity, UnknownKey, identity
from dialtree.trunks.vault import Vault, new_key

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ISSUER = "https://id.example"
EXPECTED = Expected(ISSUER, "dialtree", "nonce-1")
KEY = RSAKey.generate_key(2048, auto_kid=True)
OTHER_KEY = RSAKey.generate_key(2048, auto_kid=True)
KEYS = KeySet([KEY])
Claims = dict[str, Any]


def claims(**changed: object) -> Claims:
    """Of a good token; a None removes."""
    now = int(NOW.timestamp())
    all_: Claims = {
        "iss": ISSUER,
        "sub": "7f3a",
        "aud": "dialtree",
        "iat": now,
        "exp": now + 300,
        "nonce": "nonce-1",
        "email": "Admin@nordlicht.example",
        "email_verified": True,
    } | changed
    return {name: value for name, value in all_.items() if value is not None}


def token(payload: Claims, key: RSAKey = KEY, **header: str) -> str:
    any_header = jws.JWSRegistry(strict_check_header=False)
    return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, payload, key, registry=any_header)


def check(id_token: object, keys: KeySet = KEYS, now: datetime = NOW) -> Identity:
    return identity(id_token, keys, EXPECTED, "access", now)


def test_a_good_token_names_the_person() -> None:
    expected = Identity(ISSUER, "7f3a", "Admin@nordlicht.example", True)
    assert check(token(claims())) == expected
    assert check(token(claims(aud=["dialtree"]))) == expected
    assert check(token(claims(aud=["dialtree", "other"], azp="dialtree"))) == expected
    # What other headers there are is the provider's business.
    assert check(token(claims(), x5t="abc", vendor="x")) == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"iss": f"{ISSUER}/"},
        {"aud": "other"},
        {"aud": None},
        {"aud": []},
        {"aud": ["dialtree", "other"]},
        {"aud": ["dialtree", "other"], "azp": "other"},
        {"azp": "other"},
        {"nonce": "nonce-2"},
        {"nonce": None},
        {"nonce": ""},
        {"nonce": ["nonce-1"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
        {"sub": "x" * 256},
        {"sub": "ü"},
        {"sub": "a\0"},
        {"exp": int(NOW.timestamp()) - 60},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": float("nan")},
        {"iat": int(NOW.timestamp()) + 120},
        {"iat": None},
        {"nbf": int(NOW.timestamp()) + 120},
        {"at_hash": "AAAA"},
        {"at_hash": 5},
    ],
    ids=str,
)
def test_a_wrong_claim_makes_it_worthless(changed: Claims) -> None:
    with pytest.raises(BadToken):
        check(token(claims(**changed)))


def test_clocks_may_differ_by_a_minute() -> None:
    text = token(claims())
    assert check(text, now=NOW + timedelta(seconds=300 + 59))
    assert check(text, now=NOW - timedelta(seconds=60))
    for now in (NOW + timedelta(seconds=361), NOW - timedelta(seconds=61)):
        with pytest.raises(BadToken):
            check(text, now=now)


def unsigned() -> str:
    registry = jws.JWSRegistry(algorithms=["none"])
    return jws.serialize_compact(
        {"alg": "none"}, b'{"sub": "7f3a"}', OctKey.generate_key(), registry=registry
    )


def signed_with_the_public_key() -> str:
    """The old trick: the public key taken for a shared secret."""
    _header, payload, _signature = token(claims()).split(".")
    header = urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": KEY.kid}).encode()).rstrip(b"=")
    signed = f"{header.decode()}.{payload}"
    mac = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def signed_with_another_key() -> str:
    return jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims(), OTHER_KEY)


def with_another_payload() -> str:
    header, _payload, signature = token(claims()).split(".")
    payload = token(claims(sub="root")).split(".")[1]
    return f"{header}.{payload}.{signature}"


def with_a_critical_header() -> str:
    return token(claims(), crit=["exp"])  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        signed_with_the_public_key,
        signed_with_another_key,
        with_another_payload,
        lambda: token(claims()).rpartition(".")[0] + ".",
        lambda: "",
        lambda: "x",
        lambda: "a.b.c",
        lambda: "ü.ü.ü",
        lambda: ".".join(["e30"] * 5),
        lambda: None,
        lambda: {"sub": "7f3a"},
        lambda: jws.serialize_compact({"alg": "RS256", "kid": KEY.kid}, b"[]", KEY),
        lambda: jws.serialize_compact({"alg": "RS256", "kid": KEY.kid}, b"\xff", KEY),
        lambda: token(claims(pad="x" * 200_000)),
    ],
)
def test_a_forged_token_is_worthless(forge: Callable[[], object]) -> None:
    with pytest.raises(BadToken) as caught:
        check(forge())
    assert not isinstance(caught.value, UnknownKey)


def test_a_shared_secret_in_the_key_set_does_not_sign() -> None:
    secret = OctKey.generate_key(256, auto_kid=True)
    text = jwt.encode({"alg": "HS256", "kid": secret.kid}, claims(), secret)
    with pytest.raises(BadToken):
        check(text, KeySet([KEY, secret]))


def test_an_unknown_key_is_told_apart() -> None:
    with pytest.raises(UnknownKey):
        check(token(claims(), OTHER_KEY))


def test_one_key_needs_no_name() -> None:
    text = jwt.encode({"alg": "RS256"}, claims(), KEY)
    assert check(text).subject == "7f3a"
    with pytest.raises(UnknownKey):
        check(text, KeySet([OTHER_KEY, KEY]))


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("PS256", KEY),
        ("RS512", KEY),
        ("ES256", ECKey.generate_key("P-256", auto_kid=True)),
        ("ES512", ECKey.generate_key("P-521", auto_kid=True)),
        ("EdDSA", OKPKey.generate_key("Ed25519", auto_kid=True)),
    ],
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_other_signatures(algorithm: str, key: RSAKey | ECKey | OKPKey) -> None:
    registry = jws.JWSRegistry(algorithms=[algorithm])
    text = jwt.encode({"alg": algorithm, "kid": key.kid}, claims(), key, registry=registry)
    assert check(text, KeySet([key])).subject == "7f3a"


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (True, True),
        ("true", True),
        (False, False),
        ("false", False),
        ("yes", False),
        (1, False),
        ([], False),
        (None, None),
    ],
    ids=str,
)
def test_what_a_provider_says_of_the_address(said: object, read: bool | None) -> None:
    assert check(token(claims(email_verified=said))).email_verified is read


def test_user_info_is_believed_of_the_same_person_only() -> None:
    person = check(token(claims(email=None, email_verified=None)))
    told = {"sub": "7f3a", "email": "a@b.example", "email_verified": True}
    assert person.with_email_of(told) == Identity(ISSUER, "7f3a", "a@b.example", True)
    for other in ({**told, "sub": "8"}, {"email": "a@b.example"}):
        with pytest.raises(BadToken):
            person.with_email_of(other)


# The attempt -------------------------------------------------------------------------------------


def test_an_attempt_survives_its_journey_and_expects_its_own_answer_in_time() -> None:
    vault = Vault(keys=(new_key(),))
    attempt = Attempt.begun("/orders?a=b", NOW)
    sealed = attempt.sealed(vault)
    assert len(sealed) < 4096
    assert attempt.verifier not in sealed
    assert Attempt.opened(sealed, vault) == attempt
    assert attempt.expects(attempt.state, NOW + LASTING - timedelta(seconds=1))
    assert not attempt.expects(attempt.state, NOW + LASTING)
    for state in ("", "x", "ü", attempt.state + "x", Attempt.begun("/", NOW).state):
        assert not attempt.expects(state, NOW)


def test_the_longest_return_path_fits_into_the_cookie() -> None:
    path = own_path("/" + "x" * 1499)
    assert len(path) == 1500
    assert len(Attempt.begun(path, NOW).sealed(Vault(keys=(new_key(),)))) < 3900


def test_an_attempt_of_another_making_is_none() -> None:
    vault = Vault(keys=(new_key(),))
    foreign = Attempt.begun("/", NOW).sealed(Vault(keys=(new_key(),)))
    others = ("", "x", "ü", foreign, vault.encrypt("a password"), vault.encrypt("[]"))
    for sealed in (*others, vault.encrypt("{}"), vault.encrypt('{"state": "x"}')):
        assert Attempt.opened(sealed, vault) is None


@pytest.mark.parametrize("path", ["/", "/orders", "/?number=030&open=a.b", "/a/../b", "/x?u=//y"])
def test_paths_of_the_app_are_returned_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "orders",
        "https://elsewhere.example/",
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        " //elsewhere.example",
        "/ü",
        "/a b",
        "javascript:alert(1)",
        "/login",
        "/login?return=/x",
        "/oidc/login",
        "/oidc/callback?code=1",
        "/" + "x" * 1500,
    ],
)
def test_nothing_else_is(wanted: str | None) -> None:
    assert own_path(wanted) == "/"
