from __future__ import annotations

import json

import pytest
from secure_ecr.estate import load_estate, read_estate, repository_args, repository_arn

ACCOUNT = "123456789012"
SMALL = {"account_id": ACCOUNT, "region": "eu-central-1", "repositories": {"team/api": {}}}
"""The least that is an estate."""


def configuration(estate, **others):
    text = estate if isinstance(estate, str) else json.dumps(estate)
    return {"secure-ecr:estate": text, **others}


@pytest.fixture
def lines(refusal):
    """Return the lines that an operator sees of a wrong estate."""
    return lambda estate, **others: refusal(load_estate, configuration=configuration(estate, **others))


def test_returns_what_is_declared(deploy):
    estate = {
        **SMALL,
        "naming": "{team}/{service}",
        "tags": {"environment": "test"},
        "key": {"alias": "alias/ecr", "rotation_days": 90},
        "defaults": {"lifecycle": {"untagged": {"days": 7}}, "force_delete": None},
        "push_roles": {
            "ci": {
                "repositories": ["team/api"],
                "trust": {"github": {"repositories": ["shop/api"], "branch": "main"}},
            }
        },
        "replication": {"destinations": [{"region": "eu-west-1"}], "repository_prefixes": ["team/"]},
        "assume_role_arn": f"arn:aws:iam::{ACCOUNT}:role/deployment",
    }

    deployed = deploy(load_estate, configuration=configuration(estate))

    assert deployed.outputs == {**estate, "defaults": {"lifecycle": {"untagged": {"days": 7}}}}
    assert deployed.log == []


def test_takes_settings_of_a_repository_before_the_defaults():
    estate = {
        **SMALL,
        "defaults": {"lifecycle": {"untagged": {"days": 7}}, "tags": {"team": "all"}},
        "repositories": {"team/api": {"tags": {"service": "api"}}},
    }

    assert repository_args(estate, "team/api") == {
        "repository_name": "team/api",
        "region": "eu-central-1",
        "lifecycle": {"untagged": {"days": 7}},
        "tags": {"service": "api"},
    }


def test_knows_the_arn_of_a_repository_before_it_exists():
    assert repository_arn(SMALL, "team/api") == f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/team/api"
    assert repository_arn({**SMALL, "region": "cn-north-1"}, "team/api").startswith("arn:aws-cn:ecr:cn-north-1:")


GITHUB = {"repositories": ["shop/api"], "environment": "registry"}


def role(**changes):
    return {"push_roles": {"ci": {"repositories": ["team/api"], "trust": {"github": GITHUB}, **changes}}}


def replication(**changes):
    return {"replication": {"destinations": [{"region": "eu-west-1"}], **changes}}


MANY = {f"a{number}": {} for number in range(101)}
LONG = {f"team/{'a' * 60}{number}": {} for number in range(90)}

