"""The German area codes and their towns, from libphonenumber's metadata.

The library's geocoder imports the towns of the whole world: about 3 s and 180 MB in the web
process. So only the German lines of its data files are read (a few hundredths of a second,
once); a test compares them with what the geocoder itself would have loaded.
"""

import ast
import re
from functools import cache, lru_cache
from importlib.resources import files

import phonenumbers

COUNTRY_CODE = "49"
AREA_CODE_LENGTHS = range(2, 6)

_ENTRY = re.compile(
    rf"""^\s*['"]{COUNTRY_CODE}(\d+)['"]:\s*\{{.*?['"]de['"]:\s*(?:u\()?"""
    r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""",
    re.MULTILINE,
)


@cache
def german_towns() -> dict[str, str]:
    """German name by the leading digits of the national number (without 0), as the library has it.

    Most keys are area codes. Some are shorter (one entry for an island's several codes) or longer
    (a town that shares its neighbour's code), so a key alone does not prove an area code.
    """
    towns: dict[str, str] = {}
    for source in files("phonenumbers").joinpath("geodata").iterdir():
        if source.name.startswith("data") and source.name.endswith(".py"):
            for prefix, name in _ENTRY.findall(source.read_text(encoding="utf-8")):
                towns[prefix] = ast.literal_eval(name)
    if not towns:  # the library stores its data in another way: pay for the geocoder
        from phonenumbers.geodata import GEOCODE_DATA  # noqa: PLC0415 - 180 MB, seldom needed

        for number, names in GEOCODE_DATA.items():
            if number.startswith(COUNTRY_CODE) and "de" in names:
                towns[number.removeprefix(COUNTRY_CODE)] = names["de"]
    return towns


# Bounded: what people type reaches it.
@lru_cache(maxsize=4096)
def is_area_code(code: str) -> bool:
    """Whether `code` (digits without the leading 0) is a German area code.

    Two sources must agree, because each alone is too generous: the numbering plan fixes how long
    the area code is (but takes unused ones too), the town data tells which codes are in use.
    """
    if len(code) not in AREA_CODE_LENGTHS or not code.isascii() or not code.isdigit():
        return False
    if code[0] == "0" or town_by_prefix(code) is None:
        return False
    sample = phonenumbers.PhoneNumber(country_code=49, national_number=int(code + "12345"))
    return phonenumbers.length_of_geographical_area_code(sample) == len(code)


def area_code_of(digits: str) -> str | None:
    """The area code (without 0) a German number begins with; `digits` E.164, may be incomplete.

    None where the digits are too few to tell, and for numbers that have none (mobile, 0800).
    """
    national = digits.removeprefix(COUNTRY_CODE)
    # The longest wins: 02129 (Haan) begins with 0212 (Solingen), the one such pair.
    for length in reversed(AREA_CODE_LENGTHS):
        if length <= len(national) and is_area_code(national[:length]):
            return national[:length]
    return None


def town_by_prefix(code: str) -> str | None:
    """The town of the longest known key that `code` begins with."""
    towns = german_towns()
    for length in range(len(code), 1, -1):
        if code[:length] in towns:
            return towns[code[:length]]
    return None
