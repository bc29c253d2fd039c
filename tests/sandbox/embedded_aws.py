"""An embedded AWS for tests: a process of its own, so that its corrections reach no other test."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from sandbox import layout
from sandbox.aws import server

REGION = "eu-central-1"


@contextmanager
def embedded_aws(folder: Path) -> Iterator[str]:
    """Start one that writes into *folder*, and give its endpoint."""
    record = folder / "server.json"
    with (folder / "aws.log").open("wb") as log:
        command = [sys.executable, "-m", "sandbox.aws.process", str(record), "0"]
        process = subprocess.Popen(command, cwd=layout.ROOT, stdout=log, stderr=log)
        try:
            while (running := server.find(record)) is None:
                assert process.poll() is None, (folder / "aws.log").read_text(encoding="utf-8")
                time.sleep(0.1)
            yield running.endpoint
        finally:
            process.terminate()
            process.wait()


def client(endpoint: str, service: str, region: str = REGION, **keys: str) -> Any:
    """Return a boto3 client of the embedded AWS at *endpoint*."""
    given = {"aws_access_key_id": "a", "aws_secret_access_key": "b"} | keys
    return boto3.client(service, endpoint_url=endpoint, region_name=region, **given)
