"""What the controls are fuzzed with."""

from __future__ import annotations

import json

import pytest
from secure_ecr_policies.catalogue import CONTROLS
from secure_ecr_policies.pack.values import UNKNOWN

from sandbox.mutants import DEEPEST, LARGEST, Mutants, seeds_of

TYPES = sorted({token for control in CONTROLS for token in control.types})
NAME = next(control for control in CONTROLS if control.name == "ecr-repository-name")


def depth(tree):
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return 1 + max(map(depth, children), default=-1)


@pytest.mark.parametrize("token", TYPES)
def test_every_type_that_a_control_names_has_a_seed(token):
    assert seeds_of(token)


def test_a_number_draws_the_same_every_time():
    drawn = [(mutants.resources(tuple(TYPES)), mutants.settings(NAME)) for mutants in (Mutants(7), Mutants(7))]

    assert drawn[0] == drawn[1]


def test_trees_fit_on_the_wire_and_some_are_strange():
    valid = {"policy": {"$json": {"Statement": [{"Effect": "Allow"}]}}, "name": "shop/api"}
    trees = [Mutants(number).tree(valid) for number in range(500)]
    texts = {json.dumps(tree, sort_keys=True) for tree in trees}

    assert max(map(depth, trees)) == DEEPEST
    assert max(map(len, texts)) <= LARGEST
    assert len(texts) > 300
    assert {json.dumps({"policy": policy, "name": "shop/api"}, sort_keys=True) for policy in documents()} <= texts


def documents():
    """Return the same document as an object and as a text."""
    document = {"Statement": [{"Effect": "Allow"}]}
    return document, json.dumps(document)


def test_resources_have_what_is_unknown_and_what_they_depend_on():
    resources = [each for number in range(100) for each in Mutants(number).resources(tuple(TYPES))]

    assert any(value is UNKNOWN for each in resources for value in each.props.values())
    assert any(each.dependencies for each in resources)
    assert any(each.provider for each in resources)
    assert not any("$json" in each.props or "$ref" in each.props for each in resources)
