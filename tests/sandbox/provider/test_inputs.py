from __future__ import annotations

import json

import pytest

from sandbox.provider.inputs import Failure, Naming, Surroundings, check
from sandbox.provider.table.cloudwatch import METRIC_ALARM
from sandbox.provider.table.ecr_repository import LIFECYCLE_POLICY, REPOSITORY
from sandbox.provider.table.events import TARGET
from sandbox.provider.table.iam import ROLE
from sandbox.provider.table.kms import ALIAS, KEY
from sandbox.provider.table.sns import TOPIC
from sandbox.provider.wire import UNKNOWN

NAMING = Naming("app", b"seed")
LACKING = (
    "must be left out: the sandbox's stand-in for the aws provider cannot do it, only the official plugin can, got"
)


def checked(entry, new, old=None, naming=NAMING, **around):
    return check(entry, old or {}, new, naming, Surroundings(**{"region": "eu-central-1", **around}))


def failures(entry, new, **more):
    return checked(entry, new, **more)[1]


def test_completes_a_repository():
    inputs, failed = checked(
        REPOSITORY,
        {"name": "team/app", "encryptionConfigurations": [{}], "tags": {"team": "a"}},
        region="eu-west-1",
        tags={"team": "default", "stage": "dev"},
    )

    assert failed == []
    assert inputs == {
        "__defaults": ["imageTagMutability"],
        "encryptionConfigurations": [{"__defaults": ["encryptionType"], "encryptionType": "AES256"}],
        "imageTagMutability": "MUTABLE",
        "name": "team/app",
        "region": "eu-west-1",
        "tags": {"__defaults": [], "team": "a"},
        "tagsAll": {"__defaults": [], "team": "a", "stage": "dev"},
    }


def test_the_region_of_the_resource_comes_first():
    inputs, _ = checked(REPOSITORY, {"region": "us-east-1"}, region="eu-west-1")

    assert inputs["region"] == "us-east-1"


def test_a_global_type_has_no_region():
    inputs, _ = checked(ROLE, {"assumeRolePolicy": "{}"}, region="eu-west-1")

    assert "region" not in inputs


def test_an_unknown_tag_makes_all_tags_unknown():
    inputs, _ = checked(REPOSITORY, {"tags": {"key": UNKNOWN}}, tags={"stage": "dev"})

    assert inputs["tagsAll"] is UNKNOWN


def test_a_document_given_as_an_object_becomes_text_and_text_stays_as_it_was():
    document = {"rules": []}
    spaced = json.dumps(document, indent=2)

    assert checked(LIFECYCLE_POLICY, {"repository": "a", "policy": document})[0]["policy"] == '{"rules":[]}'
    assert checked(LIFECYCLE_POLICY, {"repository": "a", "policy": spaced})[0]["policy"] == spaced
    assert checked(LIFECYCLE_POLICY, {"repository": "a", "policy": {"rules": [UNKNOWN]}})[0]["policy"] is UNKNOWN


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"fifoTopic": False}, [], id="the-default"),
        pytest.param({"fifoTopic": True}, [Failure("fifoTopic", f"{LACKING} True")], id="a-switch"),
        pytest.param(
            {"archivePolicy": UNKNOWN},
            [Failure("archivePolicy", f"{LACKING} a value that is not known yet")],
            id="not-known-yet",
        ),
        pytest.param({"archivePolicy": {}}, [Failure("archivePolicy", f"{LACKING} a dict")], id="an-object"),
    ],
)
def test_refuses_what_the_stand_in_cannot_do(given, expected):
    assert failures(TOPIC, given) == expected


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        pytest.param(1, 1, id="integral"),
        pytest.param(0.5, 0.5, id="fraction"),
        pytest.param("-1.5", -1.5, id="text-from-a-stack-file"),
    ],
)
def test_takes_a_number(threshold, expected):
    inputs, failed = checked(METRIC_ALARM, {"threshold": threshold})

    assert (inputs["threshold"], failed) == (expected, [])


@pytest.mark.parametrize(
    ("threshold", "echo"), [pytest.param(True, "True", id="boolean"), pytest.param("much", "'much'", id="text")]
)
def test_refuses_what_is_no_number(threshold, echo):
    assert failures(METRIC_ALARM, {"threshold": threshold}) == [
        Failure("threshold", f"must be of type number, got {echo}")
    ]


