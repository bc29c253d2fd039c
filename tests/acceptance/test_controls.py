"""
Every control of the pack as the engine runs it: a process of its own, on programs and on exported states.

`controls/` holds what is judged, each as a list of resources in the form that `Stack.declare` takes, with `$json` where
AWS takes a document as text: a program and a state that pass every control, and a program and a state that fail it.
The states hold the types that the stand-in of the AWS provider has not, since an analysis needs no provider. The files
of the configuration are the sources from which the project generates its own.
"""

from __future__ import annotations

import json
import subprocess
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from secure_ecr_policies.catalogue import NAMES
from secure_ecr_policies.pack.configuration import build_configurations, read_file

from sandbox import layout
from tests.sandbox.provider.conftest import aws, pulumi_home, stacks

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home", "stacks"]  # the fixtures of these tests

FOLDER = Path(__file__).parent / "controls"
FIRST_WORDS = 64
"""Characters of a message that are compared: the tests of each control compare it whole."""

STACK = "the stack"
"""What a control judges that joins resources."""


def read(name: str) -> Any:
    """Return the resources in a file of the folder, its documents as texts."""
    return json.loads(
        (FOLDER / f"{name}.json").read_text(encoding="utf-8"),
        object_hook=lambda value: json.dumps(value["$json"]) if "$json" in value else value,
    )


def name_of(urn: str) -> str:
    return urn.rpartition("::")[2]


