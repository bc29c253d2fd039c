from __future__ import annotations

import json

import pulumi
import pytest
from ecr_model.lifecycle import DEFAULT, render_lifecycle
from ecr_model.policy.document import check_policy
from ecr_model.policy.kinds import IDENTITY_POLICY, REGISTRY_POLICY, TRUST_POLICY
from secure_ecr import DeclarationError, RegistrySettings, ReplicationTopology

ACCOUNT, OTHER = "123456789012", "210987654321"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/creator"
MADE_ROLE = f"arn:aws:iam::{ACCOUNT}:role/registry-role"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:ecr-pullthroughcache/hub-AbCdEf"
UPSTREAM = f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com"
ORGANIZATION = "o-a1b2c3d4e5"
HERE = {"account_id": ACCOUNT, "region": "eu-west-1"}
REPOSITORY = f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/"
COMPONENT = "urn:pulumi:test::secure-ecr::secure-ecr:index:RegistrySettings$"

PUSHES = {"scan_frequency": "SCAN_ON_PUSH", "repository_filters": ["*"]}
TEMPLATE = {"prefix": "team", "applied_for": ["REPLICATION"]}
CACHE = {"ecr_repository_prefix": "hub", "upstream_registry_url": "quay.io"}


def registry(**args):
    """Return a program of one component, in a place that is known."""

    def program():
        made = RegistrySettings("registry", {**HERE, **args})
        return {"registry": made.registry_id, "policy": made.policy, "role": made.template_role_arn}

    return program


def scanned(scan_type, frequency, pattern):
    rule = {"scan_frequency": frequency, "repository_filters": [pattern]}
    return {"scanning": {"scan_type": scan_type, "rules": [rule]}}


def source(**args):
    return {"replication_sources": [{"account_id": OTHER, **args}]}


def statement(**elements):
    allow = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "ecr:ReplicateImage", "Resource": "*"}
    return {"registry_statements": [{**allow, **elements}]}


def template(**args):
    return {"creation_templates": [{**TEMPLATE, **args}]}


def cached(**args):
    return {"pull_through": [{**CACHE, **args}]}


def imported(prefix):
    return {**CACHE, "ecr_repository_prefix": prefix, "importers": [{"account_id": OTHER}]}


def is_document(text, kind):
    return check_policy(text, kind) == ()


def test_is_secure_without_arguments(deploy):
    def program():
        made = RegistrySettings("registry", {})
        return {"registry": made.registry_id, "policy": made.policy, "role": made.template_role_arn}

    deployed = deploy(program)

    assert deployed.resources == {
        "registry": {
            "scanType": "BASIC",
            "rules": [
                {
                    "scanFrequency": "SCAN_ON_PUSH",
                    "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}],
                }
            ],
        },
        "registry-basic-scan-type-version": {"name": "BASIC_SCAN_TYPE_VERSION", "value": "AWS_NATIVE"},
        "registry-registry-policy-scope": {"name": "REGISTRY_POLICY_SCOPE", "value": "V2"},
    }
    assert deployed.outputs == {"registry": ACCOUNT, "policy": "", "role": ""}
    assert deployed.log == []


