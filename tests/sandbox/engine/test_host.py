"""The language hosts' own tests, in Go, with the toolchain and the caches that built them."""

from __future__ import annotations

import subprocess

import pytest

from sandbox.engine import build, toolchain

pytestmark = pytest.mark.acceptance


@pytest.mark.parametrize("command", [["vet"], ["test", "-count=1"]], ids=["vet", "test"])
def test_the_hosts_are_in_order(command):
    done = subprocess.run(
        [toolchain.choose().key, *command, "./..."],
        cwd=build.MODULE,
        env=build.go_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
