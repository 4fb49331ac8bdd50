"""Numbers of callers and called, which are of any country, short, or withheld."""

import re

import phonenumbers

from dialtree.numbering.area_codes import COUNTRY_CODE, area_code_of
from dialtree.numbering.e164 import BadNumber, compact, is_digits, parse_number

MAX_PARTY_LENGTH = 21
"""Networks send more than the 15 digits of E.164 here and there."""
MASK = "•"
_SHOWN_DIGITS = 2
_SIP_URI = re.compile(r"sips?:([^@;?]*)(?:[@;?].*)?", re.IGNORECASE | re.DOTALL)


def read_party(text: str) -> str | None:
    """ "+" and E.164 digits, or bare digits of what has no country code (110); None for what is
    no number at all.

    Read are national and international numbers, tel: and sip: URIs.
    """
    uri = _SIP_URI.fullmatch(text.strip())
    compacted = compact(uri[1] if uri else text)
    if compacted.startswith(("+", "00")):
        digits = compacted.removeprefix("+").removeprefix("00")
        if digits.startswith(COUNTRY_CODE + "0"):  # "+49 (0) 221"
            digits = COUNTRY_CODE + digits.removeprefix(COUNTRY_CODE + "0")
        read = "+" + digits
    elif compacted.startswith("0"):
        try:
            read = "+" + parse_number(compacted)
        except BadNumber:
            return None
    else:
        read = compacted
    fits = is_digits(read.removeprefix("+")) and len(read) <= MAX_PARTY_LENGTH
    return read if fits else None


def display_party(party: str) -> str:
    """As it is written for people: +49 30 23125128, +43 1234567, 110."""
    front, rest = _divided(party)
    return f"{front} {rest}".strip()


def mask_party(party: str) -> str:
    """For those who need not know whose number it is: its country, its German area code and the
    last two digits, where enough others are hidden."""
    front, rest = _divided(party)
    shown = rest[-_SHOWN_DIGITS:] if len(rest) > 2 * _SHOWN_DIGITS else ""
    return f"{front} {MASK * (len(rest) - len(shown))}{shown}".strip()


def _divided(party: str) -> tuple[str, str]:
    """ "+49 30", "23125128"; nothing and the number itself where it has no country."""
    if not party.startswith("+"):
        return "", party
    digits = party[1:]
    country = next(
        (
            digits[:length]
            for length in (1, 2, 3)
            if int(digits[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
        ),
        "",
    )
    rest = digits.removeprefix(country)
    area = area_code_of(digits) if country == COUNTRY_CODE else None
    if area is None:
        return f"+{country}", rest
    return f"+{country} {area}", rest.removeprefix(area)
