"""`make cluster`, as far as it is this side of make."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import ON_POSTGRES
from tests.running import SECONDS, Running, environment, free_port

SCRIPT = Path(__file__).parents[1] / "scripts" / "cluster.py"


@contextmanager
def cluster(directory: Path) -> Iterator[Running]:
    """Two web processes and one worker, started by the script, which is ended with them."""
    port = str(free_port())
    settings = environment(data_dir=str(directory), port=port, demo_password="a password of demos")
    process = subprocess.Popen(
        [sys.executable, SCRIPT],
        env={**settings, "CLUSTER_WORKERS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    script = Running(process, f"http://127.0.0.1:{port}")
    script.read()
    try:
        script.until("dialtree is at ")
        script.until("E-mails are ")  # said by workers: the web processes are none
        yield script
    finally:
        process.terminate()
        script.ended()


def killed(script: Running, started: str) -> str:
    """Kills the process at the end of the line that matches `started`; gives the pattern of the
    line about the one that replaces it."""
    pid = re.findall(r"process (\d+)", script.until(started))[-1]
    os.kill(int(pid), signal.SIGKILL)
    line = rf"process {pid} has ended \(signal 9\), process"
    script.until(line)
    return line


def is_gone(script: Running, directory: Path) -> bool:
    return script.is_silent and not (directory / "postgres/data/postmaster.pid").exists()


@pytest.mark.skipif(not ON_POSTGRES, reason="once is enough")
def test_a_cluster_goes_on_and_stops_as_a_whole(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Eight processes start and stop in turn; on a machine with other work that takes its time.
    monkeypatch.setattr("tests.running.SECONDS", 180)
    with cluster(open_directory) as script:
        again = killed(script, "dialtree worker: process")
        killed(script, again)  # before it has begun
        killed(script, "dialtree serve: process")
        script.until("dialtree is at ", 2)
        assert httpx.get(f"{script.url}/readyz", trust_env=False).json()["ready"] is True
        script.stop(signal.SIGHUP)
        assert script.ended() == 0
        assert "demo logins: admin@demo.example" in script.text
        assert "Traceback" not in script.text
        assert is_gone(script, open_directory)
    # The same data again. Whoever kills the script itself leaves nothing behind, either.
    with cluster(open_directory) as script:
        script.stop(signal.SIGKILL)
        assert script.ended() == -signal.SIGKILL
        assert is_gone(script, open_directory)


@pytest.mark.skipif(ON_POSTGRES, reason="once is enough")
def test_what_stops_a_cluster_is_said(tmp_path: Path) -> None:
    nobody = f"postgres://127.0.0.1:{free_port()}/dialtree"
    ended = subprocess.run(
        [sys.executable, SCRIPT],
        env=environment(data_dir=str(tmp_path), database_url=nobody),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert ended.returncode == 1
    reason, end = ended.stderr.splitlines()
    assert reason.startswith("dialtree: no connection to the database: ")
    assert end == "error: dialtree migrate has ended (exit code 1); everything has been stopped"
