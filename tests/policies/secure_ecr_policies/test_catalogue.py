import importlib
import json
import re
from pathlib import Path

import pytest
import secure_ecr_policies
from secure_ecr_policies.catalogue import CONTROLS, NAMES
from secure_ecr_policies.pack.policies import policies

PACKAGE = Path(secure_ecr_policies.__file__).parent
TESTS = Path(__file__).parent
CONFIGURATIONS = PACKAGE.parent / "config"
CATALOGUE = TESTS.parents[2] / "docs" / "controls.md"


def file_names(folder, prefix=""):
    names = {path.stem.removeprefix(prefix).replace("_", "-") for path in folder.glob(f"{prefix}[!_]*.py")}
    return names - {"catalogue", "fuzz", "pack"}


def test_pack_modules_tests_and_catalogue_have_the_same_controls():
    names = set(NAMES)

    assert [policy.name for policy in policies()] == list(NAMES)
    assert file_names(PACKAGE) == names
    assert file_names(TESTS, "test_") == names
    assert set(re.findall(r"^## ([a-z]+(?:-[a-z]+)+)$", CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)) == names


COLUMNS = {
    "ecr-repository-name": "resource mandatory mandatory",
    "ecr-repository-tag-immutability": "resource mandatory mandatory",
    "ecr-repository-scanning": "stack mandatory mandatory",
    "ecr-repository-scan-on-push": "resource advisory disabled",
    "ecr-repository-encryption": "resource advisory mandatory",
    "ecr-repository-customer-key": "resource disabled mandatory",
    "ecr-repository-lifecycle": "stack advisory mandatory",
    "ecr-repository-deletion": "resource advisory mandatory",
    "ecr-repository-tags": "resource disabled advisory",
    "ecr-lifecycle-grammar": "resource mandatory mandatory",
    "ecr-lifecycle-safety": "resource advisory advisory",
    "ecr-public-repository": "resource mandatory mandatory",
    "ecr-policy-well-formed": "resource mandatory mandatory",
    "ecr-access-public": "resource mandatory mandatory",
    "ecr-access-cross-account": "resource advisory mandatory",
    "ecr-access-cross-account-write": "resource mandatory mandatory",
    "ecr-access-service": "resource advisory mandatory",
    "iam-ecr-permissions": "resource advisory mandatory",
    "ci-oidc-trust": "resource mandatory mandatory",
    "ecr-registry-scanning": "resource advisory mandatory",
    "ecr-registry-policy": "resource mandatory mandatory",
    "ecr-registry-singleton": "stack mandatory mandatory",
    "ecr-replication-destination": "resource mandatory mandatory",
    "ecr-replication-grant": "stack mandatory mandatory",
    "ecr-replication-settings": "stack advisory mandatory",
    "ecr-pull-through-cache": "resource advisory mandatory",
    "ecr-creation-template": "resource advisory mandatory",
    "vpc-endpoint-complete": "stack advisory mandatory",
    "vpc-endpoint-policy": "resource advisory mandatory",
    "vpc-endpoint-policy-present": "stack advisory mandatory",
    "vpc-endpoint-availability": "resource advisory mandatory",
    "vpc-endpoint-security-group": "stack advisory mandatory",
    "kms-key-rotation": "resource advisory mandatory",
    "kms-key-policy-present": "stack advisory mandatory",
    "kms-key-policy": "resource mandatory mandatory",
    "image-reference": "resource advisory mandatory",
    "exemption-listed": "stack advisory advisory",
    "exemption-invalid": "stack mandatory mandatory",
}
"""Kind, and level in dev and in prod: pipelines rest on them, so each change is one of this table as well."""


def test_kinds_and_levels_are_those_that_pipelines_rest_on():
    assert {
        control.name: f"{'resource' if control.judge else 'stack'} {control.levels.dev} {control.levels.prod}"
        for control in CONTROLS
    } == COLUMNS


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_the_configurations_have_the_level_of_their_column(environment):
    configuration = json.loads((CONFIGURATIONS / f"{environment}.json").read_text(encoding="utf-8"))
    column = 1 if environment == "dev" else 2

    assert {
        name: block if isinstance(block, str) else block["enforcementLevel"] for name, block in configuration.items()
    } == {name: row.split()[column] for name, row in COLUMNS.items()}


def test_names_are_unique():
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("control", CONTROLS, ids=NAMES)
def test_a_module_is_named_after_its_control(control):
    module = importlib.import_module(f"secure_ecr_policies.{control.name.replace('-', '_')}")

    assert module.CONTROL is control
    assert module.__doc__ == control.reason


@pytest.mark.parametrize("control", CONTROLS, ids=NAMES)
def test_metadata_is_complete(control):
    for sentence in (control.description, control.reason, control.remediation):
        assert re.fullmatch(r"[A-Z][^\n]*\.", sentence)
    assert control.url.startswith("https://docs.aws.amazon.com/")
    assert control.types != ()
    assert all(setting.description.endswith(".") for setting in control.settings.values())


@pytest.mark.parametrize("control", CONTROLS, ids=NAMES)
def test_a_control_speaks_of_resources_that_it_looks_at(control):
    assert set(control.subjects) <= set(control.types)
    assert not (control.judge and control.subjects)


def test_the_policies_about_exemptions_run_after_all_others_of_their_kind():
    """They read what the others have noted."""
    stack_controls = [control.name for control in CONTROLS if control.judge_stack]

    assert stack_controls[-2:] == ["exemption-listed", "exemption-invalid"]