def test_registers_what_every_argument_says(deploy):
    deployed = deploy(
        registry(
            scanning={
                "scan_type": "ENHANCED",
                "rules": [
                    PUSHES,
                    {"scan_frequency": "CONTINUOUS_SCAN", "repository_filters": ["team/*", "base", "base"]},
                ],
            },
            replication_sources=[
                {"account_id": OTHER, "repository_prefixes": ["team/", "base/"]},
                {"account_id": "000011112222"},
            ],
            registry_statements=[
                {"Sid": "Keep", "Effect": "Deny", "Principal": "*", "Action": "ecr:DeleteRepository", "Resource": "*"}
            ],
            creation_templates=[
                {
                    "prefix": "ROOT",
                    "applied_for": ["REPLICATION", "CREATE_ON_PUSH", "REPLICATION"],
                    "description": "Everything",
                    "mutable_tag_patterns": ["latest", "branch-*"],
                    "kms_key_arn": KEY,
                    "lifecycle": {"untagged": {"count": 3}, "keep": [{"any": True, "count": 50}]},
                    "access": {"pull": [{"account_id": OTHER}]},
                    "resource_tags": {"team": "platform"},
                },
                {"prefix": "bare/", "applied_for": ["REPLICATION"], "encryption_type": "AES256"},
                {"prefix": "own", "applied_for": ["REPLICATION"], "custom_role_arn": ROLE},
            ],
            pull_through=[
                {
                    "ecr_repository_prefix": "hub/",
                    "upstream_registry_url": "registry-1.docker.io",
                    "upstream_repository_prefix": "library",
                    "credential_arn": SECRET,
                    "importers": [{"organization_id": ORGANIZATION}, {"role_arn": ROLE}],
                },
                {
                    "ecr_repository_prefix": "central",
                    "upstream_registry_url": UPSTREAM,
                    "custom_role_arn": ROLE,
                    "importers": [{"account_id": OTHER}],
                },
            ],
            account_settings={"BLOB_MOUNTING": "DISABLED"},
            pull_time_exclusions=[ROLE, f"arn:aws:iam::{ACCOUNT}:user/scan/nightly", ROLE],
        )
    )

    resources = deployed.resources
    documents = {
        "policy": resources["registry-policy"].pop("policy"),
        "trust": resources["registry-role"].pop("assumeRolePolicy"),
        "permissions": resources["registry-role-policy"].pop("policy"),
        "access": resources["registry-template-ROOT"].pop("repositoryPolicy"),
        "lifecycle": resources["registry-template-ROOT"].pop("lifecyclePolicy"),
    }
    region = {"region": "eu-west-1"}
    plain = {
        "description": "Settings of repositories that ECR creates",
        "lifecyclePolicy": render_lifecycle(DEFAULT),
        **region,
    }
    kms = {"encryptionConfigurations": [{"encryptionType": "KMS"}]}
    cache = {"appliedFors": ["PULL_THROUGH_CACHE"], "imageTagMutability": "MUTABLE", **kms, **plain}
    assert resources == {
        "registry": {
            "scanType": "ENHANCED",
            "rules": [
                {
                    "scanFrequency": "CONTINUOUS_SCAN",
                    "repositoryFilters": [
                        {"filter": "base", "filterType": "WILDCARD"},
                        {"filter": "team/*", "filterType": "WILDCARD"},
                    ],
                },
                {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]},
            ],
            **region,
        },
        "registry-basic-scan-type-version": {"name": "BASIC_SCAN_TYPE_VERSION", "value": "AWS_NATIVE", **region},
        "registry-blob-mounting": {"name": "BLOB_MOUNTING", "value": "DISABLED", **region},
        "registry-registry-policy-scope": {"name": "REGISTRY_POLICY_SCOPE", "value": "V2", **region},
        "registry-role": {"description": "Creates Amazon ECR repositories from their creation templates"},
        "registry-role-policy": {"role": "registry-role"},
        "registry-template-ROOT": {
            "prefix": "ROOT",
            "appliedFors": ["CREATE_ON_PUSH", "REPLICATION"],
            "description": "Everything",
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [
                {"filter": "branch-*", "filterType": "WILDCARD"},
                {"filter": "latest", "filterType": "WILDCARD"},
            ],
            "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY}],
            "resourceTags": {"team": "platform"},
            "customRoleArn": MADE_ROLE,
            **region,
        },
        "registry-template-bare": {
            "prefix": "bare",
            "appliedFors": ["REPLICATION"],
            "imageTagMutability": "IMMUTABLE",
            "encryptionConfigurations": [{"encryptionType": "AES256"}],
            **plain,
        },
        "registry-template-own": {
            "prefix": "own",
            "appliedFors": ["REPLICATION"],
            "imageTagMutability": "IMMUTABLE",
            "customRoleArn": ROLE,
            **kms,
            **plain,
        },
        "registry-template-hub": {"prefix": "hub", "customRoleArn": MADE_ROLE, **cache},
        "registry-template-central": {"prefix": "central", "customRoleArn": MADE_ROLE, **cache},
        "registry-cache-hub": {
            "ecrRepositoryPrefix": "hub",
            "upstreamRegistryUrl": "registry-1.docker.io",
            "upstreamRepositoryPrefix": "library",
            "credentialArn": SECRET,
            **region,
        },
        "registry-cache-central": {
            "ecrRepositoryPrefix": "central",
            "upstreamRegistryUrl": UPSTREAM,
            "customRoleArn": ROLE,
            **region,
        },
        "registry-policy": region,
        f"registry-exclusion-{ACCOUNT}--role--creator": {"principalArn": ROLE, **region},
        f"registry-exclusion-{ACCOUNT}--user--scan--nightly": {
            "principalArn": f"arn:aws:iam::{ACCOUNT}:user/scan/nightly",
            **region,
        },
    }
    replication = ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"]
    importing = {"Effect": "Allow", "Action": ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]}
    assert json.loads(documents["policy"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReplicationFrom000011112222",
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::000011112222:root"]},
                "Action": replication,
                "Resource": [f"{REPOSITORY}*"],
            },
            {
                "Sid": f"ReplicationFrom{OTHER}",
                "Effect": "Allow",
                "Principal": {"AWS": [f"arn:aws:iam::{OTHER}:root"]},
                "Action": replication,
                "Resource": [f"{REPOSITORY}base/*", f"{REPOSITORY}team/*"],
            },
            {
                "Sid": "ImportIntoCentralByAccounts",
                "Principal": {"AWS": [f"arn:aws:iam::{OTHER}:root"]},
                "Resource": [f"{REPOSITORY}central/*"],
                **importing,
            },
            {
                "Sid": "ImportIntoHubByRoles",
                "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:root"]},
                "Resource": [f"{REPOSITORY}hub/*"],
                "Condition": {"ArnEquals": {"aws:PrincipalArn": [ROLE]}},
                **importing,
            },
            {
                "Sid": "ImportIntoHubByOrganizations",
                "Principal": "*",
                "Resource": [f"{REPOSITORY}hub/*"],
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": [ORGANIZATION]}},
                **importing,
            },
            {
                "Sid": "Keep",
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["ecr:DeleteRepository"],
                "Resource": ["*"],
            },
        ],
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
                "Resource": [f"{REPOSITORY}*", f"{REPOSITORY}central/*", f"{REPOSITORY}hub/*"],
            },
            {
                "Sid": "UseKeys",
                "Effect": "Allow",
                "Action": ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
                "Resource": [KEY],
            },
        ],
    }
    assert [each["Sid"] for each in json.loads(documents["access"])["Statement"]] == ["PullByAccounts"]
    assert [rule["rulePriority"] for rule in json.loads(documents["lifecycle"])["rules"]] == [1, 2]
    assert is_document(documents["policy"], REGISTRY_POLICY)
    assert is_document(documents["trust"], TRUST_POLICY)
    assert is_document(documents["permissions"], IDENTITY_POLICY)
    assert deployed.outputs == {"registry": ACCOUNT, "policy": documents["policy"], "role": MADE_ROLE}
    assert deployed.log == [
        (
            "warning: registry.replication_sources[1]: should replicate names alone that a creation template covers,"
            " not 'hub/new', got all repositories; add a template for ROOT at the destination, or create the"
            " repositories there beforehand"
        )
    ]


@pytest.mark.parametrize(
    ("declared", "rules"),
    [
        pytest.param({"scan_type": "BASIC"}, [("SCAN_ON_PUSH", "*")], id="basic"),
        pytest.param({"scan_type": "ENHANCED"}, [("CONTINUOUS_SCAN", "*")], id="enhanced"),
        pytest.param({"scan_type": "ENHANCED", "rules": None}, [("CONTINUOUS_SCAN", "*")], id="null-for-rules"),
        pytest.param({"scan_type": "ENHANCED", "rules": [PUSHES]}, [("SCAN_ON_PUSH", "*")], id="said-otherwise"),
        pytest.param({"scan_type": "BASIC", "rules": []}, [], id="nothing-on-purpose"),
    ],
)
def test_scans_everything_unless_it_is_told_otherwise(deploy, declared, rules):
    made = deploy(registry(scanning=declared)).resources["registry"]

    found = [
        (rule["scanFrequency"], *(each["filter"] for each in rule["repositoryFilters"]))
        for rule in made.get("rules", [])
    ]
    assert (made["scanType"], found) == (declared["scan_type"], rules)


