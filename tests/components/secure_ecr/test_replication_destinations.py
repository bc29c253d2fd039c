"""Which registries a declaration of destinations means, and what is built there."""

from __future__ import annotations

import json

import pulumi
import pytest
from ecr_model.findings import errors
from ecr_model.registry_policies import ReplicationSource, render_registry_policy
from ecr_model.replication import Destination, ReplicationConfiguration, ReplicationRule
from secure_ecr.replication_destinations import (
    ReplicaAccount,
    ReplicaRegistry,
    check_destinations,
    place_name,
    read_accounts,
    read_configuration,
    render_account_permissions,
)

ACCOUNT, OTHER = "123456789012", "210987654321"
BUILDER = f"arn:aws:iam::{OTHER}:role/replication"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ARGS = {
    "source_account_id": ACCOUNT,
    "source_region": "eu-central-1",
    "repository_prefixes": ["team/", "base", "team/"],
    "destinations": [
        {"region": "us-east-1", "role_arn": BUILDER, "external_id": "dr-7", "repository_prefixes": ["team/"]},
        {"region": "eu-west-2"},
        {"region": "eu-west-1", "kms_key_arn": KEY},
    ],
}


def registry(region, **more):
    settings = {"prefixes": ("base", "team/"), "kms_key_arn": None, "policy": None}
    return ReplicaRegistry(**{"name": f"dr-{region}", "place": Destination(region, ACCOUNT), **settings, **more})


OWN = ReplicaAccount("dr", ACCOUNT, None, None, (registry("eu-west-1", kms_key_arn=KEY), registry("eu-west-2")))


def test_gives_one_rule_to_all_destinations_with_the_same_prefixes():
    assert read_configuration(ARGS) == ReplicationConfiguration(
        (
            ReplicationRule((Destination("eu-west-1", ACCOUNT), Destination("eu-west-2", ACCOUNT)), ("base", "team/")),
            ReplicationRule((Destination("us-east-1", OTHER),), ("team/",)),
        )
    )


def test_reads_what_is_built_in_each_account():
    place = Destination("us-east-1", OTHER)
    policy = render_registry_policy(
        [ReplicationSource(ACCOUNT, ("team/",))], partition="aws", region="us-east-1", account_id=OTHER
    )
    elsewhere = registry("us-east-1", name=f"dr-{OTHER}-us-east-1", place=place, prefixes=("team/",), policy=policy)

    assert read_accounts("dr", ARGS) == [OWN, ReplicaAccount(f"dr-{OTHER}", OTHER, BUILDER, "dr-7", (elsewhere,))]


def test_lets_the_source_tag_what_it_makes_elsewhere():
    policy = read_accounts("dr", {**ARGS, "tags": {"team": "platform"}})[1].registries[0].policy

    assert "ecr:TagResource" in json.loads(policy)["Statement"][0]["Action"]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        pytest.param({}, [(ACCOUNT, ["eu-west-1", "eu-west-2"]), (OTHER, ["us-east-1"])], id="both-ends"),
        pytest.param({"role": "source"}, [], id="source"),
        pytest.param(
            {"role": "destination", "destination_account_id": OTHER}, [(OTHER, ["us-east-1"])], id="another-account"
        ),
        pytest.param(
            {"role": "destination", "destination_account_id": ACCOUNT, "destination_region": "eu-west-2"},
            [(ACCOUNT, ["eu-west-2"])],
            id="one-region",
        ),
    ],
)
def test_builds_the_ends_of_this_stack(role, expected):
    accounts = read_accounts("dr", {**ARGS, **role})

    built = [(each.account_id, [member.place.region for member in each.registries]) for each in accounts]
    assert built == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param(Destination("eu-west-1", ACCOUNT), "eu-west-1", id="account-of-the-source"),
        pytest.param(Destination("eu-west-1", OTHER), f"{OTHER}-eu-west-1", id="another-account"),
    ],
)
def test_names_a_registry(place, expected):
    assert place_name(place, ARGS) == expected