def test_reports_every_mistake_at_once_with_its_path():
    given = {
        "imageTagMutabilty": "IMMUTABLE",
        "imageTagMutability": "immutable",
        "forceDelete": "yes",
        "imageScanningConfiguration": {},
        "imageTagMutabilityExclusionFilters": [{"filter": 1, "filterType": "PREFIX"}],
        "tags": {"team": 1},
    }

    assert failures(REPOSITORY, given) == [
        Failure("imageTagMutabilty", "must be a property of this type, got a stranger; write imageTagMutability"),
        Failure("forceDelete", "must be of type boolean, got 'yes'"),
        Failure("imageScanningConfiguration.scanOnPush", "must be set, got nothing"),
        Failure(
            "imageTagMutability",
            "must be one of MUTABLE, IMMUTABLE, MUTABLE_WITH_EXCLUSION, IMMUTABLE_WITH_EXCLUSION, got 'immutable'",
        ),
        Failure("imageTagMutabilityExclusionFilters[0].filter", "must be of type string, got 1"),
        Failure("imageTagMutabilityExclusionFilters[0].filterType", "must be one of WILDCARD, got 'PREFIX'"),
        Failure("tags.team", "must be of type string, got 1"),
    ]


@pytest.mark.parametrize(
    ("entry", "given", "expected"),
    [
        pytest.param(
            LIFECYCLE_POLICY,
            {"repository": "a", "policy": "{"},
            [
                Failure(
                    "policy",
                    "must be JSON, got text that is none: "
                    "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
                )
            ],
            id="no-json",
        ),
        pytest.param(
            KEY, {"deletionWindowInDays": 3}, [Failure("deletionWindowInDays", "must be 7 to 30, got 3")], id="range"
        ),
        pytest.param(
            KEY,
            {"deletionWindowInDays": True},
            [Failure("deletionWindowInDays", "must be of type integer, got True")],
            id="no-integer",
        ),
        pytest.param(
            LIFECYCLE_POLICY,
            {},
            [Failure(name, "must be set, got nothing") for name in ("policy", "repository")],
            id="required",
        ),
        pytest.param(REPOSITORY, {"tags": "a"}, [Failure("tags", "must be of type map, got 'a'")], id="no-map"),
    ],
)
def test_refuses(entry, given, expected):
    assert failures(entry, given) == expected


def test_takes_numbers_and_booleans_that_arrive_as_text():
    inputs, failed = checked(KEY, {"deletionWindowInDays": "7", "enableKeyRotation": "true"})

    assert failed == []
    assert (inputs["deletionWindowInDays"], inputs["enableKeyRotation"]) == (7, True)


def test_names_what_has_no_name_the_same_from_preview_to_update():
    inputs, _ = checked(REPOSITORY, {})

    assert inputs["name"] == "app-19b25856"[:11]
    assert inputs["__defaults"] == ["imageTagMutability", "name"]
    assert checked(REPOSITORY, {})[0]["name"] == inputs["name"]
    assert checked(REPOSITORY, {}, naming=Naming("app", b"other"))[0]["name"] != inputs["name"]


def test_keeps_the_name_it_made_but_not_one_of_the_program():
    made = {"name": "app-0000000", "__defaults": ["name"]}
    given = {"name": "mine", "__defaults": []}

    assert checked(REPOSITORY, {}, old=made)[0]["name"] == "app-0000000"
    assert checked(REPOSITORY, {}, old=given)[0]["name"] != "mine"


@pytest.mark.parametrize(
    ("mode", "proposed", "name"),
    [
        pytest.param("propose", "team-app", "alias/team-app", id="propose"),
        pytest.param("enforce", "team-app", "team-app", id="enforce"),
        pytest.param("propose", "alias/app", "alias/app", id="prefixed-already"),
    ],
)
def test_follows_the_autonaming_of_the_stack(mode, proposed, name):
    naming = Naming("app", b"seed", proposed, mode)

    assert checked(ALIAS, {"targetKeyId": "k"}, naming=naming)[0]["name"] == name


def test_refuses_to_name_when_autonaming_is_disabled():
    assert failures(REPOSITORY, {}, naming=Naming("app", b"seed", "", "disable")) == [
        Failure("name", "must be set, because the stack's autonaming is disabled")
    ]


@pytest.mark.parametrize(
    ("entry", "given", "name"),
    [
        pytest.param(ROLE, {"assumeRolePolicy": "{}"}, "name", id="role"),
        pytest.param(TARGET, {"arn": "arn:aws:sns:eu-west-1:123456789012:a", "rule": "a"}, "targetId", id="target"),
    ],
)
def test_refuses_a_name_that_would_be_too_long(entry, given, name):
    [failure] = failures(entry, given, naming=Naming("a" * 60, b"seed"))

    assert failure.path == name
    assert failure.reason.startswith("must be at most 64 characters, got 'aaaa")


def test_takes_the_longest_name():
    name = "a" * (64 - len("-1234567"))
    inputs, failed = checked(ROLE, {"assumeRolePolicy": "{}"}, naming=Naming(name, b"seed"))

    assert failed == []
    assert len(inputs["name"]) == 64


def test_a_prefix_stands_in_for_the_name():
    inputs, failed = checked(ROLE, {"assumeRolePolicy": "{}", "namePrefix": "pull-"})

    assert failed == []
    assert "name" not in inputs
