"""Repositories that exist, with images in them, become the children of SecureRepository."""

from __future__ import annotations

import json
import shutil

import pytest
from ecr_model.lifecycle import DEFAULT, render_lifecycle

from sandbox import layout
from tests.acceptance.repositories import aws, pulumi_home, repositories, stacks

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home", "repositories", "stacks"]  # the fixtures of these tests

KEEP_TEN = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10},
                "action": {"type": "expire"},
            }
        ]
    }
)
READERS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Readers",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "ecr:BatchGetImage",
        }
    ],
}
PULLERS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "PullByAccounts",
            "Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::210987654321:root"]},
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        }
    ],
}
ACCESS = {"pull": [{"account_id": "210987654321"}]}


@pytest.mark.parametrize("encryption_type", ["KMS", "AES256"])
def test_adopts_a_repository_made_by_hand(repositories, encryption_type):
    stack, name = repositories(f"by-hand-{encryption_type.lower()}"), f"by-hand/{encryption_type.lower()}"
    ecr = stack.client()
    ecr.create_repository(repositoryName=name, encryptionConfiguration={"encryptionType": encryption_type})
    ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=KEEP_TEN)
    ecr.set_repository_policy(repositoryName=name, policyText=json.dumps(READERS))
    made = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    images = stack.push(name, "one", "two")

    args = {"repository_name": name}
    adopt = {"import_id": name, "encryption_type": encryption_type}
    stack.declare(secure={"app": {**args, "adopt": adopt}})
    planned = stack.preview()
    done = stack.up()
    adopted = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]

    assert planned == {"app": ["import", "update"], "app-lifecycle": ["create"]}
    assert done == planned
    assert stack.is_settled()
    assert stack.digests(name) == images
    assert adopted == {
        **made,
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
    }
    assert stack.lifecycle(name) == json.loads(render_lifecycle(DEFAULT))
    assert stack.policy(name) == READERS

    stack.declare(secure={"app": {**args, "adopt": adopt, "access": ACCESS}})
    assert stack.up() == {"app-policy": ["create"]}
    assert stack.policy(name) == PULLERS

    # It can be taken out of the program, unless it says how the repository is encrypted
    stack.declare(secure={"app": {**args, "access": ACCESS}})
    if encryption_type == "KMS":
        assert stack.preview() == {}
    else:
        assert "currently marked for protection" in stack.refused("preview")


PLAIN = {
    "repository": {
        "name": "stack/app",
        "encryption_configurations": [{"encryption_type": "KMS"}],
        "image_tag_mutability": "MUTABLE",
    },
    "lifecycle": KEEP_TEN,
    "policy": json.dumps(READERS),
}


@pytest.mark.parametrize("kind", ["plain", "below"], ids=["at-the-top", "below-a-component"])
def test_adopts_a_repository_of_the_same_stack_with_its_policies(repositories, kind):
    stack, name = repositories(f"same-stack-{kind}"), f"same-stack/{kind}"
    stack.declare(**{kind: {"old": {**PLAIN, "repository": {**PLAIN["repository"], "name": name}}}})
    stack.up()
    images = stack.push(name, "one", "two")
    below = f"urn:pulumi:same-stack-{kind}::t::shop:index:Registry$aws:ecr"
    adopt = {
        "plain": {"logical_name": "old", "lifecycle_policy": "old-rules", "repository_policy": "old-readers"},
        "below": {
            "urn": f"{below}/repository:Repository::old",
            "lifecycle_policy": f"{below}/lifecyclePolicy:LifecyclePolicy::old-rules",
            "repository_policy": f"{below}/repositoryPolicy:RepositoryPolicy::old-readers",
        },
    }[kind]
    args = {"repository_name": name, "lifecycle": {"policy_json": KEEP_TEN}, "access": ACCESS}

    stack.declare(secure={"app": {**args, "adopt": adopt}})
    planned = stack.preview()
    done = stack.up()

    assert planned == {"app": ["update"], "app-policy": ["update"]}
    assert done == planned
    assert stack.is_settled()
    assert stack.digests(name) == images
    assert stack.lifecycle(name) == json.loads(KEEP_TEN)
    assert stack.policy(name) == PULLERS

    stack.declare(secure={"app": args})
    assert stack.preview() == {}


@pytest.mark.parametrize(
    ("adopt", "missing"),
    [
        pytest.param({"lifecycle_policy": "old-ruls", "repository_policy": "old-readers"}, "old-rules", id="misspelt"),
        pytest.param({"lifecycle_policy": "old-rules"}, "old-readers", id="left-out"),
    ],
)
def test_refuses_to_lose_a_policy_of_the_same_stack(repositories, adopt, missing):
    stack, name = repositories(f"lost-{missing}"), f"lost/{missing}"
    stack.declare(plain={"old": {**PLAIN, "repository": {**PLAIN["repository"], "name": name}}})
    stack.up()
    args = {"repository_name": name, "access": ACCESS, "adopt": {"logical_name": "old", **adopt}}

    stack.declare(secure={"app": args})

    lost = f"must be '{missing}', or the engine deletes that last and the new policy with it"
    assert lost in stack.refused("preview")
    assert lost in stack.refused("up", "--yes", "--skip-preview")
    assert (stack.lifecycle(name), stack.policy(name)) == (json.loads(KEEP_TEN), READERS)


def refusal(logical_name):
    return (
        "app.adopt.logical_name: must name a repository that is as these arguments say: this would be a new one, got"
        f" '{logical_name}'; compare its name, Region, encryption type and key with repository_name, region,"
        " adopt.encryption_type and kms_key_arn; remove adopt where nothing is to be adopted"
    )


@pytest.mark.parametrize(
    ("encryption_type", "logical_name"),
    [pytest.param("KMS", "odl", id="misspelt"), pytest.param("AES256", "old", id="encrypted-otherwise")],
)
def test_refuses_to_make_anew_what_is_to_be_adopted(repositories, encryption_type, logical_name):
    stack, name = repositories(f"refused-{logical_name}"), f"refused/{logical_name}"
    plain = {"name": name, "encryption_configurations": [{"encryption_type": encryption_type}], "force_delete": True}
    stack.declare(plain={"old": {"repository": plain}})
    stack.up()
    images = stack.push(name, "one")

    stack.declare(secure={"app": {"repository_name": name, "adopt": {"logical_name": logical_name}}})

    assert refusal(logical_name) in stack.refused("preview")
    assert refusal(logical_name) in stack.refused("up", "--yes", "--skip-preview")
    assert stack.digests(name) == images


def test_refuses_it_to_programs_of_other_languages(stacks, tmp_path):
    plugin = {"runtime": {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(layout.VENV)}}}
    (tmp_path / "PulumiPlugin.yaml").write_text(json.dumps(plugin), encoding="utf-8")
    shutil.copy(layout.ROOT / "components" / "__main__.py", tmp_path)
    properties = {"repositoryName": "other/languages", "adopt": {"logicalName": "old"}}
    program = {
        "name": "t",
        "runtime": "yaml",
        "packages": {"secure-ecr": str(tmp_path)},
        "resources": {"app": {"type": "secure-ecr:index:SecureRepository", "properties": properties}},
    }
    stack = stacks("other-languages")
    (stack.folder / "Pulumi.yaml").write_text(json.dumps(program), encoding="utf-8")

    assert refusal("old") in stack.pulumi("preview", fails=True)
