"""Each example as its README says: previewed under the policy pack, deployed, settled, and destroyed again."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from sandbox import layout
from tests.acceptance.repositories import aws, pulumi_home
from tests.sandbox.embedded_aws import client
from tests.sandbox.provider.conftest import Stack, folder_of_engine

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home"]  # the fixtures of these tests

EXAMPLES = layout.ROOT / "examples"
ELSEWHERE = {
    "rejected",  # what the pack refuses is run by test_make.py and test_report.py
    "typescript",  # by test_typescript.py, inline
    "many-accounts",  # by test_many_accounts.py, twenty stacks
}
STACK = "sandbox"
ACCOUNT, REGION = "123456789012", layout.REGION
REGISTRY, REPLICA = (f"{ACCOUNT}.dkr.ecr.{region}.amazonaws.com" for region in (REGION, "eu-west-1"))
LONGEST_README = 40  # lines of one screen


@dataclass(frozen=True)
class Change:
    """What a README has changed in a stack that is deployed: a key of its configuration, and all that comes of it."""

    key: str
    value: str
    steps: Mapping[str, set[str]]
    outputs: Mapping[str, Any]


@dataclass(frozen=True)
class Program:
    """
    One program of an example, and all that comes of it.

    Attributes:
        steps: What its first deployment does: class and logical name of resources of AWS, by operation.
        outputs: What the stack says then; `ANY` where AWS decides.
        remarks: What the pack says of it: control and logical name.
        needs: The program whose stack it refers to.
        prepare: Make what is there before it.
        change: What is changed after that.
    """

    steps: Mapping[str, set[str]]
    outputs: Mapping[str, Any]
    remarks: set[str] = field(default_factory=set)
    needs: str | None = None
    prepare: Callable[[str], object] = lambda _: None
    change: Change | None = None


def make_by_hand(endpoint: str) -> None:
    """Make the two repositories of the example as somebody did once."""
    ecr = client(endpoint, "ecr")
    for name, encryption_type in (("payments/api", "KMS"), ("payments/legacy", "AES256")):
        ecr.create_repository(repositoryName=name, encryptionConfiguration={"encryptionType": encryption_type})


PROGRAMS = {
    "one-repository": Program(
        steps={"create": {"Key registry", "Alias registry-alias", "Repository api", "LifecyclePolicy api-lifecycle"}},
        outputs={
            "arn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/payments/api",
            "url": f"{REGISTRY}/payments/api",
        },
    ),
    "many-services": Program(
        steps={
            "create": {
                "Key services",
                "Alias services-alias",
                "Repository payments/api",
                "Repository payments/worker",
                "Repository storefront/web",
                "LifecyclePolicy payments/api-lifecycle",
                "LifecyclePolicy payments/worker-lifecycle",
                "LifecyclePolicy storefront/web-lifecycle",
            }
        },
        outputs={
            "urls": {name: f"{REGISTRY}/{name}" for name in ("payments/api", "payments/worker", "storefront/web")}
        },
    ),
    "stack-reference": Program(
        needs="one-repository",
        steps={"create": {"Role api", "RolePolicy api-policy"}},
        outputs={"execution_role_arn": ANY, "image": f"{REGISTRY}/payments/api@sha256:{'a1' * 32}"},
    ),
    "platform-and-application/platform": Program(
        steps={
            "create": {
                "RegistryScanningConfiguration registry",
                "AccountSetting registry-basic-scan-type-version",
                "AccountSetting registry-registry-policy-scope",
                "Key registry-key",
                "Alias registry-key-alias",
                "OpenIdConnectProvider github",
            }
        },
        outputs={
            "key_arn": ANY,
            "github_provider_arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
        },
    ),
    "platform-and-application/application": Program(
        needs="platform-and-application/platform",
        steps={
            "create": {
                "Repository api",
                "Repository worker",
                "LifecyclePolicy api-lifecycle",
                "LifecyclePolicy worker-lifecycle",
                "Role ci",
                "RolePolicy ci-policy",
            }
        },
        outputs={
            "push_role_arn": ANY,
            "urls": {"api": f"{REGISTRY}/payments/api", "worker": f"{REGISTRY}/payments/worker"},
        },
    ),
    "pull-through-cache": Program(
        steps={
            "create": {
                "RegistryScanningConfiguration registry",
                "AccountSetting registry-basic-scan-type-version",
                "AccountSetting registry-registry-policy-scope",
                "Key cache-key",
                "Alias cache-key-alias",
                "Secret docker-hub",
                "Role registry-role",
                "RolePolicy registry-role-policy",
                "RepositoryCreationTemplate registry-template-docker-hub",
                "RepositoryCreationTemplate registry-template-quay",
                "PullThroughCacheRule registry-cache-docker-hub",
                "PullThroughCacheRule registry-cache-quay",
                "Role nodes",
                "RolePolicy nodes-policy",
                "InstanceProfile nodes-profile",
            }
        },
        outputs={"instance_profile_name": ANY, "nginx": f"{REGISTRY}/docker-hub/library/nginx"},
        remarks={"iam-ecr-permissions registry-role-policy"},
    ),
    "multi-region": Program(
        steps={
            "create": {
                "Key registry",
                "Alias registry-alias",
                "Repository payments/api",
                "Repository payments/worker",
                "LifecyclePolicy payments/api-lifecycle",
                "LifecyclePolicy payments/worker-lifecycle",
                "Role replication-role",
                "RolePolicy replication-role-policy",
                "Key replication-eu-west-1-key",
                "Alias replication-eu-west-1-key-alias",
                "RepositoryCreationTemplate replication-eu-west-1-payments",
                "ReplicationConfiguration replication",
            }
        },
        outputs={"registries": {REGION: REGISTRY, "eu-west-1": REPLICA}, "registry": REGISTRY},
        change=Change(
            key="active_region",
            value="eu-west-1",
            steps={},
            outputs={"registries": {REGION: REGISTRY, "eu-west-1": REPLICA}, "registry": REPLICA},
        ),
    ),
    "organization-pull": Program(
        steps={
            "create": {
                "Key base-images-key",
                "Alias base-images-key-alias",
                "Repository base-images",
                "LifecyclePolicy base-images-lifecycle",
                "RepositoryPolicy base-images-policy",
            }
        },
        outputs={"url": f"{REGISTRY}/platform/base-images"},
    ),
    "adoption": Program(
        prepare=make_by_hand,
        steps={
            "import": {"Repository payments/api", "Repository payments/legacy"},
            "update": {"Repository payments/api", "Repository payments/legacy"},
            "create": {"LifecyclePolicy payments/api-lifecycle", "LifecyclePolicy payments/legacy-lifecycle"},
        },
        outputs={"urls": {name: f"{REGISTRY}/{name}" for name in ("payments/api", "payments/legacy")}},
        remarks={"exemption-listed payments/api", "exemption-listed payments/legacy"},
    ),
    "rollback-by-digest": Program(
        steps={
            "create": {
                "Key registry",
                "Alias registry-alias",
                "Repository api",
                "LifecyclePolicy api-lifecycle",
                "Role execution",
                "RolePolicy execution-policy",
                "TaskDefinition api",
            }
        },
        outputs={"image": f"{REGISTRY}/payments/api@sha256:{'b2' * 32}", "task_definition": ANY},
        change=Change(
            key="live",
            value="v1.4.2",
            steps={
                operation: {"TaskDefinition api"} for operation in ("create-replacement", "replace", "delete-replaced")
            },
            outputs={"image": f"{REGISTRY}/payments/api@sha256:{'a1' * 32}", "task_definition": ANY},
        ),
    ),
    "fargate": Program(
        steps={
            "create": {
                "Vpc shop",
                "RouteTable private",
                "Subnet private-a",
                "Subnet private-b",
                "RouteTableAssociation private-a-routes",
                "RouteTableAssociation private-b-routes",
                "SecurityGroup tasks",
                "SecurityGroupEgressRule tasks-https",
                "SecurityGroup endpoints-security-group",
                "SecurityGroupIngressRule endpoints-from-group-0",
                "VpcEndpoint endpoints-ecr-api",
                "VpcEndpoint endpoints-ecr-dkr",
                "VpcEndpoint endpoints-s3",
                "VpcEndpoint endpoints-logs",
                "Role execution",
                "RolePolicy execution-policy",
                "RolePolicy execution-logs",
                "LogGroup api",
                "TaskDefinition api",
                "Cluster shop",
                "Service api",
            }
        },
        outputs={"service": ANY, "task_definition": ANY},
    ),
    "lambda-cross-account": Program(
        steps={
            "create": {
                "Key registry",
                "Alias registry-alias",
                "Repository thumbnails",
                "LifecyclePolicy thumbnails-lifecycle",
                "RepositoryPolicy thumbnails-policy",
                "Role thumbnails",
                "Function thumbnails",
            }
        },
        outputs={"function_arn": ANY, "url": f"{REGISTRY}/media/thumbnails"},
    ),
    "eks": Program(
        steps={
            "create": {
                "Role nodes",
                "RolePolicy nodes-policy",
                "InstanceProfile nodes-profile",
                "RolePolicyAttachment AmazonEKSWorkerNodePolicy",
                "RolePolicyAttachment AmazonEKS_CNI_Policy",
                "Role scanner",
                "RolePolicy scanner-policy",
            }
        },
        outputs={"node_role_arn": ANY, "instance_profile_name": ANY, "scanner_role_arn": ANY},
    ),
}
"""What comes of each program, by its folder."""

NEEDED = {program.needs for program in PROGRAMS.values()}


class Deployment(Stack):
    """A stack of one program of an example, under the policy pack."""

    def plan(self) -> tuple[dict[str, set[str]], set[str]]:
        """Return what a deployment would do, by operation, and what the pack says: each with its logical names."""
        pack = ["--policy-pack", str(layout.ROOT / "policies")]
        if (self.folder / "policies.json").exists():
            pack += ["--policy-pack-config", "policies.json"]
        steps: dict[str, set[str]] = {}
        remarks = set()
        for event in map(json.loads, self.pulumi("preview", "--json", *pack).splitlines()):
            if said := event.get("policyEvent"):
                remarks.add(f"{said['policyName']} {logical_name(said['resourceUrn'])}")
            step = event.get("resOutputsEvent", {}).get("metadata", {"op": "same"})
            if step["op"] != "same" and step["type"].startswith("aws:"):
                steps.setdefault(step["op"], set()).add(f"{step['type'].split(':')[-1]} {logical_name(step['urn'])}")
        return steps, remarks

    def outputs(self) -> Any:
        """Return what the stack says."""
        return json.loads(self.pulumi("stack", "output", "--json"))

    def destroy(self) -> None:
        """Remove everything, repositories that are protected as well."""
        self.pulumi("state", "unprotect", "--all", "--yes")
        self.pulumi("destroy", "--yes", "--skip-preview")


def logical_name(urn: str) -> str:
    return urn.split("::", 3)[3]


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """Return a copy of the examples, whose stack files may change."""
    return Path(shutil.copytree(EXAMPLES, tmp_path_factory.mktemp("copy") / "examples"))


@pytest.fixture
def deployment(examples, aws, pulumi_home, tmp_path):
    """Return what makes the stack of a program; all of them are destroyed in the end, the last one first."""
    environment = layout.environment(aws, home=pulumi_home, state=tmp_path)
    path = f"{folder_of_engine()}{os.pathsep}{environment['PATH']}"
    own = {"PATH": path, "PULUMI_STACK": STACK, "NO_COLOR": "1", "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
    made: list[Deployment] = []

    def make(folder: str) -> Deployment:
        made.append(Deployment(examples / folder, environment | own))
        made[-1].pulumi("stack", "init", STACK)
        return made[-1]

    yield make
    for stack in reversed(made):
        stack.destroy()


def test_every_program_is_tested():
    found = {str(path.parent.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("Pulumi.yaml")}

    assert found - ELSEWHERE == set(PROGRAMS)


def test_the_table_of_the_readme_has_every_example():
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| \[`([\w-]+)`\]\(\1\)", readme, re.MULTILINE)) == {
        path.name for path in EXAMPLES.iterdir() if path.is_dir()
    }


@pytest.mark.parametrize("folder", [*PROGRAMS, "typescript"])
def test_has_a_readme_of_one_screen_with_the_command_that_is_tested(folder):
    readme = EXAMPLES / folder.partition("/")[0] / "README.md"
    lines = readme.read_text(encoding="utf-8").splitlines()
    configuration = " --policy-pack-config policies.json" if (EXAMPLES / folder / "policies.json").exists() else ""

    assert len(lines) <= LONGEST_README
    assert f'    pulumi up --policy-pack "$(secure-ecr pack path)"{configuration}' in lines
    assert "## For a real account" in lines


@pytest.mark.parametrize("folder", [name for name in PROGRAMS if name not in NEEDED])
def test_is_deployed_under_the_pack_and_settled(folder, deployment, aws):
    """A program that another one needs is looked at before that one."""
    chain = [folder]
    while needed := PROGRAMS[chain[0]].needs:
        chain.insert(0, needed)

    for name in chain:
        program = PROGRAMS[name]
        program.prepare(aws)
        stack = deployment(name)
        assert stack.plan() == (program.steps, program.remarks)
        stack.up()
        assert stack.outputs() == program.outputs
        assert stack.plan()[0] == {}
        if change := program.change:
            stack.pulumi("config", "set", change.key, change.value)
            assert stack.plan()[0] == change.steps
            stack.up()
            assert stack.outputs() == change.outputs
