"""Town names for area codes."""

from dialtree.numbering.area_codes import is_area_code, town_by_prefix


def town_of(area_code: str) -> str | None:
    """German town name of an area code given without its 0 ("221": Köln); None if there is none."""
    return town_by_prefix(area_code) if is_area_code(area_code) else None
