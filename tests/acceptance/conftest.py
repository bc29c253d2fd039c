"""A checkout as a new user clones it, and `make` in it, with the real engine and an embedded AWS of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from sandbox import layout
from sandbox.aws import server

GIT = {"GIT_AUTHOR_NAME": "test", "GIT_AUTHOR_EMAIL": "test@example.com"}
GIT |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in GIT.items()}


@dataclass(frozen=True)
class Checkout:
    """A clone of the working tree, with what a person can do in it."""

    path: Path
    environment: Mapping[str, str]

    def run(self, *command: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run *command* and return what it said, errors among it."""
        return subprocess.run(
            command,
            cwd=cwd or self.path,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def make(self, target: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `make TARGET`."""
        return self.run("make", "--no-print-directory", target, **variables)

    def sandboxed(self, script: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run *script* in a shell after `eval "$(make -s env)"`."""
        return self.run("sh", "-c", f'eval "$(make -s -C {self.path} env)"\n{script}', cwd=cwd)

    def start(self, target: str) -> subprocess.Popen[str]:
        """Start `make TARGET` in a process group of its own, as a terminal does."""
        return subprocess.Popen(
            ["make", "--no-print-directory", target],
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def server(self) -> server.Server | None:
        """Return the embedded AWS of this checkout, None when it does not run."""
        return server.find(self.path / ".sandbox" / "aws" / "server.json")

    def client(self, service: str, region: str = layout.REGION) -> Any:
        """Return a boto3 client of the checkout's embedded AWS."""
        running = self.server()
        assert running
        return boto3.client(
            service,
            endpoint_url=running.endpoint,
            region_name=region,
            aws_access_key_id="a",
            aws_secret_access_key="b",
        )

    def repositories(self) -> list[str]:
        """Return the names of the repositories in the checkout's embedded AWS."""
        found = self.client("ecr").describe_repositories()["repositories"]
        return sorted(repository["repositoryName"] for repository in found)

    def state(self) -> Mapping[str, Any]:
        """Return the latest deployment in the state of the local stack."""
        stacks = self.path / ".sandbox" / "state" / ".pulumi" / "stacks" / "secure-ecr"
        latest: Mapping[str, Any] = json.loads((stacks / "local.json").read_text())["checkpoint"]["latest"]
        return latest

    def kill_server(self) -> None:
        """End the embedded AWS as a reboot does."""
        running = self.server()
        assert running
        os.kill(running.pid, signal.SIGKILL)
        while running.answers():
            pass


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Clone the working tree as it is now; only the engine's build is shared with it, through its cache."""
    path = tmp_path_factory.mktemp("clone") / "secure-ecr"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=layout.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (layout.ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(layout.ROOT / name, path / name)
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "clone"]):
        subprocess.run(["git", *command], cwd=path, env={**os.environ, **GIT}, check=True, capture_output=True)
    clone = Checkout(path, layout.outside() | {"SECURE_ECR_CACHE": str(layout.CACHE), "NO_COLOR": "1"})
    yield clone
    clone.make("clean")


@pytest.fixture(scope="session")
def first_up(checkout: Checkout) -> subprocess.CompletedProcess[str]:
    """Run the first `make up` of the checkout."""
    return checkout.make("up")


@pytest.fixture
def deployed(checkout: Checkout, first_up: subprocess.CompletedProcess[str]) -> Checkout:
    """Return the checkout with its local stack deployed, whatever a test before this one left."""
    assert first_up.returncode == 0, first_up.stdout
    again = checkout.make("up")
    assert again.returncode == 0, again.stdout
    return checkout