WRONG = {
    # --- the estate itself
    "account-without-quotes": (
        {"account_id": 123456789012},
        "estate.account_id: must be a text, got 123456789012; put it in quotes",
    ),
    "account-of-11-digits": (
        {"account_id": "12345678901"},
        "estate.account_id: must be an account id of 12 digits, got 11 characters: '12345678901'",
    ),
    "no-account": ({"account_id": None}, "estate.account_id: must be given"),
    "no-region": ({"region": None}, "estate.region: must be given"),
    "strange-region": ({"region": "europe"}, "estate.region: must be a Region's name, as eu-west-1, got 'europe'"),
    "no-repositories": ({"repositories": {}}, "estate.repositories: must have at least one repository"),
    "list-of-repositories": ({"repositories": ["team/api"]}, "estate.repositories: must be an object, got a list"),
    "misspelt-key": (
        {"repositoris": {}},
        "estate.repositoris: must be a known key, got 'repositoris'; write 'repositories'",
    ),
    "wrong-naming": (
        {"naming": 7},
        "estate.naming: must be a text, got 7; put it in quotes",
    ),
    "reserved-tag": (
        {"tags": {"aws:team": "x"}},
        "estate.tags: must not begin with 'aws:', which AWS keeps for itself, got 'aws:team'",
    ),
    "role-of-another-account": (
        {"assume_role_arn": "arn:aws:iam::210987654321:role/deployment"},
        (
            f"estate.assume_role_arn: must be a role of account {ACCOUNT}, the registry's own,"
            " got 'arn:aws:iam::210987654321:role/deployment'"
        ),
    ),
    "role-by-name": (
        {"assume_role_arn": "deployment"},
        (
            "estate.assume_role_arn: must be the ARN of an IAM role, 'arn:aws:iam::<account>:role/<name>',"
            " got 'deployment'"
        ),
    ),
    # --- repositories and their defaults
    "capitals": (
        {"repositories": {"Team/API": {}}},
        (
            "estate.repositories[\"Team/API\"]: must be lower-case letters and digits, separated by '.', '_', '__',"
            " hyphens or '/', got 'Team/API'; write 'team/api'"
        ),
    ),
    "name-against-the-convention": (
        {"naming": "{team}/{service}", "repositories": {"api": {}}},
        "estate.repositories.api: must have the form '{team}/{service}', got 'api'",
    ),
    "empty-repository": (
        {"repositories": {"team/api": None}},
        'estate.repositories["team/api"]: must be an object, got null; write {}',
    ),
    "name-inside": (
        {"repositories": {"team/api": {"repository_name": "team/web"}}},
        (
            "estate.repositories[\"team/api\"].repository_name: must be a known key, got 'repository_name';"
            " use 'mutable_tag_patterns', 'mutable_tag_reasons', 'lifecycle', 'access', 'scan_on_push', 'force_delete',"
            " 'allow_replacement', 'tags', 'kms_key_arn' or 'adopt'"
        ),
    ),
    "zero-days": (
        {"repositories": {"team/api": {"lifecycle": {"keep": [{"tag_patterns": ["v*"], "count": 0}]}}}},
        'estate.repositories["team/api"].lifecycle.keep[0].count: must be 1 to 2,147,483,647, got 0',
    ),
    "default-that-is-wrong-for-all": (
        {
            "defaults": {"access": {"pull": [{"role_arn": "arn:aws-cn:iam::111122223333:role/x"}]}},
            "repositories": {"team/api": {}, "team/web": {}},
        },
        "estate.defaults.access.pull: must be of the partition 'aws', got 'arn:aws-cn:iam::111122223333:role/x'",
    ),
    "own-access-of-another-partition": (
        {"repositories": {"team/api": {"access": {"pull": [{"role_arn": "arn:aws-cn:iam::111122223333:role/x"}]}}}},
        (
            "estate.repositories[\"team/api\"].access.pull: must be of the partition 'aws',"
            " got 'arn:aws-cn:iam::111122223333:role/x'"
        ),
    ),
    "key-elsewhere": (
        {"defaults": {"kms_key_arn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"}},
        "estate.defaults.kms_key_arn: must be a key in 'eu-central-1', where the repository is, got 'eu-west-1'",
    ),
    "adopted-by-default": (
        {"defaults": {"adopt": {"logical_name": "old"}}},
        "estate.defaults.adopt: must stand at the one repository that is adopted",
    ),
    "adopts-another": (
        {"repositories": {"team/api": {"adopt": {"import_id": "team/web"}}}},
        (
            "estate.repositories[\"team/api\"].adopt.import_id: must be the name of the repository, or the name, '@'"
            " and the region of these arguments, got 'team/web'; write 'team/api@eu-central-1'"
        ),
    ),
    # --- key
    "no-alias": ({"key": {}}, "estate.key.alias: must be given"),
    "key-elsewhere-by-region": (
        {"key": {"alias": "alias/ecr", "region": "eu-west-1"}},
        "estate.key.region: must be a known key, got 'region'; write 'multi_region'",
    ),
    # --- push roles
    "misspelt-repository": (
        role(repositories=["team/apy"]),
        "estate.push_roles.ci.repositories[0]: must be a repository of the estate, got 'team/apy'; write 'team/api'",
    ),
    "foreign-repository": (
        role(repositories=["warehouse"]),
        (
            "estate.push_roles.ci.repositories[0]: must be a repository of the estate, got 'warehouse';"
            " declare it under estate.repositories"
        ),
    ),
    "role-for-nothing": (
        role(repositories=[]),
        "estate.push_roles.ci.repositories: must have at least one repository",
    ),
    "two-places": (
        role(trust={"github": {**GITHUB, "branch": "main"}}),
        "estate.push_roles.ci.trust.github: must have one of 'environment' or 'branch', got environment and branch",
    ),
    "role-without-a-name": (
        {"push_roles": {"": role()["push_roles"]["ci"]}},
        "estate.push_roles[\"\"]: must be 1 to 56 characters, got 0: ''",
    ),
    "role-that-iam-could-not-name": (
        {"pull_roles": {"shop/pull": {"repositories": ["team/api"], "trust": {"instance_profile": {}}}}},
        "estate.pull_roles[\"shop/pull\"]: must be letters, digits and '+=,.@_-', got 'shop/pull'",
    ),
    "two-roles-of-one-name": (
        {
            **role(role_name="ecr"),
            "pull_roles": {
                "shop": {"repositories": ["team/api"], "trust": {"instance_profile": {}}, "role_name": "ECR"}
            },
        },
        "estate.pull_roles.shop.role_name: must be another name than that of estate.push_roles.ci, got 'ECR'",
    ),
    "too-many-repositories-of-a-role": (
        {"repositories": MANY, **role(repositories=list(MANY))},
        "estate.push_roles.ci.repositories: must have at most 100 entries, got 101",
    ),
    "too-long-a-policy-of-a-role": (
        {"repositories": LONG, **role(repositories=list(LONG))},
        (
            "estate.push_roles.ci: must make a policy of at most 10,240 characters, got 11,031 characters;"
            " split it into several roles"
        ),
    ),
    # --- replication
    "replicates-to-itself": (
        replication(destinations=[{"region": "eu-central-1"}]),
        (
            f"estate.replication.destinations[0]: must not be the registry that is replicated, got {ACCOUNT} in"
            " eu-central-1; remove it, or name another Region or account"
        ),
    ),
    "prefix-of-nothing": (
        replication(repository_prefixes=["team/", "warehouse/"]),
        (
            "estate.replication.repository_prefixes[1]: must begin the name of a declared repository,"
            " got 'warehouse/'; declare the repository, or remove the prefix"
        ),
    ),
    "destination-of-another-kind": (
        replication(role="target"),
        "estate.replication.role: must be 'source' or 'destination', got 'target'",
    ),
    # --- what may stand at one repository alone
    "replacement-by-default": (
        {"defaults": {"allow_replacement": True}},
        "estate.defaults.allow_replacement: must stand at the one repository that may be replaced",
    ),
    # --- roles that pull
    "pulls-from-nothing": (
        {"pull_roles": {"shop": {"repositories": ["team/wep"], "trust": {"instance_profile": {}}}}},
        "estate.pull_roles.shop.repositories[0]: must be a repository of the estate, got 'team/wep'; write 'team/api'",
    ),
    "pulls-by-no-workload": (
        {"pull_roles": {"shop": {"repositories": ["team/api"], "trust": {}}}},
        (
            "estate.pull_roles.shop.trust: must have one of 'ecs', 'instance_profile', 'service_account'"
            " or 'pod_identity', got none"
        ),
    ),
    # --- the registry, the ways to it, its monitoring
    "registry-of-another-region": (
        {"registry": {"region": "eu-west-1"}},
        "estate.registry.region: must be absent, or the estate's own 'eu-central-1', got 'eu-west-1'",
    ),
    "account-of-a-cache-without-quotes": (
        {
            "account_id": 123456789012,
            "registry": {"pull_through": [{"ecr_repository_prefix": "quay", "upstream_registry_url": "quay.io"}]},
        },
        "estate.account_id: must be a text, got 123456789012; put it in quotes",
    ),
    "no-scan-type": (
        {"registry": {"scanning": {"scan_type": "DEEP"}}},
        "estate.registry.scanning.scan_type: must be 'BASIC' or 'ENHANCED', got 'DEEP'",
    ),
    "endpoints-for-nobody": (
        {
            "endpoints": {
                "vpc_id": "vpc-0a1b2c3d",
                "subnet_ids": ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
                "route_table_ids": ["rtb-0a1b2c3d"],
                "allowed_account_ids": [ACCOUNT],
            }
        },
        "estate.endpoints: must have one of 'client_cidrs' or 'client_security_group_ids', or both, got none",
    ),
    "network-in-one-zone": (
        {"network": {"cidr_block": "10.0.0.0/24", "subnets": {"eu-central-1a": "10.0.0.0/26"}}},
        "estate.network.subnets: must have at least 2 entries, each in an Availability Zone of its own, got 1",
    ),
    "network-with-a-strange-endpoint": (
        {
            "network": {
                "cidr_block": "10.0.0.0/24",
                "subnets": {"eu-central-1a": "10.0.0.0/26", "eu-central-1b": "10.0.0.64/26"},
                "services": ["log"],
            }
        },
        (
            "estate.network.services[0]: must be 'logs', 'sts', 'ecs', 'ecs-agent', 'ecs-telemetry',"
            " 'secretsmanager', 'kms' or 'ssm', got 'log'; write 'logs'"
        ),
    ),
    "network-that-is-none": ({"network": []}, "estate.network: must be an object, got a list"),
    "network-without-addresses": (
        {"network": {"subnets": {"eu-central-1a": "10.0.0.0/26", "eu-central-1b": "10.0.0.64/26"}}},
        "estate.network.cidr_block: must be given",
    ),
    "network-with-an-endpoint-twice": (
        {
            "network": {
                "cidr_block": "10.0.0.0/24",
                "subnets": {"eu-central-1a": "10.0.0.0/26", "eu-central-1b": "10.0.0.64/26"},
                "services": ["logs", "logs"],
            }
        },
        "estate.network.services[1]: must be named once, got 'logs'",
    ),
    "pulls-of-no-repository": (
        {"monitoring": {"scanning": "basic", "alert_email": "ops@shop.example", "pulls_per_hour": 10}},
        (
            "estate.monitoring.pulls_per_hour: must stand beside 'repositories': pulls are counted for each;"
            " name the repositories"
        ),
    ),
    "public-capitals": (
        {"public_repositories": {"Shop": {}}},
        (
            "estate.public_repositories.Shop: must be lower-case letters and digits, with single '.', '_', '-' or '/'"
            " between them, got 'Shop'"
        ),
    ),
    "public-in-china": (
        {"region": "cn-north-1", "public_repositories": {"shop-cli": {}}},
        (
            "estate.public_repositories.shop-cli: must be deployed in partition 'aws': ECR Public is in no other,"
            " got 'aws-cn'"
        ),
    ),
    # --- tags that everything has
    "tag-that-a-role-cannot-have": (
        {"tags": {"team": "R&D"}},
        "estate.tags.team: must be letters, digits, spaces and '_.:/=+-@': IAM takes no others, got 'R&D'",
    ),
    "tag-that-a-role-elsewhere-cannot-have": (
        {
            "defaults": {"tags": {"team": "R&D"}},
            **replication(
                destinations=[{"region": "eu-west-1", "role_arn": "arn:aws:iam::210987654321:role/registry"}]
            ),
        },
        "estate.defaults.tags.team: must be letters, digits, spaces and '_.:/=+-@': IAM takes no others, got 'R&D'",
    ),
    "too-many-tags-together": (
        {
            "tags": {f"all-{number}": "x" for number in range(30)},
            "repositories": {"team/api": {"tags": {f"own-{number}": "x" for number in range(21)}}},
        },
        'estate.repositories["team/api"].tags: must have at most 50 entries with those of the estate, got 51',
    ),
    "too-many-tags-together-in-public": (
        {
            "tags": {f"all-{number}": "x" for number in range(30)},
            "public_repositories": {"shop-cli": {"tags": {f"own-{number}": "x" for number in range(21)}}},
        },
        "estate.public_repositories.shop-cli.tags: must have at most 50 entries with those of the estate, got 51",
    ),
}


