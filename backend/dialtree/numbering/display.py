"""Writing numbers for people (DIN 5008) and for machines (RFC 3966) (N1)."""

from enum import StrEnum
from itertools import groupby

from dialtree.numbering.area_codes import COUNTRY_CODE
from dialtree.numbering.ranges import ALL_DIGITS


class Style(StrEnum):
    """NATIONAL: 030 23125-3xx. INTERNATIONAL: +49 30 23125-3xx."""

    NATIONAL = "NATIONAL"
    INTERNATIONAL = "INTERNATIONAL"


def display(
    digits: str,
    area_length: int,
    extension_at: int | None,
    open_digits: int = 0,
    first_digits: str = ALL_DIGITS,
    *,
    style: Style = Style.NATIONAL,
) -> str:
    """A number or range as DIN 5008 writes it, each open digit as x.

    `digits`: E.164 without plus. `area_length`: digits of the area code without 0 (2 for 030).
    `extension_at`: index in `digits` where the extension begins, for a block itself its length;
    None for a single number, which has no hyphen. `first_digits`: what the first open digit may be;
    a block sold in part is written with its first and last ranges (030 23125-3xx…5xx, N2).
    """
    if extension_at is None and open_digits:
        raise ValueError("open digits belong to an extension: extension_at is missing")
    area_end = len(COUNTRY_CODE) + area_length
    extension_start = len(digits) if extension_at is None else extension_at
    if not area_end <= extension_start <= len(digits):
        raise ValueError(f"extension of {digits} cannot begin at {extension_start}")
    area = digits[len(COUNTRY_CODE) : area_end]
    front = f"0{area}" if style is Style.NATIONAL else f"+{COUNTRY_CODE} {area}"
    extension = digits[extension_start:] + _open(open_digits, first_digits)
    written = f"{front} {digits[area_end:extension_start]}"
    return f"{written}-{extension}" if extension else written


def _open(open_digits: int, first_digits: str) -> str:
    if not open_digits or first_digits == ALL_DIGITS:
        return "x" * open_digits
    rest = "x" * (open_digits - 1)
    parts: list[str] = []
    # Digits that follow each other have the same distance to their place in the text.
    for _distance, run in groupby(enumerate(first_digits), lambda at: int(at[1]) - at[0]):
        digits = [digit for _place, digit in run]
        parts.append("…".join(dict.fromkeys((digits[0] + rest, digits[-1] + rest))))
    return ", ".join(parts)


def uri(digits: str) -> str:
    """RFC 3966 form of a complete number: "4930231253" -> "tel:+4930231253"."""
    return f"tel:+{digits}"
