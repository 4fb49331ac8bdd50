"""The layout of an e-mail: one content, laid out as plain text and as HTML that say the same."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dialtree.language import Language

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _templates() -> "Environment":
    """Made when the first e-mail is written: many web processes never write one."""
    from jinja2 import (  # noqa: PLC0415 - see above
        Environment,
        PackageLoader,
        StrictUndefined,
        select_autoescape,
    )

    return Environment(
        loader=PackageLoader("dialtree.notifications"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html.jinja"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """What one e-mail says, in the words of its language; every text is a single line."""

    language: Language
    subject: str
    title: str
    greeting: str
    paragraphs: tuple[str, ...]
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...]
    """Label and value."""
    link_text: str
    link: str
    footer: str

    def text(self) -> str:
        return _templates().get_template("letter.txt.jinja").render(letter=self)

    def html(self) -> str:
        return _templates().get_template("letter.html.jinja").render(letter=self)


def one_line(text: str) -> str:
    """`text` without line breaks and control characters, which no header and no line may hold."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())