def test_shows_its_arguments_to_policies_in_camel_case(deploy):
    deployed = deploy(
        registry(**cached(importers=[{"account_id": OTHER}]), **template(resource_tags={"cost_center": "7"}))
    )

    assert deployed.components == {
        "registry": {
            "accountId": ACCOUNT,
            "region": "eu-west-1",
            "creationTemplates": [
                {"prefix": "team", "appliedFor": ["REPLICATION"], "resourceTags": {"cost_center": "7"}}
            ],
            "pullThrough": [
                {
                    "ecrRepositoryPrefix": "hub",
                    "upstreamRegistryUrl": "quay.io",
                    "importers": [{"accountId": OTHER}],
                }
            ],
        }
    }


def test_opens_a_registry_when_its_templates_are_there(deploy):
    options = deploy(registry(**source(), **template(prefix="ROOT"), **cached())).options

    templates = [
        f"{COMPONENT}aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate::registry-template-ROOT",
        f"{COMPONENT}aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate::registry-template-hub",
        f"{COMPONENT}aws:iam/rolePolicy:RolePolicy::registry-role-policy",
    ]
    settings = [
        f"{COMPONENT}aws:ecr/accountSetting:AccountSetting::registry-basic-scan-type-version",
        f"{COMPONENT}aws:ecr/accountSetting:AccountSetting::registry-registry-policy-scope",
    ]
    rule = options["aws:ecr/pullThroughCacheRule:PullThroughCacheRule", "registry-cache-hub"]
    assert (sorted(rule["dependencies"]), rule["deleteBeforeReplace"]) == (templates, True)
    policy = options["aws:ecr/registryPolicy:RegistryPolicy", "registry-policy"]
    assert sorted(policy["dependencies"]) == [*settings, *templates]


def test_puts_every_child_below_the_component(deploy):
    options = deploy(registry(**source(), **cached(), pull_time_exclusions=[ROLE])).options

    component = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:RegistrySettings::registry"
    assert {name: option["parent"] for (kind, name), option in options.items() if kind.startswith("aws:")} == {
        "registry": component,
        "registry-basic-scan-type-version": component,
        "registry-registry-policy-scope": component,
        "registry-role": component,
        "registry-role-policy": component,
        "registry-template-hub": component,
        "registry-cache-hub": component,
        "registry-policy": component,
        f"registry-exclusion-{ACCOUNT}--role--creator": component,
    }


def test_takes_arns_that_are_known_later(deploy):
    def program():
        later = {
            name: pulumi.Output.from_input(arn) for name, arn in (("key", KEY), ("role", ROLE), ("secret", SECRET))
        }
        RegistrySettings(
            "registry",
            {
                **HERE,
                **template(kms_key_arn=later["key"], resource_tags={"key": later["key"]}),
                **cached(
                    upstream_registry_url="registry-1.docker.io",
                    credential_arn=later["secret"],
                    custom_role_arn=later["role"],
                ),
                "pull_time_exclusions": [MADE_ROLE, later["role"]],
            },
        )

    resources = deploy(program).resources

    made, rule = resources["registry-template-team"], resources["registry-cache-hub"]
    assert made["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": KEY}]
    assert made["resourceTags"] == {"key": KEY}
    assert (rule["credentialArn"], rule["customRoleArn"]) == (SECRET, ROLE)
    assert resources["registry-exclusion-1"] == {"principalArn": ROLE, "region": "eu-west-1"}
    assert json.loads(resources["registry-role-policy"]["policy"])["Statement"][1]["Resource"] == [KEY]


def test_takes_a_template_role_that_is_known_later_and_makes_none(deploy):
    def program():
        role = pulumi.Output.from_input(ROLE)
        RegistrySettings("registry", {**HERE, **template(custom_role_arn=role, kms_key_arn=KEY)})

    resources = deploy(program).resources

    assert resources["registry-template-team"]["customRoleArn"] == ROLE
    assert "registry-role" not in resources


def test_knows_every_policy_at_preview(deploy):
    """A mandatory control blocks what it cannot judge, so the first preview must know the documents."""
    resources = deploy(registry(**source(), **template(kms_key_arn=KEY), **cached()), preview=True).resources

    documents = [
        resources["registry-policy"]["policy"],
        resources["registry-role"]["assumeRolePolicy"],
        resources["registry-role-policy"]["policy"],
        resources["registry-template-team"]["lifecyclePolicy"],
    ]
    assert "unknown" not in documents


@pytest.mark.parametrize(
    ("templates", "made"),
    [
        pytest.param([], {"hub": ["PULL_THROUGH_CACHE"]}, id="none"),
        pytest.param([("hub/", "PULL_THROUGH_CACHE")], {"hub": ["PULL_THROUGH_CACHE"]}, id="its-own"),
        pytest.param([("ROOT", "PULL_THROUGH_CACHE")], {"ROOT": ["PULL_THROUGH_CACHE"]}, id="root"),
        pytest.param(
            [("ROOT", "REPLICATION")], {"ROOT": ["REPLICATION"], "hub": ["PULL_THROUGH_CACHE"]}, id="root-for-replicas"
        ),
        pytest.param([("hub", "CREATE_ON_PUSH")], {"hub": ["CREATE_ON_PUSH"]}, id="taken"),
        pytest.param(
            [("hubs", "PULL_THROUGH_CACHE")],
            {"hub": ["PULL_THROUGH_CACHE"], "hubs": ["PULL_THROUGH_CACHE"]},
            id="beginning-of-a-word",
        ),
    ],
)
def test_gives_a_template_to_each_cache_that_has_none(deploy, templates, made):
    declared = [{"prefix": prefix, "applied_for": [reason]} for prefix, reason in templates]

    resources = deploy(registry(**cached(), creation_templates=declared)).resources

    assert {each["prefix"]: each["appliedFors"] for each in resources.values() if "prefix" in each} == made


@pytest.mark.parametrize(
    ("args", "mutability"),
    [
        pytest.param({"applied_for": ["PULL_THROUGH_CACHE"]}, "MUTABLE", id="cache"),
        pytest.param({"applied_for": ["PULL_THROUGH_CACHE", "REPLICATION"]}, "IMMUTABLE", id="cache-and-replicas"),
        pytest.param({"applied_for": ["CREATE_ON_PUSH"]}, "IMMUTABLE", id="pushes"),
        pytest.param(
            {"applied_for": ["PULL_THROUGH_CACHE"], "mutable_tag_patterns": []}, "IMMUTABLE", id="cache-told-otherwise"
        ),
    ],
)
def test_lets_no_tag_move_but_those_of_a_cache(deploy, args, mutability):
    assert deploy(registry(**template(**args))).resources["registry-template-team"]["imageTagMutability"] == mutability


