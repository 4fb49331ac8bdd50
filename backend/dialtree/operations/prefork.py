"""Several processes that do the same work, kept at it by their parent.

They are forked: a new one works after milliseconds and shares the memory of what was imported and
built before. uvicorn's own supervisor starts Python anew for each, and gives up for good when one
cannot start, for example because the database is away just then.
"""

import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import NoReturn

from dialtree import clock

log = logging.getLogger(__name__)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
LONG_ENOUGH = 10.0
"""Seconds after which a process that ends is replaced at once: it was not its start that failed."""
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 4.0

Work = Callable[[Callable[[], None]], None]
"""Runs until SIGTERM; calls its argument once it has begun in earnest."""


@dataclass(slots=True)
class _Child:
    pid: int
    reader: Connection
    """Says True when the process has begun; at its end when it has ended."""
    started_at: float
    has_begun: bool = False


class Prefork:
    """`count` processes which `work`, until SIGTERM or SIGINT reaches this one.

    `begun` is called once, when all of them work; `ended` with the id of each that has ended. Those
    that have not ended `patience` seconds after the last signal are killed.
    """

    def __init__(
        self,
        work: Work,
        count: int,
        *,
        begun: Callable[[], None],
        ended: Callable[[int], None],
        patience: float,
    ) -> None:
        self._work = work
        self._count = count
        self._begun = begun
        self._ended = ended
        self._patience = patience
        self._children: dict[Connection, _Child] = {}
        self._some_have_begun = False
        """Until then, one that ends ends everything."""
        self._all_have_begun = False
        self._pause = 0.0
        """Seconds before the next start: longer with each in a row that has not lasted."""
        self._start_at: list[float] = []
        """When those that are missing are to be started."""
        self._stop_at: float | None = None
        """When the patience ends; None: go on."""
        self._exit_code = 0

    def run(self) -> int:
        """Returns the exit code: 0 after a signal, another one if the work could not begin."""
        # Garbage collections would otherwise touch, and so copy, the memory that is shared.
        gc.collect()
        gc.freeze()
        try:
            with _signals() as wakeup:
                for _ in range(self._count):
                    self._start()
                while self._children or (self._stop_at is None and self._start_at):
                    ready = wait([wakeup, *self._children], self._timeout())
                    for source in ready:
                        if isinstance(source, socket.socket):
                            self._stop(bytes(source.recv(64)))
                        else:
                            assert isinstance(source, Connection)
                            self._hear(self._children[source])
                    self._start_missing()
                    self._lose_patience()
        finally:
            # There are some only after a fault here. Signals end this process again by now.
            for child in self._children.values():
                os.kill(child.pid, signal.SIGTERM)
            for child in self._children.values():
                os.waitpid(child.pid, 0)
        return self._exit_code

    def _timeout(self) -> float | None:
        moments = [*self._start_at, *([] if self._stop_at is None else [self._stop_at])]
        return max(0.0, min(moments) - clock.stopwatch()) if moments else None

    def _start(self) -> None:
        """When the system has no process to give, it is asked again after a pause."""
        # Not by multiprocessing: whatever happens here, that waits at the end for all it has
        # started, and it leaves files open when it cannot fork.
        _flush()
        # What arrives before the child has its own handlers is kept for them.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            pid, reader = self._fork()
        except OSError as error:
            pause = self._start_later(lasted=False)
            log.error("no process can be started: %s; the next try is in %g s", error, pause)
        else:
            self._children[reader] = _Child(pid, reader, clock.stopwatch())
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    def _fork(self) -> tuple[int, Connection]:
        """Raises OSError."""
        reader, writer = Pipe(duplex=False)
        with writer:
            try:
                pid = os.fork()
            except OSError:
                reader.close()
                raise
            if pid == 0:
                self._be_child(writer)
        return pid, reader

    def _be_child(self, writer: Connection) -> NoReturn:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            # Ctrl-C reaches a whole process group: the parent alone decides what it means.
            os.setpgid(0, 0)
            for name in STOP_SIGNALS:
                signal.signal(name, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
            self._work(lambda: writer.send(True))
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            log.exception("process %d has failed", os.getpid())
        finally:
            _flush()
            # What the callers of `run` have to put away is the parent's.
            os._exit(code)

    def _hear(self, child: _Child) -> None:
        try:
            child.reader.recv()
        except (EOFError, OSError):
            self._lost(child)
            return
        child.has_begun = self._some_have_begun = True
        begun = sum(it.has_begun for it in self._children.values())
        if begun == self._count and not self._all_have_begun and self._stop_at is None:
            self._all_have_begun = True
            self._begun()

    def _lost(self, child: _Child) -> None:
        del self._children[child.reader]
        child.reader.close()
        _, status = os.waitpid(child.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        self._ended(child.pid)
        if self._stop_at is not None:
            return
        if not self._some_have_begun:
            log.error("process %d could not begin (exit code %d)", child.pid, code)
            self._exit_code = max(code, 1)
            self._stop(bytes([signal.SIGTERM]))
            return
        pause = self._start_later(lasted=clock.stopwatch() - child.started_at >= LONG_ENOUGH)
        log.warning(
            "process %d has ended (exit code %d); another one starts in %g s",
            *(child.pid, code, pause),
        )

    def _start_later(self, *, lasted: bool) -> float:
        """The seconds until then. `lasted`: it was not its start that failed."""
        pause = 0.0 if lasted else self._pause
        self._pause = 0.0 if lasted else min(max(FIRST_PAUSE, 2 * pause), LONGEST_PAUSE)
        self._start_at.append(clock.stopwatch() + pause)
        return pause

    def _start_missing(self) -> None:
        now = clock.stopwatch()
        while self._stop_at is None and self._start_at and min(self._start_at) <= now:
            self._start_at.remove(min(self._start_at))
            self._start()

    def _stop(self, signals: bytes) -> None:
        """A second signal says it again: those who wait for something then wait no longer."""
        for number in signals:
            if number in STOP_SIGNALS:
                self._start_at.clear()
                self._stop_at = clock.stopwatch() + self._patience
                for child in self._children.values():
                    os.kill(child.pid, signal.SIGTERM)

    def _lose_patience(self) -> None:
        if self._stop_at is None or clock.stopwatch() < self._stop_at:
            return
        for child in self._children.values():
            log.error("process %d does not end by itself, and is killed", child.pid)
            os.kill(child.pid, signal.SIGKILL)
            self._exit_code = 1
        self._stop_at = clock.stopwatch() + self._patience


def _flush() -> None:
    """What is still to be written when a process is forked would be written by both."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # none, nobody reads it, closed
            stream.flush()


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket from which the numbers of signals can be read as they arrive."""
    reader, writer = socket.socketpair()
    with reader, writer:
        writer.setblocking(False)
        before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        handlers = {name: signal.signal(name, lambda _name, _frame: None) for name in STOP_SIGNALS}
        try:
            yield reader
        finally:
            for name, handler in handlers.items():
                signal.signal(name, handler)
            signal.set_wakeup_fd(before)
