from __future__ import annotations

import json
from types import MappingProxyType

import pulumi
import pytest
from ecr_model.lifecycle import DEFAULT, render_lifecycle
from pulumi_aws import kms
from secure_ecr import SecureRepository

URL = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
REPOSITORY = "aws:ecr/repository:Repository"
COMPONENT = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:SecureRepository::app"
SECURE = {
    "name": "team/app",
    "imageTagMutability": "IMMUTABLE",
    "encryptionConfigurations": [{"encryptionType": "KMS"}],
    "imageScanningConfiguration": {"scanOnPush": True},
    "forceDelete": False,
}
"""What the repository of no further arguments is."""


def repository(**args):
    """Return a program of one component."""
    return lambda: SecureRepository("app", {"repository_name": "team/app", **args}).repository_url


def policy_by(root, *, partition="aws"):
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PullByAccounts",
                "Effect": "Allow",
                "Principal": {"AWS": [f"arn:{partition}:iam::{root}:root"]},
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            }
        ],
    }


def test_is_secure_with_nothing_but_a_name(deploy):
    def program():
        made = SecureRepository("app", {"repository_name": "team/app"})
        return {
            "url": made.repository_url,
            "arn": made.repository_arn,
            "name": made.repository_name,
            "registry": made.registry_id,
            "pull": made.digest_pull,
        }

    deployed = deploy(program)

    assert deployed.resources == {
        "app": SECURE,
        "app-lifecycle": {"repository": "team/app", "policy": render_lifecycle(DEFAULT)},
    }
    assert deployed.outputs == {
        "url": URL,
        "arn": "arn:aws:ecr:eu-central-1:123456789012:repository/team/app",
        "name": "team/app",
        "registry": "123456789012",
        "pull": f"{URL}@sha256:<digest>",
    }
    assert deployed.log == []


def test_registers_what_every_argument_says(deploy):
    deployed = deploy(
        repository(
            mutable_tag_patterns=["latest", "branch-*", "latest"],
            kms_key_arn=KEY,
            lifecycle={"untagged": {"count": 3}, "keep": [{"tag_patterns": ["v*"], "count": 50}]},
            access={"pull": [{"account_id": "210987654321"}]},
            scan_on_push=False,
            force_delete=True,
            region="eu-west-1",
            tags={"team": "payments"},
        )
    )

    policy = deployed.resources["app-policy"].pop("policy")
    rules = json.loads(deployed.resources["app-lifecycle"].pop("policy"))["rules"]
    assert deployed.resources == {
        "app": {
            "name": "team/app",
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [
                {"filter": "branch-*", "filterType": "WILDCARD"},
                {"filter": "latest", "filterType": "WILDCARD"},
            ],
            "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY}],
            "imageScanningConfiguration": {"scanOnPush": False},
            "forceDelete": True,
            "region": "eu-west-1",
            "tags": {"team": "payments"},
        },
        "app-lifecycle": {"repository": "team/app", "region": "eu-west-1"},
        "app-policy": {"repository": "team/app", "region": "eu-west-1"},
    }
    assert json.loads(policy) == policy_by("210987654321")
    assert [(rule["rulePriority"], rule["selection"]["tagStatus"]) for rule in rules] == [
        (1, "untagged"),
        (2, "tagged"),
    ]


