"""Both ends of a replication, or one of them."""

from __future__ import annotations

import json

import pulumi
import pytest
from ecr_model.lifecycle import DEFAULT, render_lifecycle
from ecr_model.policy.document import check_policy
from ecr_model.policy.kinds import IDENTITY_POLICY, REGISTRY_POLICY, TRUST_POLICY
from ecr_model.replication import (
    Destination,
    ReplicationConfiguration,
    ReplicationRule,
    parse_replication,
)
from ecr_model.replication_graph import render_mermaid, render_table
from ecr_model.templates import check_replication_coverage, parse_template
from secure_ecr import DeclarationError, RegistrySettings, ReplicationTopology
from secure_ecr.key_policy import render_key_policy

from tests.components.recording import Deployment

ACCOUNT, OTHER = "123456789012", "210987654321"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/dr-role"
BUILDER = f"arn:aws:iam::{OTHER}:role/replication"
HOME = {"source_account_id": ACCOUNT, "source_region": "eu-central-1"}
TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
DENY = {"Effect": "Deny", "Principal": "*", "Action": "ecr:DeleteRepository", "Resource": "*"}
LEFT_BEHIND = (
    "warning: dr: copies what is pushed from now on; earlier images and deletions do not follow;"
    " `aws ecr start-replication-backfill` copies the former"
)


def topology(**args):
    def program():
        made = ReplicationTopology("dr", {**HOME, "destinations": [{"region": "eu-west-1"}], **args})
        return {
            "registries": made.replica_registries,
            "keys": made.key_arns,
            "roles": made.template_role_arns,
            "table": made.table,
            "mermaid": made.mermaid,
        }

    return program