@pytest.mark.parametrize(
    ("prefixes", "expected"),
    [
        pytest.param((), ["ROOT"], id="everything"),
        pytest.param(("team/",), ["team"], id="namespace"),
        pytest.param(("team/", "te"), ["ROOT", "team"], id="beginning-of-a-word"),
    ],
)
def test_covers_prefixes_with_templates(prefixes, expected):
    assert registry("eu-west-1", prefixes=prefixes).template_prefixes == expected


def test_permits_the_role_of_an_account_what_its_templates_need():
    assert json.loads(render_account_permissions(OWN, [KEY]))["Statement"] == [
        {
            "Sid": "CreateRepositories",
            "Effect": "Allow",
            "Action": ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
            "Resource": [
                f"arn:aws:ecr:{region}:{ACCOUNT}:repository/{prefix}*"
                for region in ("eu-west-1", "eu-west-2")
                for prefix in ("base", "team/")
            ],
        },
        {
            "Sid": "UseKeys",
            "Effect": "Allow",
            "Action": ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
            "Resource": [KEY],
        },
        {
            "Sid": "UseKeysByAlias",
            "Effect": "Allow",
            "Action": ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
            "Resource": [f"arn:aws:kms:eu-west-2:{ACCOUNT}:key/*"],
            "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/dr-eu-west-2"]}},
        },
    ]


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"destinations": [{}, {"role_arn": BUILDER}]}, [], id="no-region"),
        pytest.param(
            {"destinations": [{"region": "eu-west-1"}, {"region": "eu-west-1"}]}, ["[1].region"], id="no-source"
        ),
        pytest.param(
            {"source_region": "eu-central-1", "destinations": [{"region": "cn-north-1", "account_id": OTHER}]},
            [],
            id="no-account-of-the-source",
        ),
        pytest.param(
            {"source_account_id": ACCOUNT, "destinations": [{"region": "cn-north-1", "account_id": OTHER}]},
            ["[0].role_arn"],
            id="no-region-of-the-source",
        ),
    ],
)
def test_judges_what_is_left_of_a_wrong_declaration(left, expected):
    paths = [finding.field for finding in check_destinations(left, "dr", "dr")]

    assert paths == [f"dr.destinations{path}" for path in expected]


def test_ten_lists_of_prefixes_are_as_many_rules_as_the_provider_takes():
    regions = [
        f"{region}-{number}" for region in ("eu-west", "us-west", "us-east", "ca-west", "af-south") for number in (1, 2)
    ]
    destinations = [{"region": region, "repository_prefixes": [f"{region}/"]} for region in regions]

    assert errors(check_destinations({**ARGS, "destinations": destinations}, "dr", "dr")) == ()


def test_a_policy_has_as_many_characters_as_iam_takes():
    def judged(padding):
        prefixes = [f"{number}{'x' * 100}/" for number in range(10, 70)]
        destinations = [{"region": "eu-west-1", "repository_prefixes": [*prefixes, f"{'y' * padding}/"]}]
        args = {**ARGS, "destinations": destinations}
        (account,) = read_accounts("dr", args)
        return len(render_account_permissions(account, [])), [f.got for f in check_destinations(args, "dr", "dr")]

    longest = 1 + 10_240 - judged(1)[0]

    assert judged(longest) == (10_240, [])
    assert judged(longest + 1) == (10_241, ["10,241 for account 123456789012"])


def test_counts_known_keys_in_the_policy_of_the_role():
    prefixes = [f"{number}{'x' * 100}/" for number in range(10, 75)]

    def lengths(key):
        destinations = [{"region": "eu-west-1", "kms_key_arn": key, "repository_prefixes": prefixes}]
        return [finding.got for finding in check_destinations({**ARGS, "destinations": destinations}, "dr", "dr")]

    assert lengths(KEY) == ["10,306 for account 123456789012"]
    assert lengths(pulumi.Output.from_input(KEY)) == []