def test_shows_its_arguments_to_policies_in_camel_case(deploy):
    deployed = deploy(
        repository(
            lifecycle={"keep": [{"tag_prefixes": ["v"], "count": 3.0}]},
            access={"statements": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:DeleteRepository"}]},
            tags={"cost_center": "7"},
        )
    )

    assert deployed.components == {
        "app": {
            "repositoryName": "team/app",
            "lifecycle": {"keep": [{"tagPrefixes": ["v"], "count": 3}]},
            "access": {"statements": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:DeleteRepository"}]},
            "tags": {"cost_center": "7"},
        }
    }


def test_protects_the_repository_and_replaces_nothing_beside_itself(deploy):
    repository_urn = "urn:pulumi:test::secure-ecr::secure-ecr:index:SecureRepository$aws:ecr/repository:Repository::app"
    hanging = {
        "parent": COMPONENT,
        "deleteBeforeReplace": True,
        "deletedWith": repository_urn,
        "dependencies": [repository_urn],
    }

    assert deploy(repository(access={"pull": [{"account_id": "210987654321"}]})).options == {
        ("secure-ecr:index:SecureRepository", "app"): {
            "parent": "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack::secure-ecr-test"
        },
        (REPOSITORY, "app"): {"parent": COMPONENT, "protect": True, "deleteBeforeReplace": True},
        ("aws:ecr/lifecyclePolicy:LifecyclePolicy", "app-lifecycle"): hanging,
        ("aws:ecr/repositoryPolicy:RepositoryPolicy", "app-policy"): hanging,
    }


@pytest.mark.parametrize(
    ("lifted", "force_delete"),
    [("force_delete", True), ("allow_replacement", False)],
    ids=["deletion", "replacement"],
)
def test_lifts_the_protection_of_the_repository_and_nothing_else(deploy, lifted, force_delete):
    deployed = deploy(repository(**{lifted: True}))

    assert deployed.options[REPOSITORY, "app"] == {"parent": COMPONENT, "deleteBeforeReplace": True}
    assert deployed.resources["app"] == {**SECURE, "forceDelete": force_delete}


@pytest.mark.parametrize("lifted", ["force_delete", "allow_replacement"])
def test_is_protected_when_its_caller_says_so_whatever_lifts_the_protection(deploy, lifted):
    def program():
        args = {"repository_name": "team/app", lifted: True}
        SecureRepository("app", args, pulumi.ResourceOptions(protect=True))

    assert deploy(program).options[REPOSITORY, "app"]["protect"] is True


def test_shows_reviewers_why_tags_may_move(deploy):
    reasons = {"branch-*": "previews of pull requests", "latest": "developers' machines"}

    deployed = deploy(repository(mutable_tag_patterns=["latest", "branch-*"], mutable_tag_reasons=reasons))

    assert deployed.components["app"]["mutableTagReasons"] == reasons
    assert deployed.resources["app"] == {
        **SECURE,
        "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [
            {"filter": "branch-*", "filterType": "WILDCARD"},
            {"filter": "latest", "filterType": "WILDCARD"},
        ],
    }


LAMBDA = {"pull": [{"service": "lambda.amazonaws.com", "source": "123456789012"}]}


@pytest.mark.parametrize(
    ("args", "functions"),
    [
        pytest.param({"region": "eu-west-1"}, "arn:aws:lambda:eu-west-1:123456789012:function:*", id="region"),
        pytest.param({}, "arn:aws:lambda:*:123456789012:function:*", id="no-region"),
    ],
)
def test_lets_lambda_in_with_the_statement_that_lambda_would_add(deploy, args, functions):
    deployed = deploy(repository(access=LAMBDA, **args))

    assert json.loads(deployed.resources["app-policy"]["policy"])["Statement"] == [
        policy_by("123456789012")["Statement"][0],
        {
            "Sid": "LambdaECRImageRetrievalPolicy",
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com"]},
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Condition": {"StringLike": {"aws:sourceArn": [functions]}},
        },
    ]


FAR_FUNCTIONS = "arn:aws:lambda:us-east-1:111122223333:function:*"
URN = "urn:pulumi:prod::shop::shop:index:Registry$aws:ecr/repository:Repository::app"
POLICY_URN = URN.replace("repository:Repository", "lifecyclePolicy:LifecyclePolicy")


@pytest.mark.parametrize(
    ("adopt", "options"),
    [
        pytest.param({"import_id": "team/app"}, {"importId": "team/app"}, id="by-hand"),
        pytest.param(
            {"logical_name": "old"}, {"aliases": [{"spec": {"name": "old", "noParent": True}}]}, id="plain-resource"
        ),
        pytest.param({"urn": URN}, {"aliases": [{"urn": URN}]}, id="another-component"),
        pytest.param(
            {"import_id": None, "urn": URN, "lifecycle_policy": None}, {"aliases": [{"urn": URN}]}, id="none-is-absent"
        ),
    ],
)
def test_adopts_what_exists(deploy, adopt, options):
    deployed = deploy(repository(adopt=adopt))

    assert deployed.options[REPOSITORY, "app"] == {"parent": COMPONENT, "protect": True, **options}
    assert deployed.resources["app"] == SECURE


def test_adopts_the_policies_of_a_repository_with_it(deploy):
    adopt = {"logical_name": "old", "lifecycle_policy": POLICY_URN, "repository_policy": "old-readers"}

    options = deploy(repository(adopt=adopt, access={"pull": [{"account_id": "210987654321"}]})).options

    assert options["aws:ecr/lifecyclePolicy:LifecyclePolicy", "app-lifecycle"]["aliases"] == [{"urn": POLICY_URN}]
    assert options["aws:ecr/repositoryPolicy:RepositoryPolicy", "app-policy"]["aliases"] == [
        {"spec": {"name": "old-readers", "noParent": True}}
    ]


def test_adopts_a_repository_with_the_encryption_that_it_has(deploy):
    deployed = deploy(repository(adopt={"import_id": "team/app", "encryption_type": "AES256"}))

    assert deployed.resources["app"] == {**SECURE, "encryptionConfigurations": [{"encryptionType": "AES256"}]}


def test_imports_from_another_region(deploy):
    deployed = deploy(repository(region="eu-west-1", adopt={"import_id": "team/app@eu-west-1"}))

    assert deployed.options[REPOSITORY, "app"]["importId"] == "team/app@eu-west-1"


def test_takes_a_key_and_tags_that_do_not_exist_yet(deploy):
    def program():
        key = kms.Key("key")
        made = SecureRepository(
            "app", {"repository_name": "team/app", "kms_key_arn": key.arn, "tags": {"key": key.key_id}}
        )
        return made.digest_pull

    deployed = deploy(program, preview=True)

    assert deployed.resources["app"] == {
        **SECURE,
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "unknown"}],
        "tags": {"key": "unknown"},
    }
    assert deployed.outputs == "unknown"


