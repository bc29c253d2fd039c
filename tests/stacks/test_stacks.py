"""The committed stacks: each can be read, deployed, and told from the others by its configuration alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from ecr_model.lifecycle import parse_lifecycle
from ecr_model.lifecycle.safety import check_lifecycle_safety
from secure_ecr import reference
from secure_ecr.deployment import deploy as deploy_estate
from secure_ecr.estate import load_estate

STACKS = Path(__file__).resolve().parents[2] / "stacks"
NAMES = ["dev", "local", "prod", "staging"]
DOCUMENTED = {"111122223333", "123456789012", "210987654321", "444455556666", "777788889999"}
"""Account ids that AWS uses in its documentation, and nobody else anywhere."""


def settings(name):
    return yaml.safe_load((STACKS / f"Pulumi.{name}.yaml").read_text(encoding="utf-8"))


def estate(name):
    return settings(name)["config"]["secure-ecr:estate"]


def test_there_are_four():
    assert sorted(path.name.split(".")[1] for path in STACKS.glob("Pulumi.*.yaml")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_declares_one_key_that_can_be_read_and_deployed(deploy, name):
    configuration = {key: json.dumps(value) for key, value in settings(name)["config"].items()}

    deployed = deploy(lambda: deploy_estate(load_estate()), configuration=configuration)

    assert list(configuration) == ["secure-ecr:estate"]
    warned = [line.partition(";")[0] for line in deployed.log]
    assert warned == ["warning: replication: copies what is pushed from now on"] * ("replication" in estate(name))
    assert list(deployed.outputs["repositories"]) == [
        "payments/api",
        "payments/worker",
        "storefront/web",
        "platform/base-images",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_names_no_account_of_anybody(name):
    text = (STACKS / f"Pulumi.{name}.yaml").read_text(encoding="utf-8")

    assert set(re.findall(r"\b\d{12}\b", text)) <= DOCUMENTED


@pytest.mark.parametrize("name", NAMES)
def test_loses_no_release_by_its_lifecycle(name):
    declared = estate(name)
    lifecycles = [
        holder["lifecycle"]
        for holder in (declared["defaults"], *declared["repositories"].values())
        if "lifecycle" in holder
    ]

    assert lifecycles
    for lifecycle in lifecycles:
        assert check_lifecycle_safety(parse_lifecycle(lifecycle), protected_tags=["v*"]) == ()


def test_protects_what_is_not_thrown_away():
    assert [name for name in NAMES if estate(name)["defaults"].get("force_delete")] == ["local"]


def test_lets_no_tag_move_in_production():
    assert "mutable_tag_patterns" not in estate("prod")["defaults"]


def test_only_the_published_passphrase_is_committed():
    """A salt goes with a passphrase; the other stacks keep theirs, or their key, to themselves."""
    assert [name for name in NAMES if set(settings(name)) - {"config"}] == ["local"]
    assert set(settings("local")) == {"config", "encryptionsalt"}


def test_the_reference_of_the_keys_is_what_the_types_say():
    """Mend it with `python -m secure_ecr.reference > stacks/README.md`."""
    assert (STACKS / "README.md").read_text(encoding="utf-8") == reference.render()


def test_the_reference_has_a_sentence_for_every_key():
    rows = [line for line in reference.render().splitlines() if line.startswith("| `")]

    assert rows
    assert [row for row in rows if not re.fullmatch(r"\| `[a-z_]+` \| [^|]+ \| [^|]+\. \|", row)] == []
