"""Runs `dialtree serve --demo` by a clock that browser tests put forward.

    shifted_server.py OFFSET_FILE

The file holds how many seconds the clock is ahead of the system's. On SIGUSR1 it is read again,
and everything that waits for a time looks at the clock at once.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from dialtree import cli, clock
from dialtree.database import hub


class ShiftedClock:
    """The system's time and what the file adds to it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.read()

    def read(self) -> None:
        self._ahead = timedelta(seconds=float(self._file.read_text()))

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


def main(offset_file: str) -> None:
    shifted = ShiftedClock(Path(offset_file))

    def put_forward(_signal: int, _frame: FrameType | None) -> None:
        shifted.read()
        # A handler runs between any two steps of the loop, which is told from outside, therefore.
        asyncio.get_running_loop().call_soon_threadsafe(hub.start_afresh)

    signal.signal(signal.SIGUSR1, put_forward)
    sys.argv = ["dialtree", "serve", "--demo"]
    with clock.reading(shifted.now):
        cli.main()


if __name__ == "__main__":
    main(sys.argv[1])