@pytest.mark.parametrize(
    ("args", "configuration", "environment", "partition"),
    [
        pytest.param({"region": "cn-north-1"}, {}, {}, "aws-cn", id="own-region"),
        pytest.param({}, {"aws:region": "us-gov-west-1"}, {"AWS_REGION": "eu-west-1"}, "aws-us-gov", id="stack"),
        pytest.param({}, {}, {"AWS_REGION": "cn-north-1"}, "aws-cn", id="environment"),
        pytest.param({}, {}, {"AWS_DEFAULT_REGION": "eusc-de-east-1"}, "aws-eusc", id="default-of-the-environment"),
        pytest.param({}, {}, {}, "aws", id="nothing"),
        pytest.param({}, {"aws:region": "nowhere"}, {}, "aws", id="strange-region"),
    ],
)
def test_grants_in_the_partition_of_its_region(deploy, monkeypatch, args, configuration, environment, partition):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    program = repository(access={"pull": [{"account_id": "210987654321"}]}, **args)
    deployed = deploy(program, configuration=configuration)

    policy = json.loads(deployed.resources["app-policy"]["policy"])
    assert policy == policy_by("210987654321", partition=partition)


def test_reads_arguments_that_are_no_dicts_and_numbers_that_are_floats(deploy):
    """Another language's numbers arrive as floats, and a program may pass any mapping."""
    args = MappingProxyType(
        {
            "repository_name": "team/app",
            "lifecycle": MappingProxyType({"untagged": {"days": 14.0}}),
            "access": None,
            "mutable_tag_patterns": (),
        }
    )

    deployed = deploy(lambda: SecureRepository("app", args).repository_url)

    assert deployed.resources == {
        "app": SECURE,
        "app-lifecycle": {"repository": "team/app", "policy": render_lifecycle(DEFAULT)},
    }


def test_shows_warnings_and_goes_on(deploy):
    def program():
        SecureRepository("app", {"repository_name": "1team/app"})

    assert deploy(program).log == [
        "warning: app.repository_name: should begin with a letter, which ECR's documentation asks for, got '1team/app'"
    ]


