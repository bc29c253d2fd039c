from __future__ import annotations

import json

import pytest
from ecr_model.lifecycle import DEFAULT, render_lifecycle
from ecr_model.policy.document import check_policy
from ecr_model.policy.kinds import IDENTITY_POLICY, TRUST_POLICY
from ecr_model.replication import parse_replication
from ecr_model.templates import check_replication_coverage, parse_template
from secure_ecr import ReplicationTopology
from secure_ecr.key_policy import render_key_policy

ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/dr-role"
HOME = {"source_account_id": ACCOUNT, "source_region": "eu-central-1"}
TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"


def topology(**args):
    def program():
        made = ReplicationTopology("dr", {**HOME, "destinations": [{"region": "eu-west-1"}], **args})
        return {"registries": made.replica_registries, "keys": made.key_arns, "role": made.template_role_arn}

    return program


def template(prefix, region, key, **more):
    return {
        "prefix": prefix,
        "appliedFors": ["REPLICATION"],
        "description": "Settings of replicated repositories",
        "imageTagMutability": "IMMUTABLE",
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": key}],
        "lifecyclePolicy": render_lifecycle(DEFAULT),
        "customRoleArn": ROLE,
        "region": region,
        **more,
    }


def key_in(region):
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/dr-{region}-key"


def test_builds_both_ends_of_one_region(deploy):
    deployed = deploy(topology(repository_prefixes=["storefront/", "payments/core/"]))

    documents = {
        "trust": deployed.resources["dr-role"].pop("assumeRolePolicy"),
        "permissions": deployed.resources["dr-role-policy"].pop("policy"),
    }
    assert deployed.resources == {
        "dr": {
            "region": "eu-central-1",
            "replicationConfiguration": {
                "rules": [
                    {
                        "destinations": [{"region": "eu-west-1", "registryId": ACCOUNT}],
                        "repositoryFilters": [
                            {"filter": "payments/core/", "filterType": "PREFIX_MATCH"},
                            {"filter": "storefront/", "filterType": "PREFIX_MATCH"},
                        ],
                    }
                ]
            },
        },
        "dr-role": {"description": "Creates replicas of Amazon ECR repositories from their creation templates"},
        "dr-role-policy": {"role": "dr-role"},
        "dr-eu-west-1-key": {
            "description": "Encrypts the images of ECR repositories",
            "policy": render_key_policy(ACCOUNT, partition="aws", region="eu-west-1"),
            "enableKeyRotation": True,
            "rotationPeriodInDays": 365,
            "deletionWindowInDays": 30,
            "multiRegion": False,
            "region": "eu-west-1",
        },
        "dr-eu-west-1-key-alias": {
            "name": "alias/dr-eu-west-1",
            "targetKeyId": "dr-eu-west-1-key",
            "region": "eu-west-1",
        },
        "dr-eu-west-1-payments--core": template("payments/core", "eu-west-1", key_in("eu-west-1")),
        "dr-eu-west-1-storefront": template("storefront", "eu-west-1", key_in("eu-west-1")),
    }
    assert json.loads(documents["trust"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AssumeFromEcr",
                "Effect": "Allow",
                "Principal": {"Service": "ecr.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    assert json.loads(documents["permissions"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "CreateRepositories",
                "Effect": "Allow",
                "Action": ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
                "Resource": [
                    f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/payments/core/*",
                    f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/storefront/*",
                ],
            },
            {
                "Sid": "UseKeysByAlias",
                "Effect": "Allow",
                "Action": ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
                "Resource": [f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*"],
                "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/dr-eu-west-1"]}},
            },
        ],
    }
    assert check_policy(documents["trust"], TRUST_POLICY) == ()
    assert check_policy(documents["permissions"], IDENTITY_POLICY) == ()
    assert deployed.outputs == {
        "registries": {"eu-west-1": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"},
        "keys": {"eu-west-1": key_in("eu-west-1")},
        "role": ROLE,
    }


def test_gives_replicas_the_settings_of_their_source(deploy):
    deployed = deploy(
        topology(
            destinations=[{"region": "us-east-1", "kms_key_arn": KEY}],
            mutable_tag_patterns=["branch-*"],
            lifecycle={"keep": [{"tag_patterns": ["v*"], "count": 50}]},
            access={"pull": [{"account_id": "210987654321"}]},
            tags={"team": "platform"},
        )
    )

    made = deployed.resources["dr-us-east-1-ROOT"]
    policy, lifecycle = json.loads(made.pop("repositoryPolicy")), json.loads(made.pop("lifecyclePolicy"))
    assert made == {
        "prefix": "ROOT",
        "appliedFors": ["REPLICATION"],
        "description": "Settings of replicated repositories",
        "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [{"filter": "branch-*", "filterType": "WILDCARD"}],
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY}],
        "resourceTags": {"team": "platform"},
        "customRoleArn": ROLE,
        "region": "us-east-1",
    }
    assert [statement["Sid"] for statement in policy["Statement"]] == ["PullByAccounts"]
    assert [rule["rulePriority"] for rule in lifecycle["rules"]] == [1, 2]
    assert json.loads(deployed.resources["dr-role-policy"]["policy"])["Statement"] == [
        {
            "Sid": "CreateRepositories",
            "Effect": "Allow",
            "Action": ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
            "Resource": [f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/*"],
        },
        {
            "Sid": "UseKeys",
            "Effect": "Allow",
            "Action": ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
            "Resource": [KEY],
        },
    ]
    assert set(deployed.resources) == {"dr", "dr-role", "dr-role-policy", "dr-us-east-1-ROOT"}


def test_replicates_when_templates_and_role_are_there(deploy):
    options = deploy(topology(repository_prefixes=["payments/"])).options

    component = "urn:pulumi:test::secure-ecr::secure-ecr:index:ReplicationTopology$"
    assert sorted(options["aws:ecr/replicationConfiguration:ReplicationConfiguration", "dr"]["dependencies"]) == [
        f"{component}{TEMPLATE}::dr-eu-west-1-payments",
        f"{component}aws:iam/rolePolicy:RolePolicy::dr-role-policy",
    ]


def test_knows_every_policy_at_preview(deploy):
    """A mandatory control blocks what it cannot judge, so the first preview must know the documents."""
    resources = deploy(topology(repository_prefixes=["payments/"]), preview=True).resources

    documents = [
        resources["dr-role"]["assumeRolePolicy"],
        resources["dr-role-policy"]["policy"],
        resources["dr-eu-west-1-key"]["policy"],
        resources["dr-eu-west-1-payments"]["lifecyclePolicy"],
    ]
    assert "unknown" not in documents


@pytest.mark.parametrize(
    ("prefixes", "templates"),
    [
        pytest.param(["payments/"], ["payments"], id="team"),
        pytest.param([], ["ROOT"], id="everything"),
        pytest.param(["payments"], ["ROOT"], id="beginning-of-a-word"),
        pytest.param(["payments/", "store"], ["ROOT", "payments"], id="both"),
        pytest.param(["payments/", "payments/"], ["payments"], id="twice"),
    ],
)
def test_covers_every_replica_with_a_template(deploy, prefixes, templates):
    resources = deploy(topology(repository_prefixes=prefixes)).resources

    permissions = json.loads(resources["dr-role-policy"]["policy"])["Statement"][0]
    covered = {resource.partition("repository/")[2] for resource in permissions["Resource"]}
    assert covered == {f"{prefix}*" for prefix in prefixes or [""]}
    made = [inputs for name, inputs in resources.items() if name.startswith("dr-eu-west-1-") and "prefix" in inputs]
    assert sorted(inputs["prefix"] for inputs in made) == templates
    parsed = [parse_template({"appliedFor": inputs["appliedFors"], "prefix": inputs["prefix"]}) for inputs in made]
    rule = {"destinations": [{"region": "eu-west-1", "registryId": ACCOUNT}]}
    filters = {"repositoryFilters": prefixes} if prefixes else {}
    assert check_replication_coverage(parse_replication({"rules": [{**rule, **filters}]}), parsed) == ()


def test_puts_every_child_below_the_component(deploy):
    options = deploy(topology()).options
    component = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:ReplicationTopology::dr"
    key = (
        "urn:pulumi:test::secure-ecr::secure-ecr:index:ReplicationTopology"
        "$secure-ecr:index:RepositoryKey::dr-eu-west-1-key"
    )

    assert {name: option["parent"] for (kind, name), option in options.items() if kind.startswith("aws:")} == {
        "dr": component,
        "dr-role": component,
        "dr-role-policy": component,
        "dr-eu-west-1-ROOT": component,
        "dr-eu-west-1-key": key,
        "dr-eu-west-1-key-alias": key,
    }


WRONG = {
    "no-destination": ({"destinations": []}, "dr.destinations: must have 1 to 25 entries, got 0"),
    "text-for-a-destination": (
        {"destinations": ["eu-west-1"]},
        "dr.destinations[0]: must be an object, got 'eu-west-1'",
    ),
    "no-region": ({"destinations": [{}]}, "dr.destinations[0].region: must be given"),
    "number-for-a-region": (
        {"destinations": [{"region": 7}]},
        "dr.destinations[0].region: must be a text, got 7; put it in quotes",
    ),
    "itself": (
        {"destinations": [{"region": "eu-central-1"}]},
        (
            f"dr.destinations[0]: must not be the registry that is replicated, got {ACCOUNT} in eu-central-1;"
            " remove it, or name another Region or account"
        ),
    ),
    "another-partition": (
        {"destinations": [{"region": "cn-north-1"}]},
        "dr.destinations[0].region: must be in partition 'aws', as the registry is, got 'cn-north-1', of 'aws-cn'",
    ),
    "twice": (
        {"destinations": [{"region": "eu-west-1"}, {"region": "eu-west-1"}]},
        "dr.destinations[1].region: must be named once, got 'eu-west-1'",
    ),
    "another-account": (
        {"destinations": [{"region": "eu-west-1", "account_id": "210987654321"}]},
        "dr.destinations[0].account_id: must be a known key, got 'account_id'; use 'region' or 'kms_key_arn'",
    ),
    "key-elsewhere": (
        {"destinations": [{"region": "eu-west-1", "kms_key_arn": KEY}]},
        "dr.destinations[0].kms_key_arn: must be a key in 'eu-west-1', where the repository is, got 'us-east-1'",
    ),
    "wildcard-prefix": (
        {"repository_prefixes": ["payments/*"]},
        (
            "dr.repository_prefixes[0]: must be the beginning of repository names, without wildcards,"
            " got 'payments/*'; write 'payments/': a replication filter is a prefix already"
        ),
    ),
    "short-prefix": (
        {"repository_prefixes": ["p"]},
        "dr.repository_prefixes[0]: must be 2 to 256 characters, got 1: 'p'",
    ),
    "account-without-quotes": (
        {"source_account_id": 123456789012},
        "dr.source_account_id: must be a text, got 123456789012; put it in quotes",
    ),
    "account-of-11-digits": (
        {"source_account_id": "12345678901"},
        "dr.source_account_id: must be an account id of 12 digits, got 11 characters: '12345678901'",
    ),
    "releases-move": (
        {"mutable_tag_patterns": ["*"]},
        (
            "dr.mutable_tag_patterns[0]: must not let release tags move, as it does with '0.0.0', got '*';"
            " name the moving tags alone, as 'latest' or 'branch-*'"
        ),
    ),
}


@pytest.mark.parametrize(("wrong", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_declaration_with_one_line(refusal, wrong, line):
    assert refusal(topology(**wrong)) == [line]


def test_refuses_26_destinations(refusal):
    lines = refusal(topology(destinations=[{"region": f"eu-west-{number}"} for number in range(2, 28)]))

    assert lines == ["dr.destinations: must have 1 to 25 entries, got 26"]


def test_refuses_a_name_that_makes_no_alias(refusal):
    def program():
        ReplicationTopology("dr.eu", {**HOME, "destinations": [{"region": "eu-west-1"}]})

    assert refusal(program) == [
        (
            "[\"dr.eu\"]: must be 'alias/' and letters, digits, '/', '_' and '-', and not begin with 'alias/aws/',"
            " got 'alias/dr.eu'"
        )
    ]
