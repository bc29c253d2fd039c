"""The settings of a registry on the real engine: deployed and settled, and refused when they are declared twice."""

from __future__ import annotations

import json
import shutil

import pytest

from sandbox import layout
from tests.acceptance.repositories import aws, operations, pulumi_home, stacks
from tests.sandbox.embedded_aws import client

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home", "stacks"]  # the fixtures of these tests

ACCOUNT, OTHER = "123456789012", "210987654321"
REGION = layout.REGION
PROGRAM = """
import json, pathlib
import pulumi, pulumi_aws, secure_ecr

with secure_ecr.reported():
    for name, args in json.loads(pathlib.Path("declaration.json").read_text()).items():
        region = args.pop("region of a provider", None)
        providers = [pulumi_aws.Provider(f"{name}-provider", region=region)] if region else None
        secure_ecr.RegistrySettings(name, args, pulumi.ResourceOptions(providers=providers))
"""
HERE = {"account_id": ACCOUNT, "region": REGION}
DECLARED = {
    **HERE,
    "scanning": {
        "scan_type": "ENHANCED",
        "rules": [
            {"scan_frequency": "SCAN_ON_PUSH", "repository_filters": ["*"]},
            {"scan_frequency": "CONTINUOUS_SCAN", "repository_filters": ["team/*", "base"]},
        ],
    },
    "replication_sources": [{"account_id": OTHER, "repository_prefixes": ["team/"]}],
    "registry_statements": [
        {"Sid": "Keep", "Effect": "Deny", "Principal": "*", "Action": "ecr:DeleteRepository", "Resource": "*"}
    ],
    "creation_templates": [{"prefix": "team", "applied_for": ["REPLICATION"], "resource_tags": {"team": "x"}}],
    "pull_through": [
        {"ecr_repository_prefix": "hub", "upstream_registry_url": "quay.io", "importers": [{"account_id": OTHER}]}
    ],
    "account_settings": {"BLOB_MOUNTING": "ENABLED"},
    "pull_time_exclusions": [f"arn:aws:iam::{ACCOUNT}:role/scanner"],
}
CHILDREN = {
    "registry",
    "registry-basic-scan-type-version",
    "registry-blob-mounting",
    "registry-registry-policy-scope",
    "registry-role",
    "registry-role-policy",
    "registry-template-team",
    "registry-template-hub",
    "registry-cache-hub",
    "registry-policy",
    f"registry-exclusion-{ACCOUNT}--role--scanner",
}
TWICE = (
    f"must be the only scanning configuration of account {ACCOUNT} in {REGION}, got RegistrySettings 'registry' and"
    " RegistrySettings 'again'; keep one of the two: AWS would keep whichever comes last"
)


@pytest.fixture(scope="module")
def stack(stacks):
    made = stacks("registry", region=REGION)
    (made.folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def declare(stack):
    return lambda **registries: (stack.folder / "declaration.json").write_text(json.dumps(registries), encoding="utf-8")


def plan(stack):
    return operations(step for steps in stack.preview("--refresh").values() for step in steps)


def test_is_deployed_once_and_settled(stack, declare, aws):
    declare(registry=DECLARED)

    assert plan(stack) == {name: ["create"] for name in CHILDREN}
    stack.up()
    assert plan(stack) == {}
    registry = client(aws, "ecr")
    policy = json.loads(registry.get_registry_policy()["policyText"])
    assert [statement["Sid"] for statement in policy["Statement"]] == [
        f"ReplicationFrom{OTHER}",
        "ImportIntoHubByAccounts",
        "Keep",
    ]
    [rule] = registry.describe_pull_through_cache_rules()["pullThroughCacheRules"]
    assert (rule["ecrRepositoryPrefix"], rule["upstreamRegistryUrl"]) == ("hub", "quay.io")
    templates = registry.describe_repository_creation_templates()["repositoryCreationTemplates"]
    assert {each["prefix"]: each["imageTagMutability"] for each in templates} == {"hub": "MUTABLE", "team": "IMMUTABLE"}


def test_another_upstream_takes_the_place_of_the_first(stack, declare):
    [rule] = DECLARED["pull_through"]
    declare(registry={**DECLARED, "pull_through": [{**rule, "upstream_registry_url": "public.ecr.aws"}]})

    assert plan(stack)["registry-cache-hub"] == ["delete-replaced", "replace", "create-replacement"]
    stack.up()
    assert plan(stack) == {}


def test_a_second_declaration_is_refused_at_preview(stack, declare):
    declare(registry=DECLARED, again=HERE)

    said = stack.pulumi("preview", fails=True)

    assert TWICE in " ".join(said.split())
    assert "Traceback" not in said
    assert "again-" not in said


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({}, {"region of a provider": REGION}, id="the-default-provider-and-another"),
        pytest.param({"region of a provider": REGION}, {"region of a provider": REGION}, id="two-providers"),
        pytest.param({"region of a provider": REGION}, HERE, id="said-once"),
    ],
)
def test_a_second_declaration_through_another_provider_is_refused_at_preview(stack, declare, first, second):
    declare(registry=first, again=second)

    said = " ".join(stack.pulumi("preview", fails=True).split())

    assert TWICE in said
    assert "Traceback" not in said


def test_two_registries_of_one_account_are_settled_each(stack, declare):
    declare(registry=HERE, again={"region of a provider": "eu-west-3"})

    assert {name.partition("-")[0] for name, steps in plan(stack).items() if "create" in steps} == {"again"}


def test_a_second_declaration_in_another_language_is_refused_at_preview(stacks):
    """The plugin is one process for both components, each of which it is asked for by itself."""
    yaml = stacks("yaml", region=REGION)
    plugin = yaml.folder / "plugin"
    plugin.mkdir()
    shutil.copy(layout.ROOT / "components" / "__main__.py", plugin)
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(layout.VENV)}}
    (plugin / "PulumiPlugin.yaml").write_text(json.dumps({"runtime": runtime}), encoding="utf-8")
    properties = {"accountId": ACCOUNT, "region": REGION}
    program = {
        "name": "t",
        "runtime": "yaml",
        "plugins": {"providers": [{"name": "secure-ecr", "path": str(plugin)}]},
        "resources": {
            "registry": {"type": "secure-ecr:index:RegistrySettings", "properties": properties},
            "again": {
                "type": "secure-ecr:index:RegistrySettings",
                "properties": properties,
                "options": {"dependsOn": ["${registry}"]},
            },
        },
    }
    (yaml.folder / "Pulumi.yaml").write_text(json.dumps(program), encoding="utf-8")
    (yaml.folder / "__main__.py").unlink()

    said = " ".join(yaml.pulumi("preview", fails=True).split())

    assert TWICE in said
    assert "again-" not in said
    del program["resources"]["again"]
    (yaml.folder / "Pulumi.yaml").write_text(json.dumps(program), encoding="utf-8")
    assert "registry-registry-policy-scope" in yaml.preview()
    yaml.up()
    assert yaml.preview() == {}
