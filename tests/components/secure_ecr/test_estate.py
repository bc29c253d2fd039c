from __future__ import annotations

import json

import pytest
from secure_ecr.estate import load_estate, repository_args, repository_arn

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
            " use 'mutable_tag_patterns', 'lifecycle', 'access', 'scan_on_push', 'force_delete', 'tags', 'kms_key_arn'"
            " or 'adopt'"
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
            "estate.replication.repository_prefixes[1]: must begin the name of a repository of the estate,"
            " got 'warehouse/'"
        ),
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
