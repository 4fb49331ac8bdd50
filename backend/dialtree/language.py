"""The languages of the product, and how each writes a day."""

from datetime import date
from enum import StrEnum


class Language(StrEnum):
    DE = "DE"
    EN = "EN"


def format_date(day: date, language: Language) -> str:
    """DIN 5008 (31.12.2026) in German, ISO 8601 (2026-12-31) in English."""
    return day.strftime("%d.%m.%Y") if language == Language.DE else day.isoformat()


def preferred(accept_language: str | None) -> Language:
    """German if the Accept-Language header ranks it above English, else English."""
    ranked: list[tuple[float, int, str]] = []
    for position, part in enumerate((accept_language or "").split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        ranked.append((-quality, position, tag.lower()[:2]))
    for quality, _position, code in sorted(ranked):
        if quality < 0 and code in ("de", "en"):
            return Language(code.upper())
    return Language.EN
