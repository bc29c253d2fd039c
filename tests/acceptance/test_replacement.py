"""A change that nothing but a new repository can make: refused at preview, or planned when the caller allows it."""

from __future__ import annotations

import json

import pytest
from ecr_model.lifecycle import DEFAULT, render_lifecycle

from tests.acceptance.repositories import aws, pulumi_home, repositories, stacks

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home", "repositories", "stacks"]  # the fixtures of these tests

REPLACED = {
    "app": ["delete-replaced", "replace", "create-replacement"],
    "app-lifecycle": ["delete-replaced", "replace", "create-replacement"],
    "app-policy": ["delete-replaced", "replace", "create-replacement"],
}
WAYS_OUT = "take the change back, copy the images to a second repository, or set allow_replacement where they may go"
ACCESS = {"pull": [{"account_id": "210987654321"}]}


@pytest.fixture(scope="module")
def deployed(repositories):
    """Return a stack with one repository, an image in it, and a key that it is not encrypted with."""
    stack = repositories("replacement")
    args = {"repository_name": "replacement/app", "access": ACCESS}
    stack.declare(secure={"app": args})
    stack.up()
    images = stack.push("replacement/app", "one")
    key = stack.client("kms").create_key()["KeyMetadata"]["Arn"]
    return stack, args, images, key


def encryption_of(stack):
    found = stack.client().describe_repositories(repositoryNames=["replacement/app"])["repositories"]
    return found[0]["encryptionConfiguration"]


@pytest.mark.parametrize(
    ("changes", "changed", "stays"),
    [
        pytest.param({"kms_key_arn": None}, "encryptionConfigurations", "arn:aws:kms:", id="key"),
        pytest.param({"repository_name": "replacement/web"}, "name", "replacement/app'", id="name"),
        pytest.param({"region": "eu-west-1"}, "region", "eu-central-1'", id="region"),
    ],
)
def test_a_replacement_is_refused_at_preview_and_at_the_deployment(deployed, changes, changed, stays):
    stack, args, images, key = deployed
    stack.declare(secure={"app": {**args, **{name: value or key for name, value in changes.items()}}})
    refusal = (
        'unable to replace resource "urn:pulumi:replacement::t::secure-ecr:index:SecureRepository$'
        'aws:ecr/repository:Repository::app" as it is currently marked for protection.'
    )

    previewed = stack.refused("preview", "--diff")

    assert refusal in previewed
    assert changed in previewed, "the preview shows what would replace it"
    [argument] = changes
    assert f"error: app.{argument}: must stay '{stays}" in previewed
    assert WAYS_OUT in previewed
    assert refusal in stack.refused("up", "--yes", "--skip-preview")
    assert stack.digests("replacement/app") == images
    assert encryption_of(stack)["encryptionType"] == "KMS"


def test_a_replacement_that_is_allowed_is_planned_and_spares_a_repository_with_images(deployed):
    stack, args, images, key = deployed
    replacing = {**args, "kms_key_arn": key, "allow_replacement": True}
    before = encryption_of(stack)

    stack.declare(secure={"app": replacing})
    assert stack.preview() == REPLACED
    assert "RepositoryNotEmptyException" in stack.refused("up", "--yes", "--skip-preview")
    assert stack.digests("replacement/app") == images
    assert encryption_of(stack) == before

    # The engine has deleted what hangs on the repository first; the next deployment puts it back
    stack.declare(secure={"app": args})
    assert stack.up() == {name: ["replace", "create-replacement"] for name in ("app-lifecycle", "app-policy")}
    assert stack.is_settled()

    stack.declare(secure={"app": replacing})
    stack.client().batch_delete_image(repositoryName="replacement/app", imageIds=[{"imageTag": "one"}])
    assert stack.up() == REPLACED
    assert encryption_of(stack) == {"encryptionType": "KMS", "kmsKey": key}
    assert stack.is_settled()


def test_a_replacement_that_would_delete_images_is_refused_where_the_engine_does_not(repositories):
    stack = repositories("deletable")
    stack.declare(secure={"app": {"repository_name": "deletable/app", "force_delete": True}})
    stack.up()
    images = stack.push("deletable/app", "one")

    stack.declare(secure={"app": {"repository_name": "deletable/web"}})

    previewed = stack.refused("preview")
    assert "error: app.repository_name: must stay 'deletable/app'" in previewed
    assert "app: must stay the repository that it is, see the error beside it" in previewed
    assert "Traceback" not in previewed
    assert stack.digests("deletable/app") == images


def test_a_stack_that_is_destroyed_by_mistake_loses_nothing(repositories):
    stack = repositories("destroyed")
    args = {"repository_name": "destroyed/app", "access": ACCESS}
    stack.declare(secure={"app": args})
    stack.up()
    images = stack.push("destroyed/app", "one")

    refused = stack.refused("destroy", "--yes", "--skip-preview")

    assert "because it is protected" in refused
    assert stack.digests("destroyed/app") == images
    assert stack.policy("destroyed/app")["Statement"][0]["Sid"] == "PullByAccounts"
    assert stack.lifecycle("destroyed/app") == json.loads(render_lifecycle(DEFAULT))
    stack.up()
    assert stack.is_settled()

    stack.declare(secure={"app": {**args, "force_delete": True}})
    stack.up()
    stack.stack.pulumi("destroy", "--yes", "--skip-preview")
    names = [each["repositoryName"] for each in stack.client().describe_repositories()["repositories"]]
    assert "destroyed/app" not in names