@pytest.mark.parametrize(
    ("args", "is_made"),
    [
        pytest.param({}, True, id="kms"),
        pytest.param({"encryption_type": "AES256"}, False, id="nothing-beyond-ecr"),
        pytest.param({"encryption_type": "AES256", "resource_tags": {}}, False, id="no-tag"),
        pytest.param({"encryption_type": "AES256", "resource_tags": {"team": "x"}}, True, id="tags"),
        pytest.param({"custom_role_arn": ROLE}, False, id="given"),
    ],
)
def test_makes_a_role_where_templates_need_one(deploy, args, is_made):
    resources = deploy(registry(**template(**args))).resources

    assert ("registry-role" in resources) == is_made
    role = MADE_ROLE if is_made else args.get("custom_role_arn")
    assert resources["registry-template-team"].get("customRoleArn") == role


@pytest.mark.parametrize("args", [{}, template(encryption_type="AES256"), statement(Effect="Deny", Principal="*")])
def test_needs_no_place_where_no_document_names_one(deploy, args):
    def program():
        RegistrySettings("registry", args)

    assert "registry" in deploy(program).resources


def test_writes_the_arns_of_its_partition(deploy):
    args = {"account_id": ACCOUNT, "region": "eusc-de-east-1", **source(repository_prefixes=["team/"]), **template()}

    resources = deploy(lambda: RegistrySettings("registry", args) and None).resources

    [granted] = json.loads(resources["registry-policy"]["policy"])["Statement"]
    arn = f"arn:aws-eusc:ecr:eusc-de-east-1:{ACCOUNT}:repository/team/*"
    assert (granted["Principal"], granted["Resource"]) == ({"AWS": [f"arn:aws-eusc:iam::{OTHER}:root"]}, [arn])
    assert json.loads(resources["registry-role-policy"]["policy"])["Statement"][0]["Resource"] == [arn]


DOUBTS = {
    "uncovered-replicas": (
        source(repository_prefixes=["team/"]),
        (
            "warning: registry.replication_sources[0]: should replicate names alone that a creation template covers,"
            " not 'team/new', got 'team/'; add a template for ROOT at the destination, or create the repositories"
            " there beforehand"
        ),
    ),
    "cache-beside-replicas": (
        template(applied_for=["REPLICATION", "PULL_THROUGH_CACHE"]),
        (
            "warning: registry.creation_templates[0].applied_for: should be for 'PULL_THROUGH_CACHE' alone, whose tags"
            " must move: ECR refreshes no tag that cannot; give the cache a template of its own, without"
            " mutable_tag_patterns"
        ),
    ),
    "cache-with-fixed-tags": (
        template(applied_for=["PULL_THROUGH_CACHE"], mutable_tag_patterns=["latest"]),
        (
            "warning: registry.creation_templates[0].applied_for: should be for 'PULL_THROUGH_CACHE' alone, whose tags"
            " must move: ECR refreshes no tag that cannot; give the cache a template of its own, without"
            " mutable_tag_patterns"
        ),
    ),
    "template-without-its-cache": (
        {**cached(), **template(prefix="hub")},
        (
            "warning: registry.creation_templates[0].applied_for: should have 'PULL_THROUGH_CACHE': a pull-through rule"
            " has the same prefix; without it the cached images are neither encrypted with KMS nor cleaned up"
        ),
    ),
    "rule-without-filters": (
        {"scanning": {"scan_type": "BASIC", "rules": [{"scan_frequency": "SCAN_ON_PUSH", "repository_filters": []}]}},
        (
            "warning: registry.scanning.rules[0].repository_filters: should name repositories: a rule without filters"
            " selects none; write '*' for all of them"
        ),
    ),
}


@pytest.mark.parametrize(("args", "line"), DOUBTS.values(), ids=DOUBTS)
def test_says_what_is_probably_not_meant(deploy, args, line):
    assert deploy(registry(**args)).log == [line]


def test_says_nothing_where_replicas_have_a_template(deploy):
    assert deploy(registry(**source(repository_prefixes=["team/"]), **template())).log == []


