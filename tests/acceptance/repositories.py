"""Stacks of repositories on the real engine and an embedded AWS, with images in them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.embedded_aws import client
from tests.sandbox.provider.conftest import Stack, aws, pulumi_home, stacks

__all__ = ["Repositories", "aws", "pulumi_home", "repositories", "stacks"]

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
PROGRAM = Path(__file__).parent / "programs" / "repositories.py"


def operations(steps: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the operations of the *steps* that change a resource of AWS, by logical name."""
    found: dict[str, list[str]] = {}
    for step in steps:
        if step["type"].startswith("aws:") and step["op"] not in {"same", "refresh"}:
            found.setdefault(step["urn"].rpartition("::")[2], []).append(step["op"])
    return found


class Repositories:
    """A stack whose program registers what a declaration says, and the Amazon ECR behind it."""

    def __init__(self, stack: Stack, endpoint: str) -> None:
        self.stack = stack
        self.endpoint = endpoint
        shutil.copy(PROGRAM, stack.folder / "__main__.py")

    def declare(self, **kinds: Mapping[str, Mapping[str, Any]]) -> None:
        """Make the program register *kinds*: `plain`, `below` and `secure`, each by logical name."""
        (self.stack.folder / "declaration.json").write_text(json.dumps(kinds), encoding="utf-8")

    def preview(self) -> dict[str, list[str]]:
        """Return what a deployment would do to each resource of AWS, by logical name, in its order."""
        return operations(step for steps in self.stack.preview().values() for step in steps)

    def up(self) -> dict[str, list[str]]:
        """Deploy the program, and return what was done to each resource of AWS, by logical name, in its order."""
        events = map(json.loads, self.stack.pulumi("up", "--yes", "--skip-preview", "--json").splitlines())
        return operations(event["resOutputsEvent"]["metadata"] for event in events if "resOutputsEvent" in event)

    def is_settled(self) -> bool:
        """Tell whether AWS is as the state says, and a deployment would change nothing at all."""
        return not self.stack.preview("--refresh")

    def refused(self, *command: str) -> str:
        """Run the engine, which must fail, and return what it said in one line."""
        return " ".join(self.stack.pulumi(*command, fails=True).split())

    def client(self, service: str = "ecr") -> Any:
        """Return a client of the embedded AWS."""
        return client(self.endpoint, service)

    def push(self, repository: str, *tags: str) -> list[str]:
        """Push an image for each of *tags*, and return the digests of all images in the repository."""
        for tag in tags:
            config = {"digest": f"sha256:{tag.encode().hex():0>64}"}
            manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": []}
            self.client().put_image(repositoryName=repository, imageTag=tag, imageManifest=json.dumps(manifest))
        return self.digests(repository)

    def digests(self, repository: str) -> list[str]:
        """Return the digests of the images in a repository."""
        images = self.client().list_images(repositoryName=repository)["imageIds"]
        return sorted(image["imageDigest"] for image in images)

    def lifecycle(self, repository: str) -> Any:
        """Return the lifecycle policy of a repository."""
        return json.loads(self.client().get_lifecycle_policy(repositoryName=repository)["lifecyclePolicyText"])

    def policy(self, repository: str) -> Any:
        """Return the policy of a repository."""
        return json.loads(self.client().get_repository_policy(repositoryName=repository)["policyText"])


@pytest.fixture(scope="module")
def repositories(stacks: Any, aws: str) -> Any:
    """Return what makes a new stack of repositories."""
    return lambda name: Repositories(stacks(name), aws)