@pytest.mark.parametrize(("wrong", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_estate_with_one_line(lines, wrong, line):
    estate = {key: value for key, value in {**SMALL, **wrong}.items() if value is not None}

    assert lines(estate) == [line]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("yes", "estate: must be JSON, at line 1 column 1: expecting value, got 'yes'"),
        ("[]", "estate: must be a JSON object, got a list"),
    ],
    ids=["text", "list"],
)
def test_refuses_what_is_no_declaration(lines, text, line):
    assert lines(text) == [line]


def test_refuses_a_stack_without_an_estate(refusal):
    assert refusal(load_estate, configuration={"secure-ecr:estat": "{}", "pulumi:tags": "{}"}) == [
        "secure-ecr:estat: must be a known key; write 'secure-ecr:estate', everything is declared below it",
        "secure-ecr:estate: must be given; declare it in stacks/Pulumi.test.yaml, stacks/README.md has the keys",
    ]


@pytest.mark.parametrize("key", ["secure-ecr:region", "secure-ecr:estates", "secure_ecr:estate", "secur-ecr:estate"])
def test_refuses_keys_beside_the_estate(lines, key):
    assert lines(SMALL, **{key: "x"}) == [
        f"{key}: must be a known key; write 'secure-ecr:estate', everything is declared below it"
    ]


