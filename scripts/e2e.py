"""Runs a command, the browser tests, against a dialtree of its own with demo data.

The command gets E2E_BASE_URL, E2E_DATA_DIR (e-mails are in its folder mail), E2E_DIALTREE (the
program), DIALTREE_DEMO_PASSWORD and CHROMIUM_PATH. The data lives in a temporary directory; what
the server wrote is shown when something fails.
"""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIALTREE = ROOT / ".venv/bin/dialtree"
START_SECONDS = 60


def main(command: list[str]) -> int:
    """The command's exit code, or that of the first preparation that failed."""
    chromium = subprocess.run(
        ["node", ROOT / "scripts/chromium.mjs"], stdout=subprocess.PIPE, text=True, check=False
    )
    if chromium.returncode != 0:
        return chromium.returncode
    with tempfile.TemporaryDirectory(prefix="dialtree-e2e-") as directory:
        environ = own_environment(Path(directory), chromium.stdout.strip())
        log = Path(directory) / "server.log"
        try:
            for preparation in (["migrate"], ["demo", "load"]):
                with log.open("ab") as output:
                    dialtree(preparation, environ, output.fileno())
            with log.open("ab") as output, server(environ, output.fileno()):
                code = subprocess.run(command, env=environ, cwd=ROOT, check=False).returncode
        except (subprocess.CalledProcessError, TimeoutError) as error:
            print(f"error: {error}", file=sys.stderr)
            code = 1
        if code != 0:
            print(f"--- what dialtree wrote\n{log.read_text()[-20_000:]}", file=sys.stderr)
        return code


def own_environment(data: Path, chromium: str) -> dict[str, str]:
    """The present environment without a trace of the developer's own installation."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "PORT" and not name.startswith("DIALTREE_")
    }
    return {
        **kept,
        "PORT": str(port),
        "DIALTREE_DATA_DIR": str(data),
        "DIALTREE_DEMO_PASSWORD": secrets.token_urlsafe(12),
        "DIALTREE_SIP_REALM": "sip.demo.example",
        "DIALTREE_SIP_REGISTRAR": "sip.demo.example",
        "DIALTREE_SIP_PRIMARY_PROXY": "proxy1.demo.example",
        "DIALTREE_CLOUD_PBX_URL": "https://pbx.demo.example/{id}",
        "E2E_BASE_URL": f"http://localhost:{port}",
        "E2E_DATA_DIR": str(data),
        "E2E_DIALTREE": str(DIALTREE),
        "CHROMIUM_PATH": chromium,
    }


def dialtree(arguments: list[str], environ: dict[str, str], output: int) -> None:
    """Runs a command of dialtree to its end. Raises CalledProcessError."""
    subprocess.run(
        [DIALTREE, *arguments], env=environ, cwd=ROOT, stdout=output, stderr=output, check=True
    )


@contextmanager
def server(environ: dict[str, str], output: int) -> Iterator[None]:
    """A server that answers, and is stopped afterwards. Raises TimeoutError."""
    process = subprocess.Popen(
        [DIALTREE, "serve"], env=environ, cwd=ROOT, stdout=output, stderr=output
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(int(environ["PORT"])):
            if process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError("dialtree serve did not start to answer")
            time.sleep(0.1)
        yield
        if process.poll() is not None:
            print(f"error: dialtree serve ended with {process.returncode}", file=sys.stderr)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(port: int) -> bool:
    """Whether an HTTP server answers on this port, whatever it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except OSError:
        return False
    finally:
        connection.close()
    return True


if __name__ == "__main__":
    # So that the server is stopped then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main(sys.argv[1:]))