class Run:
    """What one run of the engine said of the pack's verdicts."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.output = done.stdout + done.stderr
        self.events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def found(self, longest: int = FIRST_WORDS) -> dict[str, dict[str, list[str]]]:
        """Return how the findings begin, by control and resource."""
        found: dict[str, dict[str, list[str]]] = {}
        for event in self.events:
            if said := event.get("policyEvent"):
                # the first line is the control's description
                text = said["message"].strip().partition("\n")[2]
                about = found.setdefault(said["policyName"], {}).setdefault(name_of(said["resourceUrn"]), [])
                about.append(textwrap.shorten(text, longest, placeholder=" …"))
        return found

    def passed(self) -> dict[str, set[str]]:
        """Return what each control has judged and found nothing wrong with."""
        passed: dict[str, set[str]] = {}
        for event in self.events:
            for kind in ("policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent"):
                for control in event.get(kind, {}).get("passed", ()):
                    passed.setdefault(control, set()).add(name_of(event[kind].get("resourceUrn", STACK)))
        return passed


FAILING_PROGRAM = {
    "ecr-repository-name": {"open": ["name: must have the form '{team}/{service}', got 'open'"]},
    "ecr-repository-tag-immutability": {"open": ["imageTagMutability: must be 'IMMUTABLE', got 'MUTABLE'"]},
    "ecr-repository-scanning": {
        "legacy": ["name: must be selected by a scanning rule: under 'ENHANCED' …"],
        "open": ["name: must be selected by a scanning rule: under 'ENHANCED' …"],
    },
    "ecr-repository-scan-on-push": {"open": ["imageScanningConfiguration.scanOnPush: must be true, got …"]},
    "ecr-repository-encryption": {
        "legacy": ["encryptionConfigurations[0].encryptionType: must be 'KMS', got …"],
        "open": ["encryptionConfigurations[0].encryptionType: must be 'KMS', got …"],
    },
    "ecr-repository-customer-key": {
        "legacy": ["encryptionConfigurations[0].kmsKey: must name a key of your …"],
        "open": ["encryptionConfigurations[0].kmsKey: must name a key of your …"],
    },
    "ecr-repository-lifecycle": {"open": ["must have a lifecycle policy: without one every image stays …"]},
    "ecr-repository-deletion": {
        "open": [
            "options.protect: must be true, got false; set the resource …",
            "forceDelete: must not be true, got true; remove it: ECR then …",
        ]
    },
    "ecr-repository-tags": {"open": ["tags.team: must be given; add the AWS tag with its value"]},
    "ecr-lifecycle-grammar": {"refused": ["policy.rules[0].selection: must have tagPatternList or …"]},
    "ecr-lifecycle-safety": {
        "hasty": [
            "policy.rules[0]: should keep some images: rule 1 expires every …",
            "policy.rules[0]: should not delete images that have a tag v*: …",
        ]
    },
    "ecr-public-repository": {"gallery": ["repositoryName: must be on the list of public repositories, …"]},
    "ecr-policy-well-formed": {"strangers": ["policy.Statement[0].Resource: must not stand in a repository …"]},
    "ecr-access-public": {"anybody": ["policy.Statement[0]: statement 'World' must not let everyone …"]},
    "ecr-access-cross-account": {
        "registry-policy": ["policy.Statement[1]: statement 'Partner' must not let …"],
        "strangers": ["policy.Statement[0]: statement 'Strangers' must not let …"],
    },
    "ecr-access-cross-account-write": {
        "registry-policy": ["policy.Statement[1]: statement 'Partner' must not let …"],
        "strangers": ["policy.Statement[0]: statement 'Strangers' must not let …"],
    },
    "ecr-access-service": {"strangers": ["policy.Statement[1]: statement 'Functions' must let service …"]},
    "iam-ecr-permissions": {"push-policy": ["policy.Statement[0].Action: statement 'Everything' must not …"]},
    "ci-oidc-trust": {"push": ["assumeRolePolicy.Statement[0].Condition: statement 'Ci' must …"]},
    "ecr-registry-scanning": {"scanning": ["rules: must select every repository '*', got the filters …"]},
    "ecr-registry-policy": {"registry-policy": ["policy.Statement[1].Action: statement 'Partner' must not give …"]},
    "ecr-registry-singleton": {"refused": ["must be the only lifecycle policy of its repository, got hasty …"]},
    "ecr-replication-destination": {
        "replication": ["replicationConfiguration.rules[0].destinations[0].region: must …"]
    },
    "ecr-replication-grant": {"replication": ["replicationConfiguration.rules[0]: needs a registry policy of …"]},
    "ecr-replication-settings": {"replication": ["replicationConfiguration.rules[0]: must create at 210987654321 …"]},
    "ecr-pull-through-cache": {
        "cache": [
            "credentialArn: must be given: docker-hub answers nobody …",
            "upstreamRegistryUrl: must be on the list of allowed upstreams, …",
        ]
    },
    "ecr-creation-template": {
        "template": [
            "imageTagMutability: must be 'IMMUTABLE', got 'MUTABLE'",
            "encryptionConfigurations[0]: must be 'KMS', got nothing, which …",
            "lifecyclePolicy: must be given: without it the repositories …",
        ]
    },
    "vpc-endpoint-complete": {
        "ecr-dkr": [
            "vpcId: needs an endpoint for ecr.api in its VPC as well: calls …",
            "privateDnsEnabled: must be true: without it the names of the …",
        ]
    },
    "vpc-endpoint-policy": {"ecr-dkr": ["policy.Statement[0]: Statement[0] must let through trusted …"]},
    "vpc-endpoint-policy-present": {"s3": ["policy: must say more than AWS's default, by which everybody …"]},
    "vpc-endpoint-availability": {"ecr-dkr": ["subnetIds: must have at least 2 entries, each in an …"]},
    "vpc-endpoint-security-group": {"world": ["ingress[0].cidrBlocks[0]: must name clients, by a prefix of at …"]},
    "kms-key-rotation": {"key": ["enableKeyRotation: must be true, got false; write true"]},
    "kms-key-policy-present": {"bare-key": ["policy: must say more than KMS's default, by which whatever …"]},
    "kms-key-policy": {"key": ["policy.Statement[0]: statement 'All' must hold the wildcard …"]},
    "exemption-listed": {"legacy": ["ecr-repository-name: name: must have the form …"]},
    "exemption-invalid": {"t-controls": ["exemption from 'ecr-repository-encryption' for 'legacy': …"]},
}
FAILING_STATE = {
    "iam-ecr-permissions": {"everything": ["policyArn: must not be AmazonEC2ContainerRegistryFullAccess: …"]},
    "image-reference": {
        "deployment": [
            "spec.template.spec.containers[0].image: must be named by its …",
            "spec.template.spec.containers[0].image: must come from a …",
        ],
        "function": ["imageUri: must come from a registry on the list, got …"],
        "pod-patch": [
            "spec.containers[1].image: must be named by its digest: a tag …",
            "spec.containers[1].image: must come from a registry on the …",
        ],
        "task": ["containerDefinitions[0].image: must be named by its digest: a …"],
    },
    "exemption-invalid": {"t-s": ["exemption from 'ecr-repository-encryption' for 'legacy': …"]},
}
PASSING_PROGRAM = {
    "ecr-repository-name": {"api"},
    "ecr-repository-tag-immutability": {"api"},
    "ecr-repository-scanning": {STACK},
    "ecr-repository-scan-on-push": {"api"},
    "ecr-repository-encryption": {"api"},
    "ecr-repository-customer-key": {"api"},
    "ecr-repository-lifecycle": {STACK},
    "ecr-repository-deletion": {"api", "api-policy"},
    "ecr-repository-tags": {"api"},
    "ecr-lifecycle-grammar": {"api-lifecycle", "replicas"},
    "ecr-lifecycle-safety": {"api-lifecycle", "replicas"},
    "ecr-public-repository": {"gallery"},
    "ecr-policy-well-formed": {"api-policy", "registry-policy", "replicas"},
    "ecr-access-public": {"api-policy", "registry-policy", "replicas"},
    "ecr-access-cross-account": {"api-policy", "registry-policy", "replicas"},
    "ecr-access-cross-account-write": {"api-policy", "registry-policy", "replicas"},
    "ecr-access-service": {"api-policy", "registry-policy", "replicas"},
    "iam-ecr-permissions": {"push-policy"},
    "ci-oidc-trust": {"push"},
    "ecr-registry-scanning": {"scanning"},
    "ecr-registry-policy": {"registry-policy"},
    "ecr-registry-singleton": {STACK},
    "ecr-replication-destination": {"replication"},
    "ecr-replication-grant": {STACK},
    "ecr-replication-settings": {STACK},
    "ecr-pull-through-cache": {"cache"},
    "ecr-creation-template": {"replicas"},
    "vpc-endpoint-complete": {STACK},
    "vpc-endpoint-policy": {"ecr-api-policy", "ecr-dkr", "s3"},
    "vpc-endpoint-policy-present": {STACK},
    "vpc-endpoint-availability": {"ecr-api", "ecr-dkr"},
    "vpc-endpoint-security-group": {STACK},
    "kms-key-rotation": {"key"},
    "kms-key-policy-present": {STACK},
    "kms-key-policy": {"key"},
    "exemption-listed": {STACK},
    "exemption-invalid": {STACK},
}
PASSING_STATE = {
    "iam-ecr-permissions": ["login", "user", "group"],
    "image-reference": ["task", "function", "deployment", "cron-job", "pod", "pod-template"],
}


@pytest.fixture(scope="module")
def configurations(tmp_path_factory):
    """Return what writes a configuration of the pack, by environment, with changes, into a file for the engine."""
    built = build_configurations(read_file(FOLDER / "source.json"), read_file(FOLDER / "exemptions.json"))

    def write(environment: str, changes: Mapping[str, Any]) -> Path:
        file = tmp_path_factory.mktemp("configuration") / f"{environment}.json"
        file.write_text(json.dumps(built[environment] | changes), encoding="utf-8")
        return file

    return write


@pytest.fixture(scope="module")
def engine(stacks, configurations):
    """Return what runs the engine with the pack, on the program of a stack or on a state."""
    stack = stacks("controls", region=layout.REGION)

    def run(environment: str, *command: str, **changes: Any) -> Run:
        pack = ["--policy-pack", str(layout.ROOT / "policies")]
        pack += ["--policy-pack-config", str(configurations(environment, changes))]
        done = subprocess.run(
            ["pulumi", *command, "--json", *pack],
            cwd=stack.folder,
            env=stack.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(done)

    return stack, run


@pytest.fixture(scope="module")
def preview(engine):
    """Return what previews a program of the folder under the pack."""
    stack, run = engine

    def preview(environment: str) -> Run:
        stack.declare(read(f"{environment}_program"))
        return run(environment, "preview", "--non-interactive")

    return preview


@pytest.fixture(scope="module")
def analyze(engine, tmp_path_factory):
    """Return what analyzes a state of the folder with the pack."""
    _, run = engine

    def analyze(environment: str, **changes: Any) -> Run:
        file = tmp_path_factory.mktemp("state") / "state.json"
        file.write_text(json.dumps(state_of(read(f"{environment}_state"))), encoding="utf-8")
        return run(environment, "policy", "analyze", "--file", str(file), **changes)

    return analyze


def state_of(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return *resources* as `pulumi stack export` writes them."""
    root = {"urn": "urn:pulumi:s::t::pulumi:pulumi:Stack::t-s", "custom": False, "type": "pulumi:pulumi:Stack"}
    deployed = [
        {
            "urn": f"urn:pulumi:s::t::{each['type']}::{each['name']}",
            "custom": True,
            "type": each["type"],
            "id": each.get("id", each["name"]),
            "inputs": each["inputs"],
            "outputs": each["inputs"] | {"id": each.get("id", each["name"])},
            "parent": root["urn"],
        }
        for each in resources
    ]
    manifest = {"time": "2026-11-01T00:00:00Z", "magic": "", "version": ""}
    return {"version": 3, "deployment": {"manifest": manifest, "resources": [root, *deployed]}}


