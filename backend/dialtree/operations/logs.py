"""What the programs write to standard error: lines for people on a terminal, JSON for machines.

Secrets are kept out by not writing them, never by searching for them: no variables, no documents,
no headers. What libraries say at DEBUG holds statements with their values, and frames as they were
sent; it is written at no level.
"""

import logging
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from uuid import uuid4

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.orjson import OrjsonFormatter

from dialtree.settings import LogFormat, Settings

_SANE_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}")

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Of the request that is being answered; in every line that is written meanwhile."""


def configure(settings: Settings, *, is_service: bool, pid: int | None = None) -> None:
    """Of commands that people run themselves the lines are for people, unless set otherwise.

    `pid`: what tells the lines of this process from those of others that write to the same place.
    """
    handler = logging.StreamHandler()
    handler.addFilter(_with_request_id)
    handler.setFormatter(
        _json(pid)
        if writes_json(settings, is_service=is_service)
        else _ForPeople(_FORMAT if pid is None else f"{pid} {_FORMAT}")
    )
    level = logging.getLevelNamesMapping()[settings.log_level.value.upper()]
    logging.basicConfig(handlers=[handler], level=max(level, logging.INFO), force=True)
    logging.getLogger("dialtree").setLevel(level)
    logging.captureWarnings(True)
    # Not shown, and a third of the time that a line takes.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None


def writes_json(settings: Settings, *, is_service: bool) -> bool:
    if settings.log_format == LogFormat.AUTO:
        return is_service and not sys.stderr.isatty()
    return settings.log_format == LogFormat.JSON


def request_id_from(headers: Mapping[bytes, bytes]) -> str:
    """What the proxy in front calls the request, so that its log and ours can be read together; a
    new id where it says nothing, or something that does not belong in a log."""
    given = headers.get(b"x-request-id", b"")
    return given.decode("ascii") if _SANE_ID.fullmatch(given) else uuid4().hex


def _with_request_id(record: logging.LogRecord) -> bool:
    record.request_id = request_id.get()
    return True


_FORMAT = "%(levelname)s %(name)s: %(message)s"


class _ForPeople(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        id_ = getattr(record, "request_id", None)
        return f"{text} [{id_}]" if id_ else text


def _json(pid: int | None) -> logging.Formatter:
    return OrjsonFormatter(
        ["levelname", "name", "message", "request_id"],
        rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
        timestamp="time",
        static_fields={} if pid is None else {"pid": pid},
        # uvicorn repeats its message with colours.
        reserved_attrs=[*RESERVED_ATTRS, "color_message"],
    )
