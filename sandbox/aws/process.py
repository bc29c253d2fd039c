"""
Serve the embedded AWS on loopback until told to stop.

Started by `sandbox.aws.server`; never by hand. State is in memory: when the process ends, that AWS is gone. So each
process has an identity of its own, answered at `IDENTITY_PATH`, by which the sandbox notices an AWS that is empty.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from sandbox.aws import corrections
from sandbox.aws.server import HOST, IDENTITY_PATH, Server

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def application(identity: str) -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    """Return moto's application, with one path of ours before it that tells which process this is."""
    aws = DomainDispatcherApplication(service_application)

    def serve(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != IDENTITY_PATH:
            answer: Iterable[bytes] = aws(environ, start_response)
            return answer
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"identity": identity}).encode()]

    return serve


def service_application(service: Any) -> Any:
    """Return moto's application for one *service*, which the first request to it waits for."""
    if service == "ec2":
        from sandbox.aws import network_operations  # noqa: PLC0415  # see its docstring

        network_operations.apply()
    return create_backend_app(service)


class QuietRequestHandler(MotoRequestHandler):
    """Log failures only: a line for each request would be most of the log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log *code* when it is a server error."""
        if str(code).startswith("5"):
            super().log_request(code, size)


def main(record: Path, port: int) -> None:
    """Bind *port* (0 is any free one), write *record* for those who look for the server, and serve."""
    corrections.apply()
    identity = uuid.uuid4().hex
    server = make_server(HOST, port, application(identity), threaded=True, request_handler=QuietRequestHandler)
    # moto builds URLs of its own (queues, for instance) from this variable.
    os.environ["MOTO_PORT"] = str(server.port)
    Server(pid=os.getpid(), port=server.port, identity=identity).write(record)
    # shutdown() waits for the serving loop, which is this very thread: ask for it from another one.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