def test_every_control_fails_something_and_passes_something():
    assert {*FAILING_PROGRAM, *FAILING_STATE} == set(NAMES)
    assert {*PASSING_PROGRAM, *PASSING_STATE} == set(NAMES)


def test_a_preview_of_what_fails_every_control(preview):
    run = preview("failing")

    assert run.found() == FAILING_PROGRAM
    assert run.code != 0, run.output


def test_a_preview_of_what_passes_every_control(preview):
    run = preview("passing")

    assert run.found() == {}
    assert run.passed() == PASSING_PROGRAM
    assert run.code == 0, run.output


def test_an_analysis_of_what_fails(analyze):
    run = analyze("failing")

    assert run.found() == FAILING_STATE
    assert run.code != 0, run.output


def test_an_analysis_of_what_passes(analyze):
    run = analyze("passing")

    assert run.found() == {}
    assert run.code == 0, run.output


def test_what_passes_an_analysis_was_judged(analyze):
    """An analysis says nothing of what passes; an exemption from it does."""
    changes = {
        control: {
            "enforcementLevel": "mandatory",
            "exemptions": [
                {
                    "control": control,
                    "resource": name,
                    "owner": "payments",
                    "reason": "it shows that the control has judged",
                    "ticket": "PAY-9",
                    "expires": "9999-12-31",
                }
                for name in names
            ],
        }
        for control, names in PASSING_STATE.items()
    }

    assert analyze("passing", **changes).found(longest=200) == {
        "exemption-invalid": {
            "t-s": [
                f"exemption from '{control}' for '{name}': resource must be needed: every resource that it names"
                f" passes, got '{name}'; remove it"
                for control, names in PASSING_STATE.items()
                for name in names
            ]
        }
    }
