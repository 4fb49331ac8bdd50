"""Checking what people enter: every problem is named at its field, in one answer."""

import re

from dialtree.refusals import FieldProblem, Invalid, Refusal, RefusalCode

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
MAX_EMAIL_LENGTH = 254
_PHONE = re.compile(r"\+?[0-9 ()/\-]+")


class Inputs:
    """Reads one field after the other; `done` ends the command if any of them had a problem."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def text(
        self, field: str, value: str | None, limit: int, *, required: bool = False
    ) -> str | None:
        """A single line without spaces around it; None where it is empty and may be."""
        text = " ".join((value or "").split())
        if not text:
            if required:
                self.note(field, Refusal(RefusalCode.VALUE_MISSING), value)
            return None
        if len(text) > limit:
            self.note(field, Refusal(RefusalCode.VALUE_TOO_LONG, {"limit": limit}), value)
            return None
        if not text.isprintable():
            self._not_understood(field, value, "A-Z, 0-9, …")
            return None
        return text

    def email(self, field: str, value: str | None) -> str | None:
        text = self.text(field, value, MAX_EMAIL_LENGTH)
        if text is not None and not EMAIL.fullmatch(text):
            self._not_understood(field, value, "name@example.com")
            return None
        return text

    def phone(self, field: str, value: str | None) -> str | None:
        """As it was entered: digits and the signs that people put between them."""
        text = self.text(field, value, 50)
        if text is not None and not (_PHONE.fullmatch(text) and re.search("[0-9]", text)):
            self._not_understood(field, value, "030 23125-100, +49 30 23125-100")
            return None
        return text

    def number(self, field: str, value: int | None, minimum: int, maximum: int) -> int | None:
        if value is not None and not minimum <= value <= maximum:
            params = {"value": value, "minimum": minimum, "maximum": maximum}
            self.note(field, Refusal(RefusalCode.VALUE_OUT_OF_RANGE, params), str(value))
            return None
        return value

    def note(self, field: str, refusal: Refusal, value: str | None = None) -> None:
        self.problems.append(FieldProblem(field, refusal, value))

    def done(self) -> None:
        """Raises Invalid if there was a problem."""
        if self.problems:
            raise Invalid(self.problems)

    def _not_understood(self, field: str, value: str | None, expected: str) -> None:
        params = {"value": value or "", "expected": expected}
        self.note(field, Refusal(RefusalCode.VALUE_NOT_UNDERSTOOD, params), value)