WRONG = {
    "template-with-more-than-the-provider-takes": (
        {"creation_templates": [{**TEMPLATE, "description": "d" * 256}]},
        "registry.creation_templates[0].description: must be at most 255 characters: the AWS provider takes no more",
    ),
    "template-shorter-than-the-provider-takes": (
        {"creation_templates": [{**TEMPLATE, "prefix": "a/"}]},
        (
            "registry.creation_templates[0].prefix: must have 2 characters or more: the AWS provider takes no shorter"
            " template, got 'a/'"
        ),
    ),
    "cache-that-the-provider-does-not-take": (
        {"pull_through": [{"ecr_repository_prefix": "quay--io", "upstream_registry_url": "quay.io"}]},
        (
            "registry.pull_through[0].ecr_repository_prefix: must have single '-' and '_': the AWS provider takes no"
            " others, got 'quay--io'"
        ),
    ),
    "unknown-argument": (
        {"scaning": {}},
        "registry.scaning: must be a known key, got 'scaning'; write 'scanning'",
    ),
    "account-without-quotes": (
        {"account_id": 123456789012},
        "registry.account_id: must be a text, got 123456789012; put it in quotes",
    ),
    "account-of-11-digits": (
        {"account_id": "12345678901"},
        "registry.account_id: must be an account id of 12 digits, got 11 characters: '12345678901'",
    ),
    "no-region": (
        {"region": "Europe"},
        "registry.region: must be a Region's name, as eu-west-1, got 'Europe'",
    ),
    "number-for-a-region": (
        {"region": 7},
        "registry.region: must be a text, got 7; put it in quotes",
    ),
    "text-for-scanning": (
        {"scanning": "ENHANCED"},
        "registry.scanning: must be an object, got 'ENHANCED'",
    ),
    "no-scan-type": (
        {"scanning": {"rules": []}},
        "registry.scanning.scan_type: must be given",
    ),
    "scan-type-in-lower-case": (
        {"scanning": {"scan_type": "enhanced"}},
        "registry.scanning.scan_type: must be 'BASIC' or 'ENHANCED', got 'enhanced'; write 'ENHANCED'",
    ),
    "continuous-under-basic": (
        scanned("BASIC", "CONTINUOUS_SCAN", "*"),
        (
            "registry.scanning.rules[0].scan_frequency: must be 'SCAN_ON_PUSH' when the scan type"
            " is 'BASIC', got 'CONTINUOUS_SCAN'"
        ),
    ),
    "manual-rule": (
        scanned("BASIC", "MANUAL", "*"),
        (
            "registry.scanning.rules[0].scan_frequency: must be 'SCAN_ON_PUSH' when the scan type"
            " is 'BASIC', got 'MANUAL'; remove the rule: repositories without one are scanned by"
            " hand"
        ),
    ),
    "rule-twice": (
        {"scanning": {"scan_type": "ENHANCED", "rules": [PUSHES, PUSHES]}},
        (
            "registry.scanning.rules: must have one rule for each frequency, got 2 with"
            " 'SCAN_ON_PUSH'; put all filters of the frequency into one rule"
        ),
    ),
    "scanning-filter-ends-in-a-slash": (
        scanned("BASIC", "SCAN_ON_PUSH", "prod/"),
        (
            "registry.scanning.rules[0].repository_filters[0]: must be lower-case letters, digits"
            " and '*', with single '.', '_', '-' or '/' between them, got 'prod/'"
        ),
    ),
    "text-for-sources": (
        {"replication_sources": OTHER},
        "registry.replication_sources: must be a list, got '210987654321'",
    ),
    "source-without-account": (
        {"replication_sources": [{}]},
        "registry.replication_sources[0].account_id: must be given",
    ),
    "source-without-quotes": (
        source(account_id=210987654321),
        "registry.replication_sources[0].account_id: must be a text, got 210987654321; put it in quotes",
    ),
    "source-is-the-registry": (
        source(account_id=ACCOUNT),
        (
            "registry.replication_sources[0].account_id: must be another account than the"
            " registry's own, which needs no policy to replicate, got '123456789012'; remove it"
        ),
    ),
    "source-twice": (
        {"replication_sources": [{"account_id": OTHER}, {"account_id": OTHER}]},
        ("registry.replication_sources[1].account_id: must be named once, got '210987654321'; add its prefixes to [0]"),
    ),
    "wildcard-for-a-source": (
        source(repository_prefixes=["team/*"]),
        (
            "registry.replication_sources[0].repository_prefixes[0]: must be the beginning of"
            " repository names, without wildcards, got 'team/*'; write 'team/': a replication"
            " filter is a prefix already"
        ),
    ),
    "statement-for-everyone": (
        statement(Principal="*"),
        (
            "registry.registry_statements[0]: statements[0] must not let everyone push, got"
            " principal * with ecr:ReplicateImage and no condition; name the accounts in"
            ' Principal, or add "StringEquals": {"aws:PrincipalOrgID": "o-..."} to Condition'
        ),
    ),
    "statement-that-locks-the-registry": (
        {"registry_statements": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:*", "Resource": "*"}]},
        (
            "registry.registry_statements[0].Action: statements[0] must not deny everyone ecr:PutRegistryPolicy:"
            " nobody could change the policy again, got ecr:*; name the actions to deny, or spare whoever deploys by a"
            " Condition"
        ),
    ),
    "statement-without-resource": (
        {"registry_statements": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:PutImage"}]},
        "registry.registry_statements[0]: must have Resource or NotResource; add Resource",
    ),
    "resource-without-service": (
        statement(Resource="arn:aws:eu-west-1:123456789012:repository/*"),
        (
            "registry.registry_statements[0].Resource: must be '*' or an ARN of ECR,"
            " 'arn:<partition>:ecr:<region>:<account>:repository/<name>', got"
            " 'arn:aws:eu-west-1:123456789012:repository/*'"
        ),
    ),
    "login-in-a-statement": (
        statement(Action="ecr:GetAuthorizationToken"),
        (
            "registry.registry_statements[0].Action: must be an action that a registry policy can"
            " grant, got 'ecr:GetAuthorizationToken'; remove it, and grant it by IAM on the"
            " resource '*'"
        ),
    ),
    "misspelt-action": (
        statement(Action="ecr:ReplicateImages"),
        (
            "registry.registry_statements[0].Action: must be an action that ECR has, got"
            " 'ecr:ReplicateImages'; write 'ecr:ReplicateImage'"
        ),
    ),
    "action-of-another-service": (
        statement(Action="s3:GetObject"),
        (
            "registry.registry_statements[0].Action: must be an action of 'ecr' in a registry"
            " policy, got 's3:GetObject'; remove it: it has no effect here"
        ),
    ),
    "every-action-for-an-outsider": (
        statement(Action="ecr:*"),
        (
            "registry.registry_statements[0].Action: statements[0] must not give an outsider"
            " every action of ECR, got account 210987654321 with ecr:* and no condition; name the actions,"
            " for replication ecr:CreateRepository, ecr:ReplicateImage"
        ),
    ),
    "service-for-anybody": (
        statement(Principal={"Service": "codebuild.amazonaws.com"}),
        (
            "registry.registry_statements[0]: statements[0] must let service"
            " codebuild.amazonaws.com push only on behalf of somebody known, got ecr:ReplicateImage with no"
            ' aws:SourceArn, aws:SourceAccount or aws:SourceOrgID; add "StringEquals":'
            ' {"aws:SourceAccount": "<account id>"} to Condition'
        ),
    ),
    "effect-in-lower-case": (
        statement(Effect="allow"),
        "registry.registry_statements[0].Effect: must be 'Allow' or 'Deny', got 'allow'; write 'Allow'",
    ),
    "principal-of-another-partition": (
        statement(Principal={"AWS": "arn:aws-cn:iam::210987654321:root"}),
        (
            "registry.policy.Statement[0].Principal: must be of the partition 'aws', as the"
            " registry is, got 'arn:aws-cn:iam::210987654321:root'"
        ),
    ),
    "sid-of-a-source": (
        {**source(), **statement(Sid="ReplicationFrom210987654321")},
        (
            "registry.policy.Statement[1].Sid: must be unique in its policy, got"
            " 'ReplicationFrom210987654321'; rename it: Statement[0] has the same"
        ),
    ),
    "policy-too-long": (
        {"replication_sources": [{"account_id": f"{number:012}"} for number in range(60)]},
        "registry.policy: must be at most 10,240 characters, got 13,718 characters",
    ),
    "prefix-with-a-capital": (
        template(prefix="Team"),
        (
            "registry.creation_templates[0].prefix: must be the first parts of repository names,"
            " as 'team' or 'team/api', or 'ROOT', got 'Team'"
        ),
    ),
    "template-for-nothing": (
        template(applied_for=[]),
        "registry.creation_templates[0].applied_for: must have 1 to 3 entries, got 0",
    ),
    "reason-in-lower-case": (
        template(applied_for=["replication"]),
        (
            "registry.creation_templates[0].applied_for[0]: must be 'REPLICATION',"
            " 'PULL_THROUGH_CACHE' or 'CREATE_ON_PUSH', got 'replication'; write 'REPLICATION'"
        ),
    ),
    "description-too-long": (
        template(description="x" * 257),
        (
            "registry.creation_templates[0].description: must be at most 256 characters, got 257:"
            " 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
        ),
    ),
    "unknown-encryption": (
        template(encryption_type="SSE"),
        "registry.creation_templates[0].encryption_type: must be 'AES256', 'KMS' or 'KMS_DSSE', got 'SSE'",
    ),
    "dual-layer-outside-govcloud": (
        template(encryption_type="KMS_DSSE"),
        (
            "registry.creation_templates[0].encryption_type: must not be 'KMS_DSSE' outside the"
            " AWS GovCloud (US) Regions, got 'eu-west-1'; write 'KMS'"
        ),
    ),
    "key-elsewhere": (
        template(kms_key_arn=KEY.replace("eu-west-1", "us-east-1")),
        (
            "registry.creation_templates[0].kms_key_arn: must be a key in 'eu-west-1', where the"
            " repository is, got 'us-east-1'"
        ),
    ),
    "alias-for-a-key": (
        template(kms_key_arn="alias/ecr"),
        (
            "registry.creation_templates[0].kms_key_arn: must be the full ARN of a KMS key,"
            " 'arn:aws:kms:<region>:<account>:key/<id>', got 'alias/ecr'; write the key's ARN:"
            " ECR stores that, and anything else is a difference at every preview"
        ),
    ),
    "key-without-kms": (
        template(encryption_type="AES256", kms_key_arn=KEY),
        (
            "registry.creation_templates[0].kms_key_arn: must be absent when the encryption type"
            " is 'AES256', got"
            " 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'; set"
            " registry.creation_templates[0].encryption_type to 'KMS', or remove the key"
        ),
    ),
    "role-by-name": (
        template(custom_role_arn="creator"),
        (
            "registry.creation_templates[0].custom_role_arn: must be the ARN of an IAM role,"
            " 'arn:aws:iam::<account>:role/<name>', got 'creator'"
        ),
    ),
    "role-of-another-account": (
        template(custom_role_arn=ROLE.replace(ACCOUNT, OTHER)),
        (
            "registry.creation_templates[0].custom_role_arn: must be a role of account"
            " 123456789012, the registry's own, got 'arn:aws:iam::210987654321:role/creator'"
        ),
    ),
    "reserved-tag": (
        template(resource_tags={"aws:team": "x"}),
        (
            "registry.creation_templates[0].resource_tags: must not begin with 'aws:', which AWS"
            " keeps for itself, got 'aws:team'"
        ),
    ),
    "number-for-a-tag": (
        template(resource_tags={"team": 7}),
        "registry.creation_templates[0].resource_tags.team: must be a text, got 7; put it in quotes",
    ),
    "releases-move": (
        template(mutable_tag_patterns=["v*"]),
        (
            "registry.creation_templates[0].mutable_tag_patterns[0]: must not let release tags"
            " move, as it does with 'v0.0.0', got 'v*'; name the moving tags alone, as 'latest'"
            " or 'branch-*'"
        ),
    ),
    "expired-at-once": (
        template(lifecycle={"untagged": {"days": 0}}),
        "registry.creation_templates[0].lifecycle.untagged.days: must be 1 to 2,147,483,647, got 0",
    ),
    "template-access": (
        template(access={"pull": [{"account_id": 210987654321}]}),
        (
            "registry.creation_templates[0].access.pull[0].account_id: must be an account id of"
            " 12 digits, got 210987654321; put it in quotes, with its leading zeros"
        ),
    ),
    "template-access-of-another-partition": (
        template(access={"pull": [{"role_arn": ROLE.replace("aws", "aws-cn")}]}),
        (
            "registry.creation_templates[0].access.pull: must be of the partition 'aws', got"
            " 'arn:aws-cn:iam::123456789012:role/creator'"
        ),
    ),
    "template-twice": (
        {"creation_templates": [TEMPLATE, {**TEMPLATE, "prefix": "team/"}]},
        (
            "registry.creation_templates[1]: must differ from prefix [0]; ECR reads a '/' at the"
            " end of each, got 'team/'"
        ),
    ),
    "rule-without-upstream": (
        {"pull_through": [{"ecr_repository_prefix": "hub"}]},
        "registry.pull_through[0].upstream_registry_url: must be given",
    ),
    "number-for-an-upstream": (
        cached(upstream_registry_url=7),
        "registry.pull_through[0].upstream_registry_url: must be a text, got 7; put it in quotes",
    ),
    "docker-hub-by-its-nickname": (
        cached(upstream_registry_url="docker.io"),
        (
            "registry.pull_through[0].upstream_registry_url: must be the host of an upstream"
            " registry: '*.dkr.ecr.*.*', 'public.ecr.aws', 'quay.io', 'registry.k8s.io',"
            " 'registry-1.docker.io', 'ghcr.io', '*.azurecr.io', 'registry.gitlab.com',"
            " 'cgr.dev', got 'docker.io'; write 'registry-1.docker.io'"
        ),
    ),
    "docker-hub-without-credential": (
        cached(upstream_registry_url="registry-1.docker.io"),
        (
            "registry.pull_through[0].credential_arn: must be given: docker-hub answers nobody"
            " without credentials; put them into a secret whose name begins with"
            " 'ecr-pullthroughcache/'"
        ),
    ),
    "secret-with-another-name": (
        cached(credential_arn=SECRET.replace("ecr-pullthroughcache/", "")),
        (
            "registry.pull_through[0].credential_arn: must be the ARN of a Secrets Manager secret"
            " whose name begins with 'ecr-pullthroughcache/', got"
            " 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:hub-AbCdEf'"
        ),
    ),
    "secret-elsewhere": (
        cached(credential_arn=SECRET.replace("eu-west-1", "us-east-1")),
        (
            "registry.pull_through[0].credential_arn: must be a secret of account 123456789012 in"
            " eu-west-1, got 123456789012 in us-east-1"
        ),
    ),
    "short-cache-prefix": (
        cached(ecr_repository_prefix="h"),
        "registry.pull_through[0].ecr_repository_prefix: must be 2 to 30 characters, got 1: 'h'",
    ),
    "upstream-prefix-of-root": (
        cached(ecr_repository_prefix="ROOT", upstream_repository_prefix="library"),
        (
            "registry.pull_through[0].upstream_repository_prefix: must be absent when the prefix"
            " is 'ROOT', got 'library'"
        ),
    ),
    "upstream-is-the-registry": (
        cached(upstream_registry_url="123456789012.dkr.ecr.eu-west-1.amazonaws.com"),
        (
            "registry.pull_through[0].upstream_registry_url: must not be the registry that"
            " caches, got '123456789012.dkr.ecr.eu-west-1.amazonaws.com'"
        ),
    ),
    "upstream-account-without-role": (
        cached(upstream_registry_url=UPSTREAM),
        (
            "registry.pull_through[0].custom_role_arn: must be given when the upstream registry"
            " is another account's; name a role that pullthroughcache.ecr.amazonaws.com may"
            " assume"
        ),
    ),
    "upstream-account-with-its-own-role": (
        cached(upstream_registry_url=UPSTREAM, custom_role_arn=ROLE.replace(ACCOUNT, OTHER)),
        (
            "registry.pull_through[0].custom_role_arn: must be a role of account 123456789012,"
            " the registry's own, got 'arn:aws:iam::210987654321:role/creator'"
        ),
    ),
    "no-cache-in-china": (
        {"region": "cn-north-1", **cached()},
        (
            "registry.pull_through[0]: must not be declared in 'cn-north-1', 'cn-northwest-1',"
            " 'us-gov-east-1' or 'us-gov-west-1', got 'cn-north-1'"
        ),
    ),
    "cache-twice": (
        {"pull_through": [CACHE, {**CACHE, "ecr_repository_prefix": "hub/"}]},
        "registry.pull_through[1]: must differ from prefix [0]; ECR reads a '/' at the end of each, got 'hub/'",
    ),
    "51-caches": (
        {"pull_through": [{**CACHE, "ecr_repository_prefix": f"hub{number}"} for number in range(51)]},
        "registry.pull_through: must have at most 50 entries, got 51",
    ),
    "service-imports": (
        cached(importers=[{"service": "lambda.amazonaws.com", "source": ACCOUNT}]),
        (
            "registry.pull_through[0].importers[0].service: must be absent: a service pulls with"
            " the rights of a role, which is what to name, got 'lambda.amazonaws.com'"
        ),
    ),
    "importer-without-quotes": (
        cached(importers=[{"account_id": 210987654321}]),
        (
            "registry.pull_through[0].importers[0].account_id: must be an account id of 12"
            " digits, got 210987654321; put it in quotes, with its leading zeros"
        ),
    ),
    "importers-of-like-prefixes": (
        {"pull_through": [imported("team-a"), imported("team/a")]},
        (
            "registry.policy.Statement[1].Sid: must be unique in its policy, got"
            " 'ImportIntoTeamAByAccounts'; rename it: Statement[0] has the same"
        ),
    ),
    "misspelt-setting": (
        {"account_settings": {"BLOB_MOUNT": "ENABLED"}},
        (
            "registry.account_settings.BLOB_MOUNT: must be 'BASIC_SCAN_TYPE_VERSION',"
            " 'BLOB_MOUNTING' or 'REGISTRY_POLICY_SCOPE', got 'BLOB_MOUNT'; write 'BLOB_MOUNTING'"
        ),
    ),
    "clair": (
        {"account_settings": {"BASIC_SCAN_TYPE_VERSION": "CLAIR"}},
        (
            "registry.account_settings.BASIC_SCAN_TYPE_VERSION: must be 'AWS_NATIVE', got"
            " 'CLAIR'; write 'AWS_NATIVE': Clair was removed on 2 February 2026"
        ),
    ),
    "older-policy-scope": (
        {"account_settings": {"REGISTRY_POLICY_SCOPE": "V1"}},
        (
            "registry.account_settings.REGISTRY_POLICY_SCOPE: must be 'V2', got 'V1'; write 'V2',"
            " under which a registry policy covers all actions"
        ),
    ),
    "flag-for-a-setting": (
        {"account_settings": {"BLOB_MOUNTING": True}},
        "registry.account_settings.BLOB_MOUNTING: must be 'ENABLED' or 'DISABLED', got true",
    ),
    "session-excluded": (
        {"pull_time_exclusions": ["arn:aws:sts::123456789012:assumed-role/scan/inspector"]},
        (
            "registry.pull_time_exclusions[0]: must be the ARN of an IAM role or user; a session"
            " or the account's root cannot be excluded, got"
            " 'arn:aws:sts::123456789012:assumed-role/scan/inspector'"
        ),
    ),
    "root-excluded": (
        {"pull_time_exclusions": ["arn:aws:iam::123456789012:root"]},
        (
            "registry.pull_time_exclusions[0]: must be the ARN of an IAM role or user; a session"
            " or the account's root cannot be excluded, got 'arn:aws:iam::123456789012:root'"
        ),
    ),
    "number-excluded": (
        {"pull_time_exclusions": [7]},
        "registry.pull_time_exclusions[0]: must be a text, got 7; put it in quotes",
    ),
    "101-exclusions": (
        {"pull_time_exclusions": [f"{ROLE}{number}" for number in range(101)]},
        "registry.pull_time_exclusions: must have at most 100 entries, got 101",
    ),
}

KNOWN_LATER = {
    "scan-type-known-later": (
        lambda: {"scanning": {"scan_type": pulumi.Output.from_input("BASIC")}},
        (
            "registry.scanning.scan_type: must be known at preview, got an Output; write the"
            " value itself, it is judged before anything is registered"
        ),
    ),
    "source-known-later": (
        lambda: source(account_id=pulumi.Output.from_input(OTHER)),
        (
            "registry.replication_sources[0].account_id: must be known at preview, got an Output;"
            " write the value itself, it is judged before anything is registered"
        ),
    ),
    "statement-known-later": (
        lambda: statement(Resource=pulumi.Output.from_input("*")),
        (
            "registry.registry_statements[0].Resource: must be known at preview, got an Output;"
            " write the value itself, it is judged before anything is registered"
        ),
    ),
    "prefix-known-later": (
        lambda: template(prefix=pulumi.Output.from_input("team")),
        (
            "registry.creation_templates[0].prefix: must be known at preview, got an Output;"
            " write the value itself, it is judged before anything is registered"
        ),
    ),
    "later-key-without-kms": (
        lambda: template(encryption_type="AES256", kms_key_arn=pulumi.Output.from_input(KEY)),
        "registry.creation_templates[0].kms_key_arn: must be absent when the encryption type is 'AES256'",
    ),
}


@pytest.mark.parametrize(("args", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_declaration_with_one_line(refusal, args, line):
    assert refusal(registry(**args)) == [line]


@pytest.mark.parametrize(("args", "line"), KNOWN_LATER.values(), ids=KNOWN_LATER)
def test_refuses_what_must_be_known_at_preview(refusal, args, line):
    def program():
        registry(**args())()

    assert refusal(program) == [line]


@pytest.mark.parametrize(
    ("key", "args"),
    [
        ("replication_sources", source()),
        ("pull_through", cached()),
        ("creation_templates", template()),
    ],
    ids=["replication", "cache", "template-role"],
)
def test_asks_for_the_place_that_documents_name(refusal, key, args):
    def program():
        RegistrySettings("registry", args)

    requirement = f"must be given beside {key}: a policy names repositories by account and Region"
    assert refusal(program) == [f"registry.account_id: {requirement}", f"registry.region: {requirement}"]


def test_tells_five_mistakes_at_once(refusal):
    args = {
        "scanning": {"scan_type": "BASIC", "rules": [{**PUSHES, "scan_frequency": "CONTINUOUS_SCAN"}]},
        **source(account_id=ACCOUNT),
        **template(kms_key_arn="alias/ecr"),
        **cached(upstream_registry_url="ghcr.io"),
        "account_settings": {"REGISTRY_POLICY_SCOPE": "V1"},
    }

    assert refusal(registry(**args)) == [
        (
            "registry.scanning.rules[0].scan_frequency: must be 'SCAN_ON_PUSH' when the scan type is 'BASIC',"
            " got 'CONTINUOUS_SCAN'"
        ),
        (
            "registry.account_settings.REGISTRY_POLICY_SCOPE: must be 'V2', got 'V1'; write 'V2', under which a"
            " registry policy covers all actions"
        ),
        (
            "registry.replication_sources[0].account_id: must be another account than the registry's own, which needs"
            f" no policy to replicate, got '{ACCOUNT}'; remove it"
        ),
        (
            "registry.creation_templates[0].kms_key_arn: must be the full ARN of a KMS key,"
            " 'arn:aws:kms:<region>:<account>:key/<id>', got 'alias/ecr'; write the key's ARN: ECR stores that, and"
            " anything else is a difference at every preview"
        ),
        (
            "registry.pull_through[0].credential_arn: must be given: github-container-registry answers nobody without"
            " credentials; put them into a secret whose name begins with 'ecr-pullthroughcache/'"
        ),
    ]


TAKEN = {
    "scanning": ({}, {}, "scanning", "scanning configuration"),
    "policy": (source(), statement(Effect="Deny", Principal="*"), "registry_statements", "registry policy"),
    "policy-for-a-cache": (source(), {"pull_through": [imported("hub")]}, "pull_through", "registry policy"),
    "template": (
        template(prefix="team/"),
        template(applied_for=["CREATE_ON_PUSH"]),
        "creation_templates",
        "creation template for 'team'",
    ),
    "template-of-a-cache": (template(prefix="hub"), cached(), "creation_templates", "creation template for 'hub'"),
}


@pytest.mark.parametrize(("first", "second", "key", "setting"), TAKEN.values(), ids=TAKEN)
def test_refuses_a_second_holder_and_registers_nothing_of_it(deploy, first, second, key, setting):
    def program():
        RegistrySettings("first", {**HERE, **first})
        with pytest.raises(DeclarationError) as refused:
            RegistrySettings("second", {**HERE, **second})
        return str(refused.value).splitlines()

    deployed = deploy(program)

    assert [line for line in deployed.outputs if line.startswith(f"second.{key}:")] == [
        (
            f"second.{key}: must be the only {setting} of account {ACCOUNT} in eu-west-1, got RegistrySettings 'first'"
            " and RegistrySettings 'second'; keep one of the two: AWS would keep whichever comes last"
        )
    ]
    assert {name.partition("-")[0] for name in deployed.resources} == {"first"}
    assert set(deployed.components) == {"first"}


DESTINATIONS = {
    "policy": (
        {"region": "eu-west-1", "account_id": OTHER, "role_arn": f"arn:aws:iam::{OTHER}:role/deployer"},
        {**source(account_id=ACCOUNT), "account_id": OTHER},
        "replication_sources",
        f"registry policy of account {OTHER}",
    ),
    "template": (
        {"region": "eu-west-1", "kms_key_arn": KEY},
        template(prefix="ROOT"),
        "creation_templates",
        f"creation template for 'ROOT' of account {ACCOUNT}",
    ),
}


@pytest.mark.parametrize(("destination", "args", "key", "setting"), DESTINATIONS.values(), ids=DESTINATIONS)
def test_refuses_what_a_replication_topology_sets_already(deploy, destination, args, key, setting):
    def program():
        home = {"source_account_id": ACCOUNT, "source_region": "eu-central-1"}
        ReplicationTopology("dr", {**home, "destinations": [destination]})
        with pytest.raises(DeclarationError) as refused:
            RegistrySettings("registry", {**HERE, **args})
        return str(refused.value).splitlines()

    deployed = deploy(program)

    assert deployed.outputs == [
        (
            f"registry.{key}: must be the only {setting} in eu-west-1, got ReplicationTopology 'dr' and"
            " RegistrySettings 'registry'; keep one of the two: AWS would keep whichever comes last"
        )
    ]
    assert "registry" not in deployed.components


def test_stands_beside_a_replication_topology_that_starts_here(deploy):
    def program():
        home = {"source_account_id": ACCOUNT, "source_region": "eu-west-1"}
        ReplicationTopology("dr", {**home, "destinations": [{"region": "eu-west-2"}]})
        RegistrySettings("registry", {**HERE, **source(), **template(prefix="ROOT")})

    assert {"dr", "registry"} <= set(deploy(program).components)


def test_two_registries_have_settings_each(deploy):
    def program():
        RegistrySettings("home", HERE)
        RegistrySettings("away", {**HERE, "region": "eu-west-2"})
        RegistrySettings("theirs", {**HERE, "account_id": OTHER})

    assert set(deploy(program).components) == {"home", "away", "theirs"}
