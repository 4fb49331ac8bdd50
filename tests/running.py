"""`dialtree serve` as a process of its own, which can be stopped like one."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.subprocesses import BACKEND

SECONDS = 60
"""How long a start or an end may take on a slow machine."""
MAIN = "from dialtree.cli import main; main()"

Line = dict[str, Any]


def environment(**settings: str) -> dict[str, str]:
    """The present environment with these DIALTREE_ settings, and none of the developer's."""
    kept = {k: v for k, v in os.environ.items() if k != "PORT" and not k.startswith("DIALTREE_")}
    own = {f"DIALTREE_{name.upper()}": value for name, value in settings.items()}
    return {**kept, "PYTHONPATH": str(BACKEND), **own}


def dialtree(
    *arguments: str, stdin: str = "", **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Runs a command to its end."""
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        env=environment(**settings),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


@dataclass
class Running:
    process: "subprocess.Popen[str]"
    url: str
    lines: list[str] = field(default_factory=list)
    """What it has written to standard error so far."""
    output: list[str] = field(default_factory=list)
    _written: threading.Condition = field(default_factory=threading.Condition)

    @property
    def socket_url(self) -> str:
        return self.url.replace("http://", "ws://") + "/graphql"

    @property
    def text(self) -> str:
        return "".join([*self.output, *self.lines])

    def logged(self) -> list[Line]:
        return [orjson.loads(line) for line in self.lines]

    @property
    def is_silent(self) -> bool:
        """Once it has `ended`: none that it has started is left who could still write."""
        return not any(thread.is_alive() for thread in self._threads)

    def until(self, pattern: str, count: int = 1) -> str:
        """The first line, past or future, in which `pattern` is found, or the second …. Blocks."""
        with self._written:
            found: list[str] = []

            def is_there() -> bool:
                found[:] = [
                    line for line in [*self.output, *self.lines] if re.search(pattern, line)
                ]
                return len(found) >= count or self.process.poll() is not None

            self._written.wait_for(is_there, SECONDS)
            assert len(found) >= count, (pattern, self.text)
            return found[count - 1]

    def stop(self, name: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(name)

    def ended(self) -> int:
        """The exit code, once everything it wrote has been read."""
        code = self.process.wait(SECONDS)
        for thread in self._threads:
            thread.join(SECONDS)
        return code

    _threads: list[threading.Thread] = field(default_factory=list)

    def read(self) -> None:
        for stream, kept in ((self.process.stderr, self.lines), (self.process.stdout, self.output)):
            assert stream is not None
            thread = threading.Thread(target=self._read, args=(stream, kept), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _read(self, stream: Any, kept: list[str]) -> None:
        with stream:
            for line in stream:
                with self._written:
                    kept.append(line)
                    self._written.notify_all()
        with self._written:
            self._written.notify_all()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    *arguments: str, command: str = "serve", program: str = "", **settings: str
) -> Iterator[Running]:
    """A server that answers, or a worker; `program` is run before it in its process. It is killed
    at the end, if it still runs then."""
    port = settings.pop("port", None) or str(free_port())
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program + MAIN, command, *arguments],
        env=environment(port=port, **settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server = Running(process, f"http://127.0.0.1:{port}")
    server.read()
    try:
        server.until("dialtree is at " if command == "serve" else "E-mails ")
        yield server
    finally:
        process.kill()
        server.ended()
