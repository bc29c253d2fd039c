from __future__ import annotations

import os
import signal
import socket
import time

import boto3
import psutil
import pytest

from sandbox.aws import server


@pytest.fixture
def record(tmp_path):
    yield tmp_path / "aws" / "server.json"
    server.stop(tmp_path / "aws" / "server.json")


@pytest.fixture
def log(tmp_path):
    return tmp_path / "aws.log"


def ecr(running):
    return boto3.client(
        "ecr",
        endpoint_url=running.endpoint,
        region_name="eu-central-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )


def test_serves_aws_until_stopped_and_is_empty_after_that(record, log):
    first = server.ensure(record, log)
    ecr(first).create_repository(repositoryName="team/app")
    again = server.ensure(record, log)

    assert again == first
    assert server.stop(record)
    assert not first.answers()

    second = server.ensure(record, log)

    assert second.identity != first.identity
    assert second.port == first.port  # a shell that has its endpoint goes on
    assert ecr(second).describe_repositories()["repositories"] == []


def test_listens_on_loopback_only(record, log):
    running = server.ensure(record, log)
    connections = psutil.Process(running.pid).net_connections("inet")

    assert [c.laddr for c in connections if c.status == psutil.CONN_LISTEN] == [("127.0.0.1", running.port)]


def test_notices_that_the_process_is_gone(record, log):
    first = server.ensure(record, log)
    os.kill(first.pid, signal.SIGKILL)
    while first.answers():
        time.sleep(0.05)

    assert server.find(record) is None
    assert server.ensure(record, log).identity != first.identity


def test_a_stranger_on_the_recorded_port_is_not_taken_for_the_server(record):
    with socket.create_server((server.HOST, 0)) as stranger:
        stranger.settimeout(0.1)
        server.Server(pid=1, port=stranger.getsockname()[1], identity="ours").write(record)

        assert not server.is_free(stranger.getsockname()[1])
        assert server.choose_port(record) == 0


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        pytest.param("http", "must be a port from 1 to 65535, got 'http'; unset it to take any free port", id="word"),
        pytest.param("0", "must be a port from 1 to 65535, got '0'; unset it to take any free port", id="zero"),
        pytest.param("65536", "must be a port from 1 to 65535, got '65536'; unset it to take any free port", id="high"),
    ],
)
def test_a_wrong_port_is_one_line(record, monkeypatch, wanted, message):
    monkeypatch.setenv("SANDBOX_PORT", wanted)

    with pytest.raises(server.ServerError) as refused:
        server.choose_port(record)

    assert str(refused.value) == f"SANDBOX_PORT: {message}"


def test_a_busy_port_is_one_line(record, log, monkeypatch):
    with socket.create_server((server.HOST, 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("SANDBOX_PORT", str(port))

        with pytest.raises(server.ServerError) as refused:
            server.start(record, log)

    assert str(refused.value) == (
        f"SANDBOX_PORT: port {port} is busy; stop what listens there, or unset it to take any free port"
    )


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"pid": 1}', "null"], ids=["empty", "object", "list", "part", "null"]
)
def test_a_damaged_record_is_no_server(record, text):
    record.parent.mkdir()
    record.write_text(text, encoding="utf-8")

    assert server.find(record) is None
