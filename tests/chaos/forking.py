"""Starts dialtree's processes quickly: it has everything loaded and forks at each request.

A process that was killed is back after some milliseconds instead of seconds, so that many can be
killed. What is forked is a process like any other: it has opened nothing yet, reads its settings
from its own environment and runs the command line.

Reads requests from standard input, one JSON object a line, and answers each with the process id.
When its input ends it kills what it has started.
"""

import gc
import json
import os
import signal
import sys
from contextlib import suppress
from datetime import timedelta
from typing import Any

LEASE_SECONDS = 3.0
"""Of orders, in place of the half minute of service: so a run sees many leases end."""
SILENCE_SECONDS = 3
"""How long a transaction of somebody who has gone silent may keep its locks, and how often it is
asked whether a listening connection still leads anywhere."""
REPLY_SECONDS = 10
MAIL_LEASE_SECONDS = 5.0
MAIL_PAUSES = (0.5, 1.0, 2.0)
POLL_SECONDS = 5.0


def shorten() -> None:
    """Makes everything wait less that waits for somebody who has died."""
    from dialtree import database  # noqa: PLC0415
    from dialtree.notifications import outbox  # noqa: PLC0415
    from dialtree.orders import claiming, worker  # noqa: PLC0415

    pauses = tuple(timedelta(seconds=seconds) for seconds in MAIL_PAUSES)
    for module, values in (
        (claiming, {"LEASE": timedelta(seconds=LEASE_SECONDS)}),
        (worker, {"SLOWEST_POLL": timedelta(seconds=POLL_SECONDS)}),
        (database, {"IDLE_SECONDS": SILENCE_SECONDS, "LISTENING_SECONDS": SILENCE_SECONDS}),
        (database, {"REPLY_SECONDS": REPLY_SECONDS}),
        (outbox, {"LEASE": timedelta(seconds=MAIL_LEASE_SECONDS)}),
        (outbox, {"PAUSES": pauses, "PAUSES_UNREACHABLE": pauses}),
        (outbox, {"POLL_SECONDS": POLL_SECONDS, "FAULT_SECONDS": 1.0}),
    ):
        for name, value in values.items():
            assert hasattr(module, name), f"{module.__name__} has no {name} any more"
            setattr(module, name, value)


def main() -> None:
    import dialtree.cli  # noqa: F401, PLC0415 - loaded once for all

    shorten()
    gc.collect()
    gc.freeze()
    # Nobody waits for those that were killed.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    started: list[int] = []
    say("ready")
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            become(request)
        started.append(pid)
        say(str(pid))
    for pid in started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def become(request: dict[str, Any]) -> None:
    """The child: from here on it is `dialtree` with these arguments."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        os.environ.update(request["environment"])
        sys.argv = ["dialtree", *request["arguments"]]
        from dialtree.cli import main as dialtree  # noqa: PLC0415

        dialtree()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
