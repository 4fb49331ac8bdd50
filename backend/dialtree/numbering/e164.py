"""Reading numbers, area codes and stems as people write them, into E.164 digits (N1)."""

import re
import unicodedata
from enum import StrEnum

from dialtree.numbering.area_codes import COUNTRY_CODE, area_code_of, is_area_code

MAX_E164_DIGITS = 15
"""With the country code, without the plus (N1)."""
MAX_EXTENSION_DIGITS = 7


class NumberProblem(StrEnum):
    """What is wrong with a number; `BadNumber.params` carries the parts of the sentence."""

    NUMBER_NOT_UNDERSTOOD = "NUMBER_NOT_UNDERSTOOD"
    """Not a complete number beginning with 0, +49 or 0049."""
    NUMBER_NOT_GERMAN = "NUMBER_NOT_GERMAN"
    """The country code is not 49."""
    AREA_CODE_UNKNOWN = "AREA_CODE_UNKNOWN"
    """params: area_code, digits as read."""
    NUMBER_TOO_LONG = "NUMBER_TOO_LONG"
    """params: digits (how many there are with the country code), maximum."""
    STEM_INVALID = "STEM_INVALID"
    """No digits, others than digits, or a 0 in front that does not begin the area code.
    params: area_code where one was given."""
    EXTENSION_DIGITS_OUT_OF_RANGE = "EXTENSION_DIGITS_OUT_OF_RANGE"
    """params: extension_digits, minimum, maximum."""
    FIRST_DIGITS_INVALID = "FIRST_DIGITS_INVALID"
    """params: extension_digits."""


class BadNumber(ValueError):
    """A text that cannot be taken as a number; `value` is the text as it was typed."""

    def __init__(self, problem: NumberProblem, value: str, **params: str | int) -> None:
        super().__init__(f"{problem}: {value!r}")
        self.problem = problem
        self.value = value
        self.params = params


def compact(text: str) -> str:
    """`text` without a leading "tel:" and without what people put between digits.

    Spaces of every kind, all dashes, slashes, dots, brackets, and the invisible direction marks
    that address books put around copied numbers. Anything else stays, for the caller to refuse.
    """
    text = text.strip()
    if text[:4].lower() == "tel:":
        text = text[4:]
    if text.isascii():
        return text.translate(_ASCII_SEPARATORS)
    return "".join(c for c in text if not _separates(c))


def _separates(character: str) -> bool:
    # Zs, Pd, Cf: spaces, dashes, invisible format characters; U+2212 is the minus sign.
    return character in "/.()[]\t\r\n\u2212" or unicodedata.category(character) in (
        "Zs",
        "Pd",
        "Cf",
    )


_ASCII_SEPARATORS = {code: None for code in range(128) if _separates(chr(code))}
"""All that stand in what is typed as a rule: one call takes them out, for it is done with every
number that is looked up."""


def is_digits(text: str) -> bool:
    """Whether there is at least one character and all are 0-9 (of ASCII: no superscripts)."""
    return text.isascii() and text.isdigit()


def _split_country(compacted: str, typed: str) -> str | None:
    """The national number without 0 of a text with a country code; None where it has none."""
    if compacted.startswith("+"):
        rest = compacted[1:]
    elif compacted.startswith("00"):
        rest = compacted[2:]
    else:
        return None
    if not is_digits(rest):
        raise BadNumber(NumberProblem.NUMBER_NOT_UNDERSTOOD, typed)
    if not rest.startswith(COUNTRY_CODE):
        raise BadNumber(NumberProblem.NUMBER_NOT_GERMAN, typed)
    return rest.removeprefix(COUNTRY_CODE).removeprefix("0")  # "+49 (0) 221"


def check_length(digits: str, typed: str, open_digits: int = 0) -> None:
    """Raise NUMBER_TOO_LONG where E.164 `digits` plus `open_digits` exceed 15 (N1)."""
    length = len(digits) + open_digits
    if length > MAX_E164_DIGITS:
        raise BadNumber(
            NumberProblem.NUMBER_TOO_LONG, typed, digits=length, maximum=MAX_E164_DIGITS
        )


def parse_area_code(text: str) -> str:
    """Area code without its 0, from "0221", "221", "(0221)", "+49 221" or "0049 221".

    BadNumber: NUMBER_NOT_UNDERSTOOD, NUMBER_NOT_GERMAN, AREA_CODE_UNKNOWN (also for mobile and
    service numbers, which have no area code).
    """
    compacted = compact(text)
    code = _split_country(compacted, text)
    if code is None:
        code = compacted.removeprefix("0")
    if not is_digits(code):
        raise BadNumber(NumberProblem.NUMBER_NOT_UNDERSTOOD, text)
    if not is_area_code(code):
        raise BadNumber(NumberProblem.AREA_CODE_UNKNOWN, text, area_code=code)
    return code


def parse_number(text: str) -> str:
    """E.164 digits without plus, from a complete German number: "0221 4710-123" -> "492214710123".

    Needs 0, +49 or 0049 in front, since without them the area code is a guess. Numbers without an
    area code (mobile, 0800) are read too. BadNumber: NUMBER_NOT_UNDERSTOOD, NUMBER_NOT_GERMAN,
    NUMBER_TOO_LONG.
    """
    compacted = compact(text)
    national = _split_country(compacted, text)
    if national is None:
        if not compacted.startswith("0"):
            raise BadNumber(NumberProblem.NUMBER_NOT_UNDERSTOOD, text)
        national = compacted[1:]
    # No national number begins with 0: what is left then is a mistyped prefix.
    if not is_digits(national) or national.startswith("0"):
        raise BadNumber(NumberProblem.NUMBER_NOT_UNDERSTOOD, text)
    digits = COUNTRY_CODE + national
    check_length(digits, text)
    return digits


def parse_stem(text: str, area_code: str | None = None) -> str:
    """Digits of a stem: "47 10" -> "4710"; hyphens and slashes are ignored like spaces.

    With `area_code` (without 0) the whole number may stand here, "0221 4710" or "+49 221 4710",
    and loses its area code; one with another area code is refused. No stem begins with 0, so a 0
    in front always means a whole number. BadNumber: STEM_INVALID, NUMBER_NOT_GERMAN.
    """
    params: dict[str, str | int] = {} if area_code is None else {"area_code": area_code}
    bad = BadNumber(NumberProblem.STEM_INVALID, text, **params)
    compacted = compact(text)
    if not re.fullmatch(r"\+?[0-9]+", compacted):
        raise bad
    national = _split_country(compacted, text)
    if national is None and compacted.startswith("0"):
        national = compacted[1:]
    if national is None:
        return compacted
    if area_code is None or area_code_of(COUNTRY_CODE + national) != area_code:
        raise bad
    stem = national.removeprefix(area_code)
    if not stem or stem.startswith("0"):
        raise bad
    return stem
