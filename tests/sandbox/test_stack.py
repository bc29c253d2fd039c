"""How an accident is noticed in the engine's state; the acceptance tests let some happen."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from sandbox import layout
from sandbox.aws.server import Server
from sandbox.choices import SetUpError
from sandbox.stack import Stack, is_alive, pending_create_arguments

URN = "urn:pulumi:local::secure-ecr::{}::it"


@pytest.fixture
def stack(tmp_path, monkeypatch):
    """Return a stack in a folder of its own, which has no state yet."""
    monkeypatch.setattr(layout, "ROOT", tmp_path)
    monkeypatch.setattr(layout, "STATE", tmp_path / "state")
    found = Stack("local", Server(1, 1, "identity"), {})
    found.checkpoint.parent.mkdir(parents=True)
    return found


@pytest.fixture
def gone():
    """Return the id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def lock(name, text):
    folder = layout.STATE / ".pulumi" / "locks" / "organization" / "secure-ecr" / "local"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def test_there_is_no_deployment_before_the_first(stack):
    assert stack.deployment() == {}
    assert stack.resources() == ()


@pytest.mark.parametrize("text", ["{}", '{"checkpoint": null}', '{"checkpoint": {"latest": null}}'])
def test_a_stack_that_was_only_made_has_no_resources(stack, text):
    stack.checkpoint.write_text(text, encoding="utf-8")

    assert stack.resources() == ()


@pytest.mark.parametrize("text", ["", '{"checkpoint": {"la'], ids=["empty", "cut-off"])
def test_a_damaged_state_is_one_line_with_the_way_out(stack, text):
    stack.checkpoint.write_text(text, encoding="utf-8")

    with pytest.raises(SetUpError) as refused:
        stack.resources()

    path = "state/.pulumi/stacks/secure-ecr/local.json"
    assert str(refused.value) == f"{path}: the state is damaged; put {path}.bak in its place, or run make clean"


def test_a_lock_is_stale_when_nobody_holds_it(stack, gone):
    assert not stack.has_stale_lock()

    lock("gone", json.dumps({"pid": gone}))
    assert stack.has_stale_lock()

    lock("here", json.dumps({"pid": os.getpid()}))
    assert not stack.has_stale_lock()


@pytest.mark.parametrize("text", ["", '{"pid": 1', "[]", "{}", '{"pid": null}'])
def test_a_damaged_lock_is_stale(stack, text):
    lock("damaged", text)

    assert stack.has_stale_lock()


def test_a_process_that_nobody_waited_for_is_not_alive():
    process = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    process.stdout.read()  # it has ended, or is about to
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert not is_alive(process.pid)
    process.communicate()


def test_a_create_that_was_cut_off_is_read_back_where_its_id_is_known():
    repository, key = URN.format("aws:ecr/repository:Repository"), URN.format("aws:kms/key:Key")
    operations = [
        {
            "type": "creating",
            "resource": {"urn": repository, "type": "aws:ecr/repository:Repository", "inputs": {"name": "a/b"}},
        },
        {"type": "creating", "resource": {"urn": key, "type": "aws:kms/key:Key"}},
        {"type": "updating", "resource": {"urn": repository, "type": "aws:ecr/repository:Repository"}},
    ]

    assert pending_create_arguments(operations) == (
        f"--import-pending-creates={repository}",
        "--import-pending-creates=a/b",
        "--clear-pending-creates",
    )
