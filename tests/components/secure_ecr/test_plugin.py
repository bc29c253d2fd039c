"""The components as the engine asks for them on behalf of another language."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pulumi
import pytest
import yaml
from ecr_model import __version__
from pulumi.provider.server import ComponentInitError
from secure_ecr.plugin import COMPONENTS, SecureEcrProvider, args_type, render_schema

# The SDK warns of what it has deprecated itself as soon as the service EC2 is loaded

FOLDER = Path(__file__).resolve().parents[3] / "components"


@pytest.fixture(scope="module")
def provider():
    return SecureEcrProvider()


@pytest.fixture(scope="module")
def schema(provider):
    return json.loads(provider.schema)


def test_offers_every_component_under_its_own_token(schema):
    assert (schema["name"], schema["version"]) == ("secure-ecr", __version__)
    assert sorted(schema["resources"]) == [
        "secure-ecr:index:PublicRepository",
        "secure-ecr:index:PullRole",
        "secure-ecr:index:PushRole",
        "secure-ecr:index:RegistryEndpoints",
        "secure-ecr:index:RegistryMonitoring",
        "secure-ecr:index:RegistrySettings",
        "secure-ecr:index:ReplicationTopology",
        "secure-ecr:index:RepositoryKey",
        "secure-ecr:index:SecureRepository",
    ]
    assert all(resource["isComponent"] for resource in schema["resources"].values())


def test_describes_every_component_type_and_property(schema):
    undescribed = [
        f"{token} {kind} {name}"
        for section in ("resources", "types")
        for token, thing in schema[section].items()
        for kind in ("inputProperties", "properties")
        for name, described in thing.get(kind, {}).items()
        if not described.get("description")
    ]
    nameless = [
        token
        for section in ("resources", "types")
        for token, thing in schema[section].items()
        if not thing.get("description")
    ]

    assert undescribed == []
    assert nameless == []


def test_describes_in_the_spelling_of_the_other_languages(schema):
    component = schema["resources"]["secure-ecr:index:RegistryEndpoints"]
    arguments = schema["types"]["secure-ecr:index:CreationTemplateArgs"]["properties"]

    assert component["inputProperties"]["clientSecurityGroupIds"]["description"] == (
        "Security groups whose members may connect; absent, those in `clientCidrs` alone."
    )
    assert "\n\nChildren: `<name>-ecr-api`" in component["description"]
    assert arguments["description"]["description"].startswith("For people")


def test_the_committed_schema_is_that_of_the_components():
    assert (FOLDER / "schema.json").read_text(encoding="utf-8") == render_schema(), (
        "the components have changed: write it anew with `python -m secure_ecr.plugin > components/schema.json`"
    )


def test_asks_for_what_the_reader_asks_for(schema):
    required = {
        token.rpartition(":")[2]: sorted(resource.get("requiredInputs", []))
        for token, resource in schema["resources"].items()
    }

    assert required == {
        "PublicRepository": ["repositoryName"],
        "PullRole": ["repositoryArns", "trust"],
        "PushRole": ["repositoryArns", "trust"],
        "RegistryEndpoints": ["routeTableIds", "subnetIds", "vpcId"],
        "RegistryMonitoring": ["scanning"],
        "RegistrySettings": [],
        "ReplicationTopology": ["destinations", "sourceAccountId", "sourceRegion"],
        "RepositoryKey": [],
        "SecureRepository": ["repositoryName"],
    }


@pytest.mark.parametrize(
    ("component", "property_name", "plain"),
    [
        ("SecureRepository", "repositoryName", True),
        ("SecureRepository", "lifecycle", True),
        ("SecureRepository", "access", True),
        ("SecureRepository", "kmsKeyArn", None),
        ("ReplicationTopology", "sourceAccountId", True),
        ("RepositoryKey", "rotationDays", True),
    ],
)
def test_takes_names_and_documents_as_plain_values_and_arns_from_resources(schema, component, property_name, plain):
    properties = schema["resources"][f"secure-ecr:index:{component}"]["inputProperties"]

    assert properties[property_name].get("plain") is plain


def test_gives_flat_outputs(schema):
    outputs = {
        token.rpartition(":")[2]: {name: kind["type"] for name, kind in resource["properties"].items()}
        for token, resource in schema["resources"].items()
    }

    assert outputs == {
        "PublicRepository": {
            "registryId": "string",
            "repositoryArn": "string",
            "repositoryName": "string",
            "repositoryUri": "string",
        },
        "PullRole": {"instanceProfileName": "string", "roleArn": "string", "roleName": "string"},
        "PushRole": {
            "instanceProfileName": "string",
            "providerArn": "string",
            "roleArn": "string",
            "roleName": "string",
        },
        "RegistryEndpoints": {
            "apiEndpointId": "string",
            "dkrEndpointId": "string",
            "layerEndpointId": "string",
            "securityGroupId": "string",
            "serviceEndpointIds": "object",
        },
        "RegistryMonitoring": {"dashboardName": "string", "keyArn": "string", "topicArn": "string"},
        "RegistrySettings": {"policy": "string", "registryId": "string", "templateRoleArn": "string"},
        "ReplicationTopology": {
            "keyArns": "object",
            "mermaid": "string",
            "replicaRegistries": "object",
            "table": "string",
            "templateRoleArns": "object",
        },
        "RepositoryKey": {"aliasName": "string", "keyArn": "string", "keyId": "string"},
        "SecureRepository": {
            "digestPull": "string",
            "registryId": "string",
            "repositoryArn": "string",
            "repositoryName": "string",
            "repositoryUrl": "string",
        },
    }


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)
def test_registers_the_outputs_that_the_schema_promises(component, schema, deploy, monkeypatch):
    """The SDK compares neither names nor presence: a forgotten output would be absent without a word."""
    registered = {}
    monkeypatch.setattr(component, "register_outputs", lambda _, outputs: registered.update(outputs))
    args = {
        "SecureRepository": {"repository_name": "team/app"},
        "RepositoryKey": {"account_id": "123456789012"},
        "PublicRepository": {"repository_name": "team/app"},
        "PullRole": {
            "repository_arns": ["arn:aws:ecr:eu-west-1:123456789012:repository/team/app"],
            "trust": {"ecs": {"account_id": "123456789012"}},
        },
        "PushRole": {
            "repository_arns": ["arn:aws:ecr:eu-west-1:123456789012:repository/team/app"],
            "trust": {"github": {"repositories": ["shop/app"], "branch": "main"}},
        },
        "RegistryEndpoints": {
            "vpc_id": "vpc-0123456789abcdef0",
            "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            "route_table_ids": ["rtb-0123456789abcdef0"],
            "client_cidrs": ["10.0.0.0/16"],
            "allowed_account_ids": ["123456789012"],
            "region": "eu-west-1",
        },
        "RegistryMonitoring": {
            "scanning": "basic",
            "topic_arn": "arn:aws:sns:eu-west-1:123456789012:alerts",
            "region": "eu-west-1",
        },
        "RegistrySettings": {},
        "ReplicationTopology": {
            "source_account_id": "123456789012",
            "source_region": "eu-west-1",
            "destinations": [{"region": "eu-west-2", "kms_key_arn": pulumi.Output.from_input("arn")}],
        },
    }[component.__name__]

    deploy(lambda: component("x", args) and None)

    assert sorted(registered) == sorted(schema["resources"][f"secure-ecr:index:{component.__name__}"]["properties"])


def construct(provider, inputs, component="SecureRepository"):
    return provider.construct("app", f"secure-ecr:index:{component}", inputs)


def test_passes_arguments_on_as_they_were_written(provider, deploy):
    inputs = {
        "repositoryName": "team/app",
        "lifecycle": {"untagged": {"days": 3.0}, "keep": [{"tagPatterns": ["v*"], "count": 5.0}]},
        "tags": {"cost_center": "7"},
        "kmsKeyArn": pulumi.Output.secret("arn:aws:kms:eu-west-1:123456789012:key/1"),
    }

    deployed = deploy(lambda: construct(provider, inputs).state["digestPull"])

    assert deployed.components["app"] == {
        "repositoryName": "team/app",
        "lifecycle": {"untagged": {"days": 3}, "keep": [{"tagPatterns": ["v*"], "count": 5}]},
        "tags": {"cost_center": "7"},
        "kmsKeyArn": {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",  # a secret, and still one
            "value": "arn:aws:kms:eu-west-1:123456789012:key/1",
        },
    }
    assert deployed.outputs.endswith("/team/app@sha256:<digest>")


def test_names_every_wrong_property_as_the_caller_wrote_it(provider, deploy):
    inputs = {
        "repositoryName": "Team/App",
        "forceDelet": True,
        "lifecycle": {"keep": [{"tagPatterns": ["v*"]}]},
        "kmsKeyArn": 7.0,
    }

    def program():
        with pytest.raises(pulumi.InputPropertiesError) as refused:
            construct(provider, inputs)
        return refused.value.errors

    assert deploy(program).outputs == [
        {"property_path": "forceDelet", "reason": "must be a known key, got 'forceDelet'; write 'forceDelete'"},
        {
            "property_path": "repositoryName",
            "reason": "must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/',"
            " got 'Team/App'; write 'team/app'",
        },
        {"property_path": "kmsKeyArn", "reason": "must be a text, got 7; put it in quotes"},
        {"property_path": "lifecycle.keep[0]", "reason": "must have one of 'count' or 'days', got none"},
    ]


def test_leaves_mistakes_of_its_own_to_the_sdk(provider, deploy, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setitem(provider._components, "SecureRepository", broken)

    def program():
        with pytest.raises(ComponentInitError):
            provider.construct("app", "secure-ecr:index:SecureRepository", {})

    monkeypatch.setattr(provider, "map_inputs", lambda inputs, _: inputs)
    deploy(program)


def test_starts_from_its_folder(monkeypatch):
    started = []
    monkeypatch.setattr("pulumi.provider.main", lambda provider, args: started.append((type(provider), args)))
    monkeypatch.setattr(sys, "argv", ["components", "127.0.0.1:1"])

    runpy.run_path(str(FOLDER / "__main__.py"), run_name="__main__")

    assert started == [(SecureEcrProvider, ["127.0.0.1:1"])]


def test_its_manifest_names_no_environment_of_a_checkout():
    manifest = yaml.safe_load((FOLDER / "PulumiPlugin.yaml").read_text(encoding="utf-8"))

    assert manifest == {"runtime": {"name": "python", "options": {"toolchain": "pip"}}}


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)
def test_finds_the_arguments_of_every_component(component):
    assert args_type(component).__name__ == f"{component.__name__}Args"
