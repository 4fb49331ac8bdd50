"""Search by site (F3): keys that make street, postcode and town findable by their beginning.

A field stores one or two keys, because people leave umlauts out in two ways: Köln is found as
"koeln" and as "koln". A search text has one key: the user's own spelling, folded. A field is found
when one of its keys begins with the key of the search text.
"""

import unicodedata

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# Letters that Unicode does not decompose into a base letter and a mark.
_BASE_LETTERS = str.maketrans(
    {
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
        "ħ": "h",
    }
)


def fold(text: str) -> str:
    """Key without case, umlauts spelled out: "Köln" -> "koeln", "Straße" -> "strasse".

    Other marks go ("é" is "e"); whatever is neither letter nor digit counts as a space and spaces
    collapse, so that "konrad adenauer" finds Konrad-Adenauer-Allee.
    """
    return _plain(_composed(text).translate(_SPELLED_OUT))


def stored_keys(text: str) -> tuple[str, ...]:
    """Keys to store for a field: spelled out and, if it differs, with bare vowels."""
    return tuple(dict.fromkeys((fold(text), _plain(_composed(text)))))


def word_keys(text: str) -> list[str]:
    """Keys to store for a field of which every word is found by its beginning."""
    found = []
    for key in stored_keys(text):
        words = key.split()
        found += [" ".join(words[at:]) for at in range(len(words))]
    return list(dict.fromkeys(found))


def search_keys(text: str) -> list[str]:
    """Keys to look for as beginnings of stored keys; empty where the text asks for nothing."""
    key = fold(text)
    return [key] if key else []


def _composed(text: str) -> str:
    """Case folded, an umlaut as one character however it was typed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_BASE_LETTERS)
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())
