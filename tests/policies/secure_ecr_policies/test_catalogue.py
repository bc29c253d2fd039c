import importlib
import re
from pathlib import Path

import pytest
import secure_ecr_policies
from secure_ecr_policies.catalogue import CONTROLS, NAMES
from secure_ecr_policies.pack.policies import policies

PACKAGE = Path(secure_ecr_policies.__file__).parent
TESTS = Path(__file__).parent
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


def test_the_policies_about_exemptions_run_after_all_others_of_their_kind():
    """They read what the others have noted."""
    stack_controls = [control.name for control in CONTROLS if control.judge_stack]

    assert stack_controls[-2:] == ["exemption-listed", "exemption-invalid"]