def elsewhere(region="eu-west-1", **more):
    """Return a destination in another account."""
    return {"region": region, "account_id": OTHER, "role_arn": BUILDER, **more}


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
    shown = [deployed.outputs.pop("table"), deployed.outputs.pop("mermaid")]
    assert deployed.outputs == {
        "registries": {"eu-west-1": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"},
        "keys": {"eu-west-1": key_in("eu-west-1")},
        "roles": {ACCOUNT: ROLE},
    }
    source, destination = Destination("eu-central-1", ACCOUNT), Destination("eu-west-1", ACCOUNT)
    configuration = ReplicationConfiguration((ReplicationRule((destination,), ("payments/core/", "storefront/")),))
    assert shown == [render_table(configuration, source), render_mermaid(configuration, source)]
    assert deployed.log == [LEFT_BEHIND]


def replication(*rules):
    return {"region": "eu-central-1", "replicationConfiguration": {"rules": list(rules)}}


def key_of(account_id, region):
    return {
        "description": "Encrypts the images of ECR repositories",
        "policy": render_key_policy(account_id, partition="aws", region=region),
        "enableKeyRotation": True,
        "rotationPeriodInDays": 365,
        "deletionWindowInDays": 30,
        "multiRegion": False,
        "region": region,
    }


def test_builds_both_ends_in_another_account(deploy):
    """The keys' and roles' own ARNs come from the mocks, which know one account alone."""
    name = f"dr-{OTHER}"
    destinations = [elsewhere("eu-west-1", external_id="dr-7"), elsewhere("eu-central-1", external_id="dr-7")]
    deployed = deploy(topology(destinations=destinations, repository_prefixes=["payments/"], tags={"team": "platform"}))

    made = deployed.resources
    documents = {
        "permissions": made[f"{name}-role-policy"].pop("policy"),
        **{region: made[f"{name}-{region}"].pop("policy") for region in ("eu-central-1", "eu-west-1")},
    }
    made[f"{name}-role"].pop("assumeRolePolicy")
    key = f"arn:aws:kms:{{0}}:{ACCOUNT}:key/{name}-{{0}}-key"
    settings = {"customRoleArn": f"arn:aws:iam::{ACCOUNT}:role/{name}-role", "resourceTags": {"team": "platform"}}
    expected = {
        "dr": replication(
            {
                "destinations": [
                    {"region": "eu-central-1", "registryId": OTHER},
                    {"region": "eu-west-1", "registryId": OTHER},
                ],
                "repositoryFilters": [{"filter": "payments/", "filterType": "PREFIX_MATCH"}],
            }
        ),
        name: {
            "region": "eu-central-1",
            "allowedAccountIds": f'["{OTHER}"]',
            "assumeRoles": f'[{{"externalId": "dr-7", "roleArn": "{BUILDER}"}}]',
            "defaultTags": '{"tags": {"team": "platform"}}',
            "skipCredentialsValidation": "false",
            "skipRegionValidation": "true",
        },
        f"{name}-role": {"description": "Creates replicas of Amazon ECR repositories from their creation templates"},
        f"{name}-role-policy": {"role": f"{name}-role"},
    }
    for region in ("eu-central-1", "eu-west-1"):
        expected |= {
            f"{name}-{region}": {"region": region},
            f"{name}-{region}-key": key_of(OTHER, region),
            f"{name}-{region}-key-alias": {
                "name": f"alias/{name}-{region}",
                "targetKeyId": f"{name}-{region}-key",
                "region": region,
            },
            f"{name}-{region}-payments": template("payments", region, key.format(region), **settings),
        }
    assert made == expected
    for region in ("eu-central-1", "eu-west-1"):
        assert check_policy(documents[region], REGISTRY_POLICY) == ()
        assert json.loads(documents[region]) == {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": f"ReplicationFrom{ACCOUNT}",
                    "Effect": "Allow",
                    "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:root"]},
                    "Action": ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
                    "Resource": [f"arn:aws:ecr:{region}:{OTHER}:repository/payments/*"],
                }
            ],
        }
    assert json.loads(documents["permissions"])["Statement"] == [
        {
            "Sid": "CreateRepositories",
            "Effect": "Allow",
            "Action": ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
            "Resource": [
                f"arn:aws:ecr:eu-central-1:{OTHER}:repository/payments/*",
                f"arn:aws:ecr:eu-west-1:{OTHER}:repository/payments/*",
            ],
        },
        {
            "Sid": "UseKeysByAlias",
            "Effect": "Allow",
            "Action": ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
            "Resource": [f"arn:aws:kms:eu-central-1:{OTHER}:key/*", f"arn:aws:kms:eu-west-1:{OTHER}:key/*"],
            "Condition": {
                "ForAnyValue:StringEquals": {
                    "kms:ResourceAliases": [f"alias/{name}-eu-central-1", f"alias/{name}-eu-west-1"]
                }
            },
        },
    ]
    assert deployed.outputs["registries"] == {
        f"{OTHER}-eu-central-1": f"{OTHER}.dkr.ecr.eu-central-1.amazonaws.com",
        f"{OTHER}-eu-west-1": f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com",
    }
    assert set(deployed.outputs["keys"]) == {f"{OTHER}-eu-central-1", f"{OTHER}-eu-west-1"}
    assert deployed.outputs["roles"] == {OTHER: f"arn:aws:iam::{ACCOUNT}:role/{name}-role"}


def providers(deployed):
    """Return the provider that each resource was given, by its logical name."""
    return {
        name: options["provider"].split("::")[-2] if "provider" in options else None
        for (kind, name), options in deployed.options.items()
        if kind.startswith("aws:")
    }


