"""Programs run by other processes on the same database, all beginning at the same moment."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BACKEND = Path(__file__).parents[1] / "backend"
PREPARED = "prepared"
SECONDS = 120

PROLOGUE = f"""
import asyncio, logging, sys
from tortoise.expressions import F
from dialtree.accounts.models import Customer
from dialtree.database import connected, connection, transaction
from dialtree.migrations import migrate

logging.basicConfig(level=logging.WARNING)
url = sys.argv[1]
print({PREPARED!r}, flush=True)
sys.stdin.readline()
"""


@dataclass(frozen=True)
class Ended:
    """What a process has written, without the line that says it is prepared."""

    output: str
    errors: str


def at_once(program: str, url: str, count: int = 2) -> list[Ended]:
    """Runs `program`, which finds `url` and the imports of PROLOGUE, in `count` processes.

    Fails unless all end with exit code 0.
    """
    command = [sys.executable, "-W", "error", "-c", PROLOGUE + program, url]
    environ = {**os.environ, "PYTHONPATH": str(BACKEND)}
    processes = [
        subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == PREPARED, process.communicate()
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        ended = [Ended(*process.communicate(timeout=SECONDS)) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert [process.returncode for process in processes] == [0] * count, ended
    return ended
