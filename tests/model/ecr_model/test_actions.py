"""The actions of ECR, and the smallest sets for each task."""

import botocore.session
import pytest
from ecr_model import actions
from ecr_model.actions import ACTIONS, PERMISSIONS_ALONE, REGISTRY_ACTIONS, expand, groups, is_like


@pytest.mark.parametrize("service", ["ecr", "ecr-public"])
def test_knows_every_operation_of_the_api(service):
    operations = botocore.session.get_session().get_service_model(service).operation_names
    known = {name for name in ACTIONS if name.startswith(f"{service}:")}

    assert known - PERMISSIONS_ALONE == {f"{service}:{operation}" for operation in operations}


def test_knows_the_permissions_that_no_operation_has():
    assert ACTIONS.keys() >= PERMISSIONS_ALONE


def test_knows_which_operations_name_a_repository():
    """An operation that takes a repository can be granted on one."""
    model = botocore.session.get_session().get_service_model("ecr")
    on_a_repository = {
        f"ecr:{name}"
        for name in model.operation_names
        if (shape := model.operation_model(name).input_shape)
        and set(shape.members) & {"repositoryName", "repositoryNames", "resourceArn"}
    }

    assert REGISTRY_ACTIONS & on_a_repository == set()


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in dir(actions)
        if name.endswith("_ACTIONS") and not name.startswith("_") and name != "REGISTRY_ACTIONS"
    ],
)
def test_sets_are_sorted_and_made_of_known_actions(name):
    actions_of_set = getattr(actions, name)

    assert set(actions_of_set) <= ACTIONS.keys()
    assert tuple(sorted(set(actions_of_set))) == actions_of_set


def test_administration_changes_neither_policies_nor_the_repository_itself():
    assert (
        set(actions.ADMINISTRATION_ACTIONS)
        & {
            "ecr:SetRepositoryPolicy",
            "ecr:DeleteRepositoryPolicy",
            "ecr:DeleteRepository",
        }
        == set()
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("ecr:BatchGetImage", ("ecr:BatchGetImage",), id="name"),
        pytest.param("ECR:batchgetimage", ("ecr:BatchGetImage",), id="any-case"),
        pytest.param(
            "ecr:*LifecyclePolicy",
            (
                "ecr:DeleteLifecyclePolicy",
                "ecr:GetLifecyclePolicy",
                "ecr:PutLifecyclePolicy",
            ),
            id="star",
        ),
        pytest.param("ecr:PutImag?", ("ecr:PutImage",), id="question-mark"),
        pytest.param("ecr:Put*Image", ("ecr:PutImage",), id="star-for-nothing"),
        pytest.param("ecr:PutImages", (), id="unknown"),
        pytest.param("s3:*", (), id="other-service"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_expands(pattern, expected):
    assert expand(pattern) == expected


@pytest.mark.parametrize("pattern", ["*", "ecr*:*", "*:*"])
def test_expands_a_wildcard_to_everything(pattern):
    assert expand(pattern) == tuple(sorted(ACTIONS))


def test_groups_in_the_order_in_which_a_person_lists_them():
    assert groups(["ecr:DeleteRepository", "ecr:PutImage", "ecr:BatchGetImage", "ecr:PutImage"]) == (
        "pull",
        "push",
        "administer",
    )


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param("a?c", "abc", True, id="one-for-one"),
        pytest.param("a?c", "ac", False, id="one-for-none"),
        pytest.param("a*c?", "abbcbcd", True, id="backtracks"),
        pytest.param("*?", "", False, id="at-least-one"),
        pytest.param("?*", "x", True, id="one-then-any"),
        pytest.param("a?", "ab*", False, id="star-in-the-text-is-itself"),
        pytest.param("a?b**", "axb", True, id="stars-at-the-end"),
    ],
)
def test_is_like(pattern, text, expected):
    assert is_like(pattern, text) is expected
