"""Serve the provider protocol on a free loopback port for as long as the engine lives."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from sandbox.provider.servicer import AwsServicer

THREADS: Final = 16  # the engine's default is four calls at once for each processor
_LARGEST_MESSAGE: Final = 400 * 1024 * 1024  # the engine's own limit, sdk/go/common/util/rpcutil
_WATCH_SECONDS: Final = 0.5


def serve() -> None:
    """Serve until the engine is gone; the first line of standard output is the port."""
    options = [
        ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
        ("grpc.max_send_message_length", _LARGEST_MESSAGE),
    ]
    server = grpc.server(ThreadPoolExecutor(THREADS), options=options)
    servicer = AwsServicer(importlib.metadata.version("pulumi-aws"))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


def _end_with(parent: int) -> None:
    """End this process when *parent* is gone: an engine that is killed cannot tell its plugins."""
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(0)