def test_says_which_keys_it_does_not_read(deploy):
    deployed = deploy(
        load_estate, configuration=configuration(SMALL, **{"aws:region": "eu-west-1", "pulumi:tags": "{}"})
    )

    assert deployed.log == ["warning: aws:region: is not read: the estate names its account, its Region and its tags"]


def test_finds_the_mistakes_of_every_part_at_once(lines):
    estate = {
        "account_id": 1,
        "region": "eu-central-1",
        "defaults": {"scan_on_push": "yes"},
        "repositories": {"team/API": {}, "team/web": {"tags": {"cost": 7}}},
        **role(repositories=["team/wob"]),
        **replication(destinations=[{}]),
    }

    assert lines(estate) == [
        "estate.account_id: must be a text, got 1; put it in quotes",
        'estate.repositories["team/web"].tags.cost: must be a text, got 7; put it in quotes',
        "estate.defaults.scan_on_push: must be true or false, got 'yes'",
        "estate.replication.destinations[0].region: must be given",
        (
            "estate.repositories[\"team/API\"]: must be lower-case letters and digits, separated by '.', '_', '__',"
            " hyphens or '/', got 'team/API'; write 'team/api'"
        ),
        "estate.push_roles.ci.repositories[0]: must be a repository of the estate, got 'team/wob'; write 'team/web'",
    ]


def test_reads_an_estate_that_is_written_elsewhere():
    estate, findings = read_estate({**SMALL, "repositories": {"team/API": {}}, "regoin": "x"}, "accounts.shop")

    assert estate == {**SMALL, "repositories": {"team/API": {}}}
    assert [str(finding) for finding in findings] == [
        "accounts.shop.regoin: must be a known key, got 'regoin'; write 'region'",
        (
            'accounts.shop.repositories["team/API"]: must be lower-case letters and digits, separated by '
            "'.', '_', '__', hyphens or '/', got 'team/API'; write 'team/api'"
        ),
    ]


def test_reads_nothing_where_no_object_is_written():
    estate, findings = read_estate(["team/api"])

    assert estate == {}
    assert [str(finding) for finding in findings] == ["estate: must be an object, got a list"]
