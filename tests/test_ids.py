import pytest

from dialtree.ids import from_global_id, to_global_id


@pytest.mark.parametrize("type_name", ["Order", "NumberRange", "User"])
@pytest.mark.parametrize("id_", [1, 9, 10, 123, 4711, 10**12, 2**63 - 1])
def test_there_and_back(type_name: str, id_: int) -> None:
    text = to_global_id(type_name, id_)

    assert from_global_id(text) == (type_name, id_)
    assert text.isascii()
    assert not set(text) & set("=+/?#% ")


def test_is_the_base64_that_relay_clients_know() -> None:
    assert to_global_id("Order", 17) == "T3JkZXI6MTc"
    assert from_global_id("T3JkZXI6MTc=") == ("Order", 17)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "Order:17",
        "17",
        "T3JkZXI6MT",
        "T3JkZXI6MTd=",  # other unused bits: a second spelling of the same id
        "T3JkZXI6\nMTc",
        "T3JkZXI6MTc!",
        "T3JkZXI6",  # Order:
        "OjE3",  # :17
        "T3JkZXI6MDE",  # Order:01
        "T3JkZXI6LTE",  # Order:-1
        "T3JkZXI6MA",  # Order:0
        "T3JkZXI6MTc6MQ",  # Order:17:1
        "T3JkZXI627E",  # an Arabic digit
        "T3JkZXI6OTk5OTk5OTk5OTk5OTk5OTk5OQ",  # beyond 64 bits
        "ÄÖÜ",
        "_____w",
        "A" * 10_001,
    ],
)
def test_refuses_what_it_did_not_write(text: str) -> None:
    assert from_global_id(text) is None
