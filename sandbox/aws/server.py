"""Start, find and stop the process that serves the embedded AWS."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sandbox import layout

HOST: Final = "127.0.0.1"
IDENTITY_PATH: Final = "/_sandbox/identity"
START_SECONDS: Final = 30
STOP_SECONDS: Final = 10

_OUTLIVING: Final[list[subprocess.Popen[bytes]]] = []
"""Handles of servers that were started: a handle that is dropped warns of a process that still runs, as these shall."""


class ServerError(Exception):
    """The embedded AWS cannot be started; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running embedded AWS; `identity` changes with every process, so a new one is known to be empty."""

    pid: int
    port: int
    identity: str

    @property
    def endpoint(self) -> str:
        """The URL that AWS_ENDPOINT_URL takes."""
        return f"http://{HOST}:{self.port}"

    def write(self, record: Path) -> None:
        """Write this server down in *record*, whole or not at all."""
        record.parent.mkdir(parents=True, exist_ok=True)
        partial = record.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self)), encoding="utf-8")
        partial.replace(record)

    def answers(self) -> bool:
        """Return whether the process at this port is this server, not a stranger that took the port since."""
        # A proxy of the person's must not be asked for a loopback address.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.endpoint + IDENTITY_PATH, timeout=5) as reply:
                answer = json.load(reply)
        except (OSError, ValueError):
            return False
        return isinstance(answer, dict) and answer.get("identity") == self.identity


def read(record: Path) -> Server | None:
    """Return the server that *record* names, alive or not; None without a readable record."""
    try:
        return Server(**json.loads(record.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def find(record: Path) -> Server | None:
    """Return the server that *record* names when it answers, else None."""
    server = read(record)
    return server if server and server.answers() else None


def is_free(port: int) -> bool:
    """Return whether *port* can be bound on loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
        return True


def choose_port(record: Path) -> int:
    """
    Return the port to serve on: SANDBOX_PORT when set, else the last one when free, else 0 (any).

    Keeping the last one lets a shell that ran `make -s env` go on after a restart.

    Raises:
        ServerError: SANDBOX_PORT is no port, or is taken.
    """
    wanted = os.environ.get("SANDBOX_PORT")
    if wanted is None:
        last = read(record)
        return last.port if last and is_free(last.port) else 0
    if not wanted.isdecimal() or not 0 < int(wanted) < 1 << 16:
        raise ServerError(
            f"SANDBOX_PORT: must be a port from 1 to 65535, got {wanted!r}; unset it to take any free port"
        )
    if not is_free(int(wanted)):
        raise ServerError(
            f"SANDBOX_PORT: port {wanted} is busy; stop what listens there, or unset it to take any free port"
        )
    return int(wanted)


def start(record: Path, log: Path) -> Server:
    """
    Start the embedded AWS, empty, and return it once it answers.

    Raises:
        ServerError: It did not answer within 30 seconds, or ended at once; the message names *log*.
    """
    port = choose_port(record)
    record.unlink(missing_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.aws.process", str(record), str(port)],
            cwd=layout.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is not meant for the server
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if server := find(record):
            _OUTLIVING.append(process)
            return server
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    raise ServerError(f"the embedded AWS did not start within {START_SECONDS} s; see {os.path.relpath(log)}")


def ensure(record: Path, log: Path) -> Server:
    """Return the running server, started when there is none."""
    return find(record) or start(record, log)


def stop(record: Path) -> bool:
    """Stop the server that *record* names; return whether there was one."""
    server = find(record)
    if server:
        deadline = time.monotonic() + STOP_SECONDS
        with contextlib.suppress(ProcessLookupError):  # it may end between an answer and a signal
            os.kill(server.pid, signal.SIGTERM)
            while server.answers():
                if time.monotonic() > deadline:
                    os.kill(server.pid, signal.SIGKILL)
                time.sleep(0.05)
    return server is not None