def test_builds_each_account_with_a_provider_of_its_own(deploy):
    third = "333344445555"
    builder = f"arn:aws:iam::{third}:role/replication"
    destinations = [
        {"region": "eu-west-1"},
        elsewhere(kms_key_arn=f"arn:aws:kms:eu-west-1:{OTHER}:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        {"region": "eu-west-1", "role_arn": builder},
    ]

    deployed = deploy(topology(destinations=destinations, access={"pull": [{"organization_id": "o-abcdefghij"}]}))

    assert providers(deployed) == {
        "dr": None,
        **dict.fromkeys(("dr-role", "dr-role-policy", "dr-eu-west-1-ROOT")),
        **dict.fromkeys(("dr-eu-west-1-key", "dr-eu-west-1-key-alias")),
        **dict.fromkeys((f"dr-{OTHER}-role", f"dr-{OTHER}-role-policy"), f"dr-{OTHER}"),
        **dict.fromkeys((f"dr-{OTHER}-eu-west-1", f"dr-{OTHER}-eu-west-1-ROOT"), f"dr-{OTHER}"),
        **dict.fromkeys((f"dr-{third}-role", f"dr-{third}-role-policy"), f"dr-{third}"),
        **dict.fromkeys((f"dr-{third}-eu-west-1", f"dr-{third}-eu-west-1-ROOT"), f"dr-{third}"),
        **dict.fromkeys((f"dr-{third}-eu-west-1-key", f"dr-{third}-eu-west-1-key-alias"), f"dr-{third}"),
    }
    component = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:ReplicationTopology::dr"
    made = [name for kind, name in deployed.options if kind == "pulumi:providers:aws"]
    assert made == [f"dr-{OTHER}", f"dr-{third}"]
    assert {deployed.options["pulumi:providers:aws", name]["parent"] for name in made} == {component}
    assert deployed.resources["dr"] == replication(
        {"destinations": [{"region": "eu-west-1", "registryId": each} for each in (ACCOUNT, OTHER, third)]}
    )
    assert deployed.outputs["mermaid"].splitlines() == [
        "flowchart LR",
        '    subgraph a123456789012["account 123456789012"]',
        '        r123456789012_eu_central_1["eu-central-1"]',
        '        r123456789012_eu_west_1["eu-west-1"]',
        "    end",
        '    subgraph a210987654321["account 210987654321"]',
        '        r210987654321_eu_west_1["eu-west-1"]',
        "    end",
        '    subgraph a333344445555["account 333344445555"]',
        '        r333344445555_eu_west_1["eu-west-1"]',
        "    end",
        '    r123456789012_eu_central_1 -->|"every repository"| r123456789012_eu_west_1',
        '    r123456789012_eu_central_1 -->|"every repository"| r210987654321_eu_west_1',
        '    r123456789012_eu_central_1 -->|"every repository"| r333344445555_eu_west_1',
    ]


def test_has_one_rule_for_the_destinations_of_each_list_of_prefixes(deploy):
    destinations = [
        {"region": "eu-west-1"},
        {"region": "eu-west-2", "repository_prefixes": ["payments/"]},
        {"region": "eu-west-3", "repository_prefixes": ["base/", "payments/"]},
    ]

    resources = deploy(topology(destinations=destinations, repository_prefixes=["payments/", "base/"])).resources

    payments = {"filter": "payments/", "filterType": "PREFIX_MATCH"}
    assert resources["dr"] == replication(
        {
            "destinations": [
                {"region": "eu-west-1", "registryId": ACCOUNT},
                {"region": "eu-west-3", "registryId": ACCOUNT},
            ],
            "repositoryFilters": [{"filter": "base/", "filterType": "PREFIX_MATCH"}, payments],
        },
        {"destinations": [{"region": "eu-west-2", "registryId": ACCOUNT}], "repositoryFilters": [payments]},
    )
    assert sorted(name for name, inputs in resources.items() if "prefix" in inputs) == [
        "dr-eu-west-1-base",
        "dr-eu-west-1-payments",
        "dr-eu-west-2-payments",
        "dr-eu-west-3-base",
        "dr-eu-west-3-payments",
    ]


def test_stays_in_the_partition_of_its_source(deploy):
    builder = f"arn:aws-cn:iam::{OTHER}:role/replication"
    destinations = [elsewhere("cn-northwest-1", role_arn=builder)]

    deployed = deploy(topology(source_region="cn-north-1", destinations=destinations))

    name = f"dr-{OTHER}-cn-northwest-1"
    statement = json.loads(deployed.resources[name]["policy"])["Statement"][0]
    assert statement["Principal"] == {"AWS": [f"arn:aws-cn:iam::{ACCOUNT}:root"]}
    assert statement["Resource"] == [f"arn:aws-cn:ecr:cn-northwest-1:{OTHER}:repository/*"]
    granted = json.loads(deployed.resources[f"dr-{OTHER}-role-policy"]["policy"])["Statement"]
    assert [statement["Resource"] for statement in granted] == [
        [f"arn:aws-cn:ecr:cn-northwest-1:{OTHER}:repository/*"],
        [f"arn:aws-cn:kms:cn-northwest-1:{OTHER}:key/*"],
    ]
    assert deployed.outputs["registries"] == {
        f"{OTHER}-cn-northwest-1": f"{OTHER}.dkr.ecr.cn-northwest-1.amazonaws.com.cn"
    }


SHARED = {"destinations": [{"region": "eu-west-1"}, elsewhere("eu-west-1"), elsewhere("eu-west-2")]}


def test_builds_the_source_alone(deploy):
    deployed = deploy(topology(**SHARED, role="source"))

    assert set(deployed.resources) == {"dr"}
    assert deployed.resources["dr"] == replication(
        {
            "destinations": [
                {"region": "eu-west-1", "registryId": ACCOUNT},
                {"region": "eu-west-1", "registryId": OTHER},
                {"region": "eu-west-2", "registryId": OTHER},
            ]
        }
    )
    assert (deployed.outputs["keys"], deployed.outputs["roles"]) == ({}, {})
    assert deployed.log == [LEFT_BEHIND]


def built_in(region):
    name = f"dr-{OTHER}-{region}"
    return {name, f"{name}-ROOT", f"{name}-key", f"{name}-key-alias"}


ONCE = {f"dr-{OTHER}-role", f"dr-{OTHER}-role-policy"}


@pytest.mark.parametrize(
    ("args", "made", "provider"),
    [
        pytest.param(
            {}, {f"dr-{OTHER}", *ONCE, *built_in("eu-west-1"), *built_in("eu-west-2")}, f"dr-{OTHER}", id="account"
        ),
        pytest.param(
            {"destination_region": "eu-west-2"},
            {f"dr-{OTHER}", *ONCE, *built_in("eu-west-2")},
            f"dr-{OTHER}",
            id="one-region",
        ),
        pytest.param(
            {"destinations": [{"region": "eu-west-2", "account_id": OTHER}]},
            {*ONCE, *built_in("eu-west-2")},
            None,
            id="with-the-stack's-own-provider",
        ),
    ],
)
def test_builds_one_destination_alone(deploy, args, made, provider):
    deployed = deploy(topology(**{**SHARED, "role": "destination", "destination_account_id": OTHER, **args}))

    assert set(deployed.resources) == made
    assert set(providers(deployed).values()) == {provider}
    assert deployed.log == []


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


def far(**more):
    """Return one destination in another account, changed."""
    return {"destinations": [{key: value for key, value in elsewhere(**more).items() if value is not None}]}


PREFIX = "must be the beginning of repository names, without wildcards"
ROLE_PATTERN = "must be the ARN of an IAM role, 'arn:aws:iam::<account>:role/<name>'"
WRONG = {
    # --- destinations
    "role-of-an-unsaid-account": (
        far(account_id=None, role_arn=pulumi.Output.from_input(BUILDER)),
        (
            "dr.destinations[0].account_id: must be given beside a role_arn that is known later;"
            " write the account of the role"
        ),
    ),
    "prefix-without-a-template": (
        {"repository_prefixes": ["team/", "a/"]},
        (
            "dr.repository_prefixes[1]: must have 2 characters or more: the AWS provider takes no shorter template,"
            " got 'a/'"
        ),
    ),
    "no-destination": ({"destinations": []}, "dr.destinations: must have 1 to 25 entries, got 0"),
    "one-destination-for-a-list": (
        {"destinations": {"region": "eu-west-1"}},
        "dr.destinations: must be a list, got a dict",
    ),
    "text-for-a-destination": (
        {"destinations": ["eu-west-1"]},
        "dr.destinations[0]: must be an object, got 'eu-west-1'",
    ),
    "unknown-key": (
        {"destinations": [{"region": "eu-west-1", "account": OTHER}]},
        "dr.destinations[0].account: must be a known key, got 'account'; write 'account_id'",
    ),
    "no-region": ({"destinations": [{}]}, "dr.destinations[0].region: must be given"),
    "number-for-a-region": (
        {"destinations": [{"region": 7}]},
        "dr.destinations[0].region: must be a text, got 7; put it in quotes",
    ),
    "misspelt-region": (
        {"destinations": [{"region": "eu-wets-1x"}]},
        (
            "dr.destinations[0].region: must be a Region's name, as eu-west-1, got 'eu-wets-1x';"
            " write 'eu-west-1' if that was meant"
        ),
    ),
    "itself": (
        {"destinations": [{"region": "eu-central-1"}]},
        (
            f"dr.destinations[0]: must not be the registry that is replicated, got {ACCOUNT} in eu-central-1;"
            " remove it, or name another Region or account"
        ),
    ),
    "itself-by-its-account": (
        {"destinations": [{"region": "eu-central-1", "account_id": ACCOUNT}]},
        (
            f"dr.destinations[0]: must not be the registry that is replicated, got {ACCOUNT} in eu-central-1;"
            " remove it, or name another Region or account"
        ),
    ),
    "another-partition": (
        {"destinations": [{"region": "cn-north-1"}]},
        "dr.destinations[0].region: must be in partition 'aws', as the registry is, got 'cn-north-1', of 'aws-cn'",
    ),
    "another-partition-elsewhere": (
        far(region="us-gov-west-1"),
        (
            "dr.destinations[0].region: must be in partition 'aws', as the registry is, got 'us-gov-west-1',"
            " of 'aws-us-gov'"
        ),
    ),
    "twice": (
        {"destinations": [{"region": "eu-west-1"}, {"region": "eu-west-1"}]},
        "dr.destinations[1].region: must be named once, got 'eu-west-1'",
    ),
    "twice-elsewhere": (
        {"destinations": [elsewhere(), elsewhere(account_id=OTHER)]},
        "dr.destinations[1].region: must be named once, got 'eu-west-1'",
    ),
    "key-elsewhere": (
        {"destinations": [{"region": "eu-west-1", "kms_key_arn": KEY}]},
        "dr.destinations[0].kms_key_arn: must be a key in 'eu-west-1', where the repository is, got 'us-east-1'",
    ),
    "11-lists-of-prefixes": (
        {
            "destinations": [
                {"region": f"eu-west-{number}", "repository_prefixes": [f"team{number}/"]} for number in range(2, 13)
            ]
        },
        (
            "dr.destinations: must have at most 10 different lists of prefixes: the AWS provider takes no more rules,"
            " got 11; give several destinations the same list"
        ),
    ),
    "more-prefixes-than-a-registry-policy-holds": (
        {
            "destinations": [elsewhere()],
            "repository_prefixes": [f"{number}{'x' * 100}/" for number in range(70)],
            "role": "destination",
            "destination_account_id": OTHER,
        },
        (
            "dr.destinations: must need no identity policy of more than 10,240 characters, got 11,134 for account"
            f" {OTHER}; name fewer prefixes, shorter ones that begin several names"
        ),
        (
            "dr.destinations: must need no registry policy of more than 10,240 characters, got 10,916 for"
            f" {OTHER} in eu-west-1; name fewer prefixes, shorter ones that begin several names"
        ),
    ),
    # --- other accounts
    "account-without-a-role": (
        far(role_arn=None),
        (
            f"dr.destinations[0].role_arn: must be given, as account {OTHER} is another than the source's;"
            " name a role there, or build that end in a stack of its own, with role 'source' here"
        ),
    ),
    "destination-account-without-quotes": (
        far(account_id=210987654321),
        "dr.destinations[0].account_id: must be a text, got 210987654321; put it in quotes",
    ),
    "destination-account-of-11-digits": (
        far(account_id="21098765432"),
        "dr.destinations[0].account_id: must be an account id of 12 digits, got 11 characters: '21098765432'",
    ),
    "role-of-a-third-account": (
        far(role_arn="arn:aws:iam::333344445555:role/x"),
        (
            f"dr.destinations[0].role_arn: must be a role of account {OTHER}, the destination's, got"
            " 'arn:aws:iam::333344445555:role/x'"
        ),
    ),
    "role-of-the-source": (
        {"destinations": [{"region": "eu-west-1", "role_arn": f"arn:aws:iam::{ACCOUNT}:role/x"}]},
        (
            "dr.destinations[0].role_arn: must lead to another account than the source's, got"
            f" 'arn:aws:iam::{ACCOUNT}:role/x'; remove it: the component's own provider builds there"
        ),
    ),
    "role-of-another-partition": (
        far(role_arn=f"arn:aws-cn:iam::{OTHER}:role/x"),
        (
            "dr.destinations[0].role_arn: must be in partition 'aws', as the registry is, got"
            f" 'arn:aws-cn:iam::{OTHER}:role/x'"
        ),
    ),
    "user-for-a-role": (
        far(role_arn=f"arn:aws:iam::{OTHER}:user/x"),
        f"dr.destinations[0].role_arn: {ROLE_PATTERN}, got 'arn:aws:iam::{OTHER}:user/x'",
    ),
    "text-for-a-role": (
        far(account_id=None, role_arn="arn:replication"),
        f"dr.destinations[0].role_arn: {ROLE_PATTERN}, got 'arn:replication'",
    ),
    "external-id-with-a-blank": (
        far(external_id="a b"),
        "dr.destinations[0].external_id: must be letters, digits and any of '+=,.@:/-_', got 'a b'",
    ),
    "short-external-id": (
        far(external_id="a"),
        "dr.destinations[0].external_id: must be 2 to 1224 characters, got 1: 'a'",
    ),
    "external-id-without-a-role": (
        {"destinations": [{"region": "eu-west-1", "external_id": "dr-7"}]},
        "dr.destinations[0].external_id: must stand beside a role_arn, whose role asks for it",
    ),
    "two-roles-of-one-account": (
        {"destinations": [elsewhere(), elsewhere("eu-west-2", role_arn=f"arn:aws:iam::{OTHER}:role/x")]},
        "dr.destinations[1].role_arn: must be that of destinations[0], whose account is the same",
    ),
    "two-external-ids-of-one-account": (
        {"destinations": [elsewhere(external_id="dr-7"), elsewhere("eu-west-2")]},
        "dr.destinations[1].external_id: must be that of destinations[0], whose account is the same",
    ),
    # --- prefixes
    "wildcard-prefix": (
        {"repository_prefixes": ["payments/*"]},
        (
            f"dr.repository_prefixes[0]: {PREFIX}, got 'payments/*'; write 'payments/': a replication filter is a"
            " prefix already"
        ),
    ),
    "upper-case-prefix": (
        {"repository_prefixes": ["Payments/"]},
        f"dr.repository_prefixes[0]: {PREFIX}, got 'Payments/'",
    ),
    "short-prefix": (
        {"repository_prefixes": ["p"]},
        "dr.repository_prefixes[0]: must be 2 to 256 characters, got 1: 'p'",
    ),
    "text-for-prefixes": (
        {"repository_prefixes": "payments/"},
        "dr.repository_prefixes: must be a list, got 'payments/'",
    ),
    "101-prefixes": (
        {"repository_prefixes": [f"team{number}/" for number in range(101)]},
        "dr.repository_prefixes: must have at most 100 entries, got 101",
    ),
    "wildcard-prefix-of-a-destination": (
        {"destinations": [{"region": "eu-west-1", "repository_prefixes": ["*"]}]},
        "dr.destinations[0].repository_prefixes[0]: must be 2 to 256 characters, got 1: '*'",
    ),
    "prefix-of-no-repository": (
        {"repository_prefixes": ["payments/", "store/"], "repository_names": ["payments/api"]},
        (
            "dr.repository_prefixes[1]: must begin the name of a declared repository, got 'store/';"
            " declare the repository, or remove the prefix"
        ),
    ),
    "prefix-without-any-repository": (
        {"repository_prefixes": ["payments/"], "repository_names": []},
        (
            "dr.repository_prefixes[0]: must begin the name of a declared repository, got 'payments/';"
            " declare the repository, or remove the prefix"
        ),
    ),
    "destination-prefix-of-no-repository": (
        {
            "destinations": [{"region": "eu-west-1", "repository_prefixes": ["store/"]}],
            "repository_names": ["payments/api"],
        },
        (
            "dr.destinations[0].repository_prefixes[0]: must begin the name of a declared repository, got 'store/';"
            " declare the repository, or remove the prefix"
        ),
    ),
    "wrong-repository-name": (
        {"repository_names": ["Payments/API"]},
        (
            "dr.repository_names[0]: must be lower-case letters and digits, separated by '.', '_', '__', hyphens"
            " or '/', got 'Payments/API'; write 'payments/api'"
        ),
    ),
    # --- one end
    "unknown-role": ({"role": "target"}, "dr.role: must be 'source' or 'destination', got 'target'"),
    "destination-of-no-account": (
        {"role": "destination"},
        "dr.destination_account_id: must be given with role 'destination'; write the account of this stack",
    ),
    "destination-of-another-account": (
        {"role": "destination", "destination_account_id": OTHER},
        f"dr.destination_account_id: must be the account of a destination, got {OTHER}",
    ),
    "destination-account-of-1-digit": (
        {"role": "destination", "destination_account_id": "1"},
        "dr.destination_account_id: must be the account of a destination, got 1",
    ),
    "destination-in-another-region": (
        {"role": "destination", "destination_account_id": ACCOUNT, "destination_region": "eu-west-2"},
        f"dr.destination_account_id: must be the account of a destination, got {ACCOUNT} in eu-west-2",
    ),
    "destination-account-of-both-ends": (
        {"destination_account_id": ACCOUNT},
        "dr.destination_account_id: must stand beside role 'destination' alone",
    ),
    "destination-region-of-the-source": (
        {"role": "source", "destination_region": "eu-west-1"},
        "dr.destination_region: must stand beside role 'destination' alone",
    ),
    # --- the source and the settings of the replicas
    "account-without-quotes": (
        {"source_account_id": 123456789012},
        "dr.source_account_id: must be a text, got 123456789012; put it in quotes",
    ),
    "account-of-11-digits": (
        {"source_account_id": "12345678901"},
        "dr.source_account_id: must be an account id of 12 digits, got 11 characters: '12345678901'",
    ),
    "no-source-region": ({"source_region": None}, "dr.source_region: must be given"),
    "releases-move": (
        {"mutable_tag_patterns": ["*"]},
        (
            "dr.mutable_tag_patterns[0]: must not let release tags move, as it does with '0.0.0', got '*';"
            " name the moving tags alone, as 'latest' or 'branch-*'"
        ),
    ),
}


@pytest.mark.parametrize(("wrong", "lines"), [(row[0], list(row[1:])) for row in WRONG.values()], ids=WRONG)
def test_refuses_a_wrong_declaration(refusal, wrong, lines):
    assert refusal(topology(**wrong)) == lines


def test_refuses_all_mistakes_at_once(refusal):
    wrong = {
        "source_account_id": ACCOUNT,
        "destinations": [
            {"region": "eu-central-1"},
            {"region": "eu-west-1", "account_id": OTHER},
            {"region": "eu-west-2", "external_id": "dr-7"},
        ],
        "repository_prefixes": ["store/"],
        "repository_names": ["payments/api"],
        "role": "both",
    }

    assert [line.partition(": ")[0] for line in refusal(topology(**wrong))] == [
        "dr.role",
        "dr.repository_prefixes[0]",
        "dr.destinations[0]",
        "dr.destinations[1].role_arn",
        "dr.destinations[2].external_id",
    ]


def test_refuses_names_that_are_not_known_yet(refusal):
    later = pulumi.Output.from_input("x")

    assert refusal(topology(destinations=[elsewhere(later)], repository_prefixes=[later])) == [
        f"dr.{path}: must be known at preview, got an Output; write the value itself, it is judged before anything is"
        " registered"
        for path in ("destinations[0].region", "repository_prefixes[0]")
    ]


def test_takes_a_key_that_is_not_known_yet(deploy):
    key = pulumi.Output.from_input(KEY)

    deployed = deploy(topology(destinations=[{"region": "us-east-1", "kms_key_arn": key}]))

    assert deployed.outputs["keys"] == {"us-east-1": KEY}


@pytest.mark.parametrize("known", [BUILDER, pulumi.UNKNOWN], ids=["known", "unknown"])
def test_takes_a_role_that_another_stack_tells(deploy, known):
    def role():
        return pulumi.Output.from_input(known)

    destinations = [elsewhere(role_arn=role()), elsewhere("eu-west-2", role_arn=role())]

    made = deploy(topology(destinations=destinations), preview=True).resources[f"dr-{OTHER}"]

    assert made["assumeRoles"] == (json.dumps([{"roleArn": known}]) if known == BUILDER else "unknown")
    assert made["allowedAccountIds"] == json.dumps([OTHER])


def test_warns_of_a_prefix_that_only_the_root_template_covers(deploy):
    assert deploy(topology(repository_prefixes=["payments/", "prod-micro"])).log == [
        (
            "warning: dr.repository_prefixes[1]: takes names that no template covers but ROOT, which covers all other"
            " replicas as well, got 'prod-micro'; end it with '/' if names below it alone are meant"
        ),
        LEFT_BEHIND,
    ]


def test_takes_25_destinations(deploy):
    regions = [f"eu-west-{number}" for number in range(2, 27)]

    resources = deploy(topology(destinations=[{"region": region} for region in regions])).resources

    assert resources["dr"] == replication(
        {"destinations": [{"region": region, "registryId": ACCOUNT} for region in sorted(regions)]}
    )


def second(name, **args):
    def program():
        ReplicationTopology("dr", {**HOME, "destinations": [elsewhere(), {"region": "eu-west-1"}]})
        ReplicationTopology(name, {**HOME, **args})

    return program


@pytest.mark.parametrize(
    ("args", "lines"),
    [
        pytest.param(
            {"destinations": [{"region": "eu-west-2"}]},
            ["more: must be the only replication configuration of account 123456789012 in eu-central-1"],
            id="replication-configuration",
        ),
        pytest.param(
            {"source_region": "us-east-1", "destinations": [elsewhere()]},
            [
                f"more.destinations: must be the only creation template for 'ROOT' of account {OTHER} in eu-west-1",
                f"more.destinations: must be the only registry policy of account {OTHER} in eu-west-1",
            ],
            id="registry-policy",
        ),
        pytest.param(
            {"source_region": "us-east-1", "destinations": [{"region": "eu-west-1"}]},
            ["more.destinations: must be the only creation template for 'ROOT' of account 123456789012 in eu-west-1"],
            id="template",
        ),
    ],
)
def test_refuses_a_second_holder_of_a_setting(deploy, args, lines):
    """The first one's resources stand; a refused component registers nothing."""
    deployment = Deployment()
    with pytest.raises(DeclarationError) as refused:
        deploy(second("more", **args), into=deployment)

    assert str(refused.value).splitlines() == [
        f"{line}, got ReplicationTopology 'dr' and ReplicationTopology 'more';"
        " keep one of the two: AWS would keep whichever comes last"
        for line in lines
    ]
    assert set(deployment.components) >= {"dr"}
    assert not [name for name in (*deployment.resources, *deployment.components) if name.startswith("more")]


@pytest.mark.parametrize("here", [ACCOUNT, OTHER], ids=["two-accounts", "one-account"])
def test_asks_whose_account_the_stack_is_in(deploy, here):
    """The component's own provider leads to an account that is known, the stack's to one that nobody has named."""

    def program():
        RegistrySettings("here", {"region": "eu-west-1", "registry_statements": [DENY]})
        ReplicationTopology("dr", {**HOME, "destinations": [elsewhere()]})

    calls = {
        "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": here},
        "aws:index/getRegion:getRegion": {"region": "eu-west-1"},
    }
    if here == ACCOUNT:
        assert f"dr-{OTHER}-eu-west-1" in deploy(program, calls=calls).resources
        return
    with pytest.raises(DeclarationError) as refused:
        deploy(program, calls=calls)
    assert str(refused.value) == (
        f"dr.destinations: must be the only registry policy of account {OTHER} in eu-west-1, got RegistrySettings"
        " 'here' and ReplicationTopology 'dr'; keep one of the two: AWS would keep whichever comes last"
    )


def test_takes_the_return_of_another_registry(deploy):
    def program():
        ReplicationTopology("there", {**HOME, "destinations": [{"region": "eu-west-1"}]})
        ReplicationTopology(
            "back", {**HOME, "source_region": "eu-west-1", "destinations": [{"region": "eu-central-1"}]}
        )

    assert {"there", "back"} < set(deploy(program).resources)


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
