from __future__ import annotations

import os
import signal
import subprocess
import sys

import grpc
import psutil
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2_grpc

from sandbox.provider.launcher import write_launcher

# Starts the plugin as the engine does and then does nothing, so that it can be killed in its stead.
ENGINE = "import subprocess, sys; print(subprocess.Popen(sys.argv[1:]).pid, flush=True); sys.stdin.read()"


@pytest.fixture
def launcher(tmp_path):
    return write_launcher(tmp_path)


def test_prints_its_port_and_nothing_else_and_answers_there(launcher):
    with subprocess.Popen([launcher, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True, cwd="/") as plugin:
        port = plugin.stdout.readline()
        with grpc.insecure_channel(f"127.0.0.1:{int(port)}") as channel:
            info = provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(Empty(), timeout=10)
        plugin.terminate()
        rest = plugin.stdout.read()

    assert info.version.startswith("7.")
    assert rest == ""


def test_listens_on_loopback_only(launcher):
    with subprocess.Popen([launcher, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True) as plugin:
        plugin.stdout.readline()
        listening = [each for each in psutil.Process(plugin.pid).net_connections() if each.status == "LISTEN"]
        plugin.terminate()

    assert {each.laddr.ip.removeprefix("::ffff:") for each in listening} == {"127.0.0.1"}


def test_ends_when_the_engine_is_killed(launcher):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", ENGINE, launcher, "127.0.0.1:1"], text=True, **pipes) as engine:
        plugin = psutil.Process(int(engine.stdout.readline()))
        assert int(engine.stdout.readline()) > 0  # the plugin's own first line: it is serving
        os.kill(engine.pid, signal.SIGKILL)

    gone, _ = psutil.wait_procs([plugin], timeout=10)
    assert gone == [plugin]


def test_starts_without_the_sdk_and_without_boto3():
    program = (
        "from sandbox.provider.startup import skip_the_sdk; skip_the_sdk(); import sandbox.provider.plugin, sys; "
        "print([name for name in ('boto3', 'botocore', 'pulumi.automation', 'pulumi.resource') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_the_launcher_survives_a_strange_path(tmp_path):
    python = tmp_path / "a folder's" / "python $x"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    launcher = write_launcher(tmp_path, python)
    done = subprocess.run([launcher, "127.0.0.1:1"], capture_output=True, text=True, check=True)

    assert done.stdout == "-m sandbox.provider 127.0.0.1:1\n"
