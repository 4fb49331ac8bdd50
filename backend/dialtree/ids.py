"""Global ids: one opaque text per object, for the API (Relay) and for links in e-mails."""

import binascii
import re
from base64 import urlsafe_b64decode

_CONTENT = re.compile(r"([A-Z][A-Za-z]*):([1-9][0-9]{0,18})", re.ASCII)
_LARGEST = 2**63 - 1


def to_global_id(type_name: str, id: int) -> str:
    """base64url of "Order:17" without padding, so that it can stand in a path as it is."""
    # Of letters, digits and a colon no base64 has the two signs in which the alphabets differ.
    encoded = binascii.b2a_base64(f"{type_name}:{id}".encode("ascii"), newline=False)
    return encoded.rstrip(b"=").decode("ascii")


def from_global_id(text: str) -> tuple[str, int] | None:
    """Type name and id; None for anything that `to_global_id` does not write.

    Padding is accepted, because some clients add it. Whether the type exists is not asked here.
    """
    bare = text.rstrip("=")
    try:
        content = urlsafe_b64decode(bare.encode("ascii") + b"=" * (-len(bare) % 4)).decode("ascii")
    except (binascii.Error, UnicodeError):
        return None
    found = _CONTENT.fullmatch(content)
    if found is None or int(found[2]) > _LARGEST:
        return None
    type_name, id_ = found[1], int(found[2])
    # Python's decoder skips characters it does not know: one object must not have many ids.
    return (type_name, id_) if to_global_id(type_name, id_) == bare else None