def test_refuses_everything_at_once_and_registers_nothing(refusal):
    def program():
        SecureRepository(
            "app",
            {
                "repository_name": "Team/App",
                "mutable_patterns": ["latest"],
                "lifecycle": {"untagged": {"days": 0}, "keep": [{"tag_patterns": ["v*"], "days": 1, "count": 1}]},
                "access": {"pull": [{"account_id": 210987654321}]},
                "scan_on_push": "yes",
            },
        )

    assert refusal(program) == [
        "app.mutable_patterns: must be a known key, got 'mutable_patterns'; write 'mutable_tag_patterns'",
        (
            "app.repository_name: must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/',"
            " got 'Team/App'; write 'team/app'"
        ),
        "app.lifecycle.untagged.days: must be 1 to 2,147,483,647, got 0",
        "app.lifecycle.keep[0]: must have one of 'count' or 'days', got all of them",
        (
            "app.access.pull[0].account_id: must be an account id of 12 digits, got 210987654321;"
            " put it in quotes, with its leading zeros"
        ),
        "app.scan_on_push: must be true or false, got 'yes'",
    ]


def output(value="x"):
    return pulumi.Output.from_input(value)


WRONG = {
    # --- what it is called
    "no-name": ({"repository_name": None}, "app.repository_name: must be given"),
    "number-for-a-name": ({"repository_name": 5}, "app.repository_name: must be a text, got 5; put it in quotes"),
    "short-name": ({"repository_name": "a"}, "app.repository_name: must be 2 to 256 characters, got 1: 'a'"),
    "capitals": (
        {"repository_name": "Team/App"},
        (
            "app.repository_name: must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/',"
            " got 'Team/App'; write 'team/app'"
        ),
    ),
    "name-of-a-resource": (
        {"repository_name": output("team/app")},
        (
            "app.repository_name: must be known at preview, got an Output;"
            " write the value itself, it is judged before anything is registered"
        ),
    ),
    "region-of-no-partition": (
        {"region": "europe"},
        "app.region: must be a Region's name, as eu-west-1, got 'europe'",
    ),
    # --- keys
    "misspelt-key": (
        {"lifecyle": {}},
        "app.lifecyle: must be a known key, got 'lifecyle'; write 'lifecycle'",
    ),
    "camel-case-key": (
        {"scanOnPush": True},
        "app.scanOnPush: must be a known key, got 'scanOnPush'; write 'scan_on_push'",
    ),
    "key-that-is-no-word": (
        {"scan on": True},
        "app: must be a known key, got 'scan on'; write 'scan_on_push'",
    ),
    # --- types
    "text-for-truth": ({"scan_on_push": "true"}, "app.scan_on_push: must be true or false, got 'true'"),
    "number-for-truth": ({"force_delete": 1}, "app.force_delete: must be true or false, got 1"),
    "truth-of-a-resource": (
        {"force_delete": output(True)},
        (
            "app.force_delete: must be known at preview, got an Output;"
            " write the value itself, it is judged before anything is registered"
        ),
    ),
    "list-for-tags": ({"tags": ["a"]}, "app.tags: must be an object, got a list"),
    "number-for-a-tag": ({"tags": {"cost": 7}}, "app.tags.cost: must be a text, got 7; put it in quotes"),
    "number-for-a-tag-key": ({"tags": {7: "x"}}, "app.tags: must have texts as keys, got 7; put it in quotes"),
    "reserved-tag": (
        {"tags": {"aws:team": "x"}},
        "app.tags: must not begin with 'aws:', which AWS keeps for itself, got 'aws:team'",
    ),
    "long-tag": (
        {"tags": {"team": "x" * 257}},
        f"app.tags.team: must be at most 256 characters, got 257: '{'x' * 78}…",
    ),
    # --- tags that move
    "text-for-patterns": ({"mutable_tag_patterns": "v*"}, "app.mutable_tag_patterns: must be a list, got 'v*'"),
    "six-patterns": (
        {"mutable_tag_patterns": ["a", "b", "c", "d", "e", "f"]},
        "app.mutable_tag_patterns: must have at most 5 entries, got 6",
    ),
    "three-wildcards": (
        {"mutable_tag_patterns": ["b*r*n*"]},
        "app.mutable_tag_patterns[0]: must have at most 2 '*', got 'b*r*n*'",
    ),
    "releases-move": (
        {"mutable_tag_patterns": ["latest", "v*"]},
        (
            "app.mutable_tag_patterns[1]: must not let release tags move, as it does with 'v0.0.0', got 'v*';"
            " name the moving tags alone, as 'latest' or 'branch-*'"
        ),
    ),
    # --- encryption
    "alias": (
        {"kms_key_arn": "alias/ecr"},
        (
            "app.kms_key_arn: must be the full ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>',"
            " got 'alias/ecr'; write the key's ARN: ECR stores that, and anything else is a difference at every preview"
        ),
    ),
    "key-id": (
        {"kms_key_arn": "1234abcd-12ab-34cd-56ef-1234567890ab"},
        (
            "app.kms_key_arn: must be the full ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>',"
            " got '1234abcd-12ab-34cd-56ef-1234567890ab'; write the key's ARN: ECR stores that, and anything else is"
            " a difference at every preview"
        ),
    ),
    "key-elsewhere": (
        {"kms_key_arn": KEY, "region": "eu-central-1"},
        "app.kms_key_arn: must be a key in 'eu-central-1', where the repository is, got 'eu-west-1'",
    ),
    "number-for-a-key": ({"kms_key_arn": 7}, "app.kms_key_arn: must be a text, got 7; put it in quotes"),
    # --- lifecycle and access: the rules are ecr_model's, the paths are the component's
    "lifecycle-of-a-resource": (
        {"lifecycle": {"keep": [{"tag_patterns": ["v*"], "count": output(5)}]}},
        (
            "app.lifecycle.keep[0].count: must be known at preview, got an Output;"
            " write the value itself, it is judged before anything is registered"
        ),
    ),
    "typed-and-raw": (
        {"lifecycle": {"untagged": {"days": 1}, "policy_json": render_lifecycle(DEFAULT)}},
        "app.lifecycle.untagged: must be absent beside policy_json; keep one of the two",
    ),
    "raw-that-is-no-json": (
        {"lifecycle": {"policy_json": "{" + " " * 100}},
        (
            "app.lifecycle.policy_json: must be JSON, at line 1 column 102: expecting property name enclosed in"
            " double quotes, got the end of the line"
        ),
    ),
    "account-of-11-digits": (
        {"access": {"pull": [{"account_id": "12345678901"}]}},
        "app.access.pull[0].account_id: must be an account id of 12 digits, got 11 characters: '12345678901'",
    ),
    "account-without-quotes": (
        {"access": {"push": [{"account_id": 111122223333}]}},
        (
            "app.access.push[0].account_id: must be an account id of 12 digits, got 111122223333;"
            " put it in quotes, with its leading zeros"
        ),
    ),
    "role-of-a-resource": (
        {"access": {"pull": [{"role_arn": output()}]}},
        (
            "app.access.pull[0].role_arn: must be known at preview, got an Output;"
            " write the value itself, it is judged before anything is registered"
        ),
    ),
    "role-of-another-partition": (
        {"access": {"pull": [{"role_arn": "arn:aws-cn:iam::111122223333:role/ci"}]}, "region": "eu-west-1"},
        "app.access.pull: must be of the partition 'aws', got 'arn:aws-cn:iam::111122223333:role/ci'",
    ),
    "functions-of-another-region": (
        {
            "region": "eu-west-1",
            "access": {"pull": [{"service": "lambda.amazonaws.com", "source": FAR_FUNCTIONS}]},
        },
        f"app.access.pull: must be of functions in 'eu-west-1', where the images are, got '{FAR_FUNCTIONS}'",
    ),
    "locks-everyone-out": (
        {"access": {"statements": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:*"}]}},
        (
            "app.access.statements[0].Action: statements[0] must not deny everyone ecr:SetRepositoryPolicy:"
            " nobody could change the policy again, got ecr:*; name the actions to deny, or spare whoever deploys by a"
            " Condition"
        ),
    ),
    "everyone": (
        {"access": {"statements": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]}},
        (
            "app.access.statements[0]: statements[0] must not let everyone pull, got principal * with ecr:BatchGetImage"
            ' and no condition; name the accounts in Principal, or add "StringEquals": {"aws:PrincipalOrgID": "o-..."}'
            " to Condition"
        ),
    ),
    # --- adoption
    "adopts-nothing": (
        {"adopt": {"encryption_type": "KMS"}},
        "app.adopt: must have one of 'import_id', 'logical_name' or 'urn', got none",
    ),
    "adopts-twice": (
        {"adopt": {"import_id": "team/app", "logical_name": "old"}},
        "app.adopt: must have one of 'import_id', 'logical_name' or 'urn', got import_id and logical_name",
    ),
    "adopts-another": (
        {"adopt": {"import_id": "team/web"}},
        (
            "app.adopt.import_id: must be the name of the repository, or the name, '@' and the region of these"
            " arguments, got 'team/web'; write 'team/app'"
        ),
    ),
    "adopts-elsewhere": (
        {"adopt": {"import_id": "team/app@eu-west-1"}, "region": "eu-west-2"},
        (
            "app.adopt.import_id: must be the name of the repository, or the name, '@' and the region of these"
            " arguments, got 'team/app@eu-west-1'; write 'team/app@eu-west-2'"
        ),
    ),
    "adopts-a-policy": (
        {"adopt": {"urn": "urn:pulumi:prod::shop::aws:ecr/repositoryPolicy:RepositoryPolicy::app"}},
        (
            "app.adopt.urn: must be the URN of an aws.ecr.Repository, got"
            " 'urn:pulumi:prod::shop::aws:ecr/repositoryPolicy:RepositoryPolicy::app';"
            " 'pulumi stack --show-urns' has it"
        ),
    ),
    "adopts-a-text": ({"adopt": "team/app"}, "app.adopt: must be an object, got 'team/app'"),
    "adopts-a-number": (
        {"adopt": {"logical_name": 7}},
        "app.adopt.logical_name: must be a text, got 7; put it in quotes",
    ),
    "adopts-strange-encryption": (
        {"adopt": {"import_id": "team/app", "encryption_type": "aes"}},
        "app.adopt.encryption_type: must be 'AES256', 'KMS' or 'KMS_DSSE', got 'aes'; write 'AES256'",
    ),
    "adopts-without-its-key": (
        {"adopt": {"import_id": "team/app", "encryption_type": "AES256"}, "kms_key_arn": output(KEY)},
        "app.kms_key_arn: must be absent when the encryption type is 'AES256'",
    ),
    "adopts-without-its-known-key": (
        {"adopt": {"import_id": "team/app", "encryption_type": "AES256"}, "kms_key_arn": KEY},
        (
            f"app.kms_key_arn: must be absent when the encryption type is 'AES256', got '{KEY}';"
            " set app.adopt.encryption_type to 'KMS', or remove the key"
        ),
    ),
    "adopts-what-only-govcloud-has": (
        {"adopt": {"import_id": "team/app", "encryption_type": "KMS_DSSE"}, "region": "eu-west-1"},
        (
            "app.adopt.encryption_type: must not be 'KMS_DSSE' outside the AWS GovCloud (US) Regions, got 'eu-west-1';"
            " write 'KMS'"
        ),
    ),
    "adopts-by-a-misspelt-key": (
        {"adopt": {"import_id": "team/app", "urm": URN}},
        "app.adopt.urm: must be a known key, got 'urm'; write 'urn'",
    ),
    "adopts-nameless": (
        {"adopt": {"logical_name": ""}},
        "app.adopt.logical_name: must be 1 to 1024 characters, got 0: ''",
    ),
    "adopts-a-urn-by-name": (
        {"adopt": {"logical_name": URN}},
        f"app.adopt.logical_name: must be a logical name, got '{URN}'; write a URN under 'urn'",
    ),
    "adopts-an-output": (
        {"adopt": {"urn": output(URN)}},
        (
            "app.adopt.urn: must be known at preview, got an Output;"
            " write the value itself, it is judged before anything is registered"
        ),
    ),
    "imports-with-a-policy": (
        {"adopt": {"import_id": "team/app", "lifecycle_policy": "old-rules"}},
        (
            "app.adopt.lifecycle_policy: must stand beside 'logical_name' or 'urn', got 'old-rules';"
            " remove it: the repository that is imported has its policy overwritten"
        ),
    ),
    "adopts-a-repository-for-a-policy": (
        {"adopt": {"logical_name": "old", "lifecycle_policy": URN}},
        (
            f"app.adopt.lifecycle_policy: must be the URN of an aws.ecr.LifecyclePolicy, got '{URN}';"
            " 'pulumi stack --show-urns' has it"
        ),
    ),
    "adopts-a-policy-that-goes": (
        {"adopt": {"logical_name": "old", "repository_policy": "old-readers"}, "access": {"pull": []}},
        (
            "app.adopt.repository_policy: must stand beside access, which says what it will be;"
            " repeat its statements there"
        ),
    ),
    "adopts-a-number-for-a-policy": (
        {"adopt": {"logical_name": "old", "lifecycle_policy": 7}},
        "app.adopt.lifecycle_policy: must be a text, got 7; put it in quotes",
    ),
    # --- replacement
    "text-for-replacement": (
        {"allow_replacement": "yes"},
        "app.allow_replacement: must be true or false, got 'yes'",
    ),
    "adopts-and-replaces": (
        {"adopt": {"import_id": "team/app"}, "allow_replacement": True},
        (
            "app.allow_replacement: must be absent beside adopt, which keeps the repository that there is, got true;"
            " deploy without it, then remove adopt"
        ),
    ),
    "misspelt-replacement": (
        {"allow_replacment": True},
        "app.allow_replacment: must be a known key, got 'allow_replacment'; write 'allow_replacement'",
    ),
    # --- why tags move
    "reason-for-another-pattern": (
        {"mutable_tag_patterns": ["latest"], "mutable_tag_reasons": {"latest": "x", "nightly": "x"}},
        (
            "app.mutable_tag_reasons.nightly: must be for one of mutable_tag_patterns, got 'nightly';"
            " remove it, or add the pattern"
        ),
    ),
    "reason-for-no-pattern": (
        {"mutable_tag_reasons": {"branch-*": "x"}},
        (
            "app.mutable_tag_reasons[\"branch-*\"]: must be for one of mutable_tag_patterns, got 'branch-*';"
            " remove it, or add the pattern"
        ),
    ),
    "pattern-without-a-reason": (
        {"mutable_tag_patterns": ["latest", "branch-*"], "mutable_tag_reasons": {"latest": "x"}},
        (
            "app.mutable_tag_reasons: must have a reason for each of mutable_tag_patterns, got none for 'branch-*';"
            " say why its tags may move, or leave all reasons out"
        ),
    ),
    "blank-reason": (
        {"mutable_tag_patterns": ["latest"], "mutable_tag_reasons": {"latest": "  "}},
        "app.mutable_tag_reasons.latest: must say why, in one line, got '  '",
    ),
    "empty-reason": (
        {"mutable_tag_patterns": ["latest"], "mutable_tag_reasons": {"latest": ""}},
        "app.mutable_tag_reasons.latest: must be 1 to 256 characters, got 0: ''",
    ),
    "number-for-a-reason": (
        {"mutable_tag_patterns": ["latest"], "mutable_tag_reasons": {"latest": 7}},
        "app.mutable_tag_reasons.latest: must be a text, got 7; put it in quotes",
    ),
    "list-of-reasons": (
        {"mutable_tag_patterns": ["latest"], "mutable_tag_reasons": ["x"]},
        "app.mutable_tag_reasons: must be an object, got a list",
    ),
    "reason-for-a-wrong-pattern": (
        {"mutable_tag_patterns": ["v*"], "mutable_tag_reasons": {"v*": "x"}},
        (
            "app.mutable_tag_patterns[0]: must not let release tags move, as it does with 'v0.0.0', got 'v*';"
            " name the moving tags alone, as 'latest' or 'branch-*'"
        ),
    ),
    "pattern-of-another-alphabet": (
        {"mutable_tag_patterns": ["branch/*"]},
        "app.mutable_tag_patterns[0]: must be letters, digits, '.', '_', '-' and '*', got 'branch/*'",
    ),
    # --- who may
    "lambda-of-an-organization": (
        {"access": {"pull": [{"service": "lambda.amazonaws.com", "source": "o-a1b2c3d4e5"}]}},
        (
            "app.access.pull[0].source: must be an account id or the ARN of functions: Lambda needs the account"
            " granted as well, got 'o-a1b2c3d4e5'"
        ),
    ),
    "lambda-that-pushes": (
        {"access": {"push": [{"service": "lambda.amazonaws.com", "source": "111122223333"}]}},
        "app.access.push[0].source: must not let Lambda push: it can only pull, got '111122223333'",
    ),
    "lambda-declared-twice": (
        {
            "access": {
                **LAMBDA,
                "statements": [
                    {
                        "Sid": "LambdaECRImageRetrievalPolicy",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "ecr:DeleteRepository",
                    }
                ],
            }
        },
        (
            "app.access.statements[0].Sid: must be unique in its policy, got 'LambdaECRImageRetrievalPolicy';"
            " rename it: pull has the same"
        ),
    ),
    "service-on-behalf-of-anybody": (
        {"access": {"pull": [{"service": "codebuild.amazonaws.com"}]}},
        (
            "app.access.pull[0].source: must be given: anybody's codebuild.amazonaws.com could come otherwise;"
            " write an account id or an ARN"
        ),
    ),
    "every-role": (
        {"access": {"push": [{"role_arn": "arn:aws:iam::111122223333:role/*"}]}},
        (
            "app.access.push[0].role_arn: must be the ARN of a role, as arn:aws:iam::111122223333:role/ci,"
            " got 'arn:aws:iam::111122223333:role/*'; name each role"
        ),
    ),
    "session-of-a-role": (
        {"access": {"push": [{"role_arn": "arn:aws:sts::111122223333:assumed-role/ci/run"}]}},
        (
            "app.access.push[0].role_arn: must be the ARN of a role, as arn:aws:iam::111122223333:role/ci,"
            " got 'arn:aws:sts::111122223333:assumed-role/ci/run'; write the ARN of the role itself, not of one of its"
            " sessions"
        ),
    ),
    "statement-about-a-resource": (
        {
            "access": {
                "statements": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:PutImage", "Resource": "*"}],
            }
        },
        "app.access.statements[0].Resource: must not stand in a repository policy; remove it",
    ),
    # --- names and keys
    "double-slash": (
        {"repository_name": "team//app"},
        (
            "app.repository_name: must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/',"
            " got 'team//app'; write 'team/app'"
        ),
    ),
    "number-for-a-region": ({"region": 7}, "app.region: must be a text, got 7; put it in quotes"),
    "key-of-another-partition": (
        {"kms_key_arn": KEY.replace("arn:aws:", "arn:aws-cn:")},
        "app.kms_key_arn: must name a Region of partition 'aws-cn', got 'eu-west-1'",
    ),
    "51-tags": ({"tags": {f"k{number}": "" for number in range(51)}}, "app.tags: must have at most 50 entries, got 51"),
}


@pytest.mark.parametrize(("wrong", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_declaration_with_one_line(refusal, wrong, line):
    def program():
        SecureRepository("app", {"repository_name": "team/app", **wrong})

    assert refusal(program) == [line]


def test_names_a_component_whose_name_is_no_word(refusal):
    assert refusal(lambda: SecureRepository("team/app", {})) == ['["team/app"].repository_name: must be given']


@pytest.mark.parametrize(
    ("args", "got"),
    [
        pytest.param(None, "null; write {}", id="none"),
        pytest.param("team/app", "'team/app'", id="text"),
        pytest.param(7, "7", id="number"),
        pytest.param(["team/app"], "a list", id="list"),
    ],
)
def test_refuses_what_are_no_arguments(refusal, args, got):
    assert refusal(lambda: SecureRepository("app", args)) == [f"app: must be an object, got {got}"]
