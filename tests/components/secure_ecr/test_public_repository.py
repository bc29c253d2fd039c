from __future__ import annotations

import base64
import json

import pulumi
import pytest
from ecr_model.policy.document import check_policy
from ecr_model.policy.kinds import PUBLIC_REPOSITORY_POLICY
from pulumi_aws import kms
from secure_ecr import PublicRepository

COMPONENT = "urn:pulumi:test::secure-ecr::pulumi:pulumi:Stack$secure-ecr:index:PublicRepository::tool"
REPOSITORY = "urn:pulumi:test::secure-ecr::secure-ecr:index:PublicRepository$aws:ecrpublic/repository:Repository::tool"
PUBLIC = {"repositoryName": "shop/tool", "forceDestroy": False, "region": "us-east-1"}
"""What the repository of no further arguments is."""


def repository(**args):
    def program():
        made = PublicRepository("tool", {"repository_name": "shop/tool", **args})
        return [made.repository_uri, made.repository_arn, made.repository_name, made.registry_id]

    return program


def test_is_private_to_push_to_with_nothing_but_a_name(deploy):
    deployed = deploy(repository())

    assert deployed.resources == {"tool": PUBLIC}
    assert deployed.options["aws:ecrpublic/repository:Repository", "tool"] == {
        "parent": COMPONENT,
        "protect": True,
        "deleteBeforeReplace": True,
    }
    assert deployed.outputs == [
        "public.ecr.aws/a1b2c3d4/shop/tool",
        "arn:aws:ecr-public::123456789012:repository/shop/tool",
        "shop/tool",
        "123456789012",
    ]
    assert deployed.log == []


def test_registers_what_every_argument_says(deploy):
    logo = base64.b64encode(b"image").decode()
    deployed = deploy(
        repository(
            catalog={
                "description": "A tool",
                "about_text": "# About",
                "usage_text": "# Usage",
                "architectures": ["x86-64", "ARM 64", "x86-64"],
                "operating_systems": ["Linux"],
                "logo_image_blob": logo,
            },
            access={"push": [{"account_id": "210987654321"}]},
            force_delete=True,
            tags={"team": "tools"},
        )
    )

    policy = deployed.resources["tool-policy"].pop("policy")
    assert deployed.resources == {
        "tool": {
            **PUBLIC,
            "catalogData": {
                "description": "A tool",
                "aboutText": "# About",
                "usageText": "# Usage",
                "architectures": ["ARM 64", "x86-64"],
                "operatingSystems": ["Linux"],
                "logoImageBlob": logo,
            },
            "forceDestroy": True,
            "tags": {"team": "tools"},
        },
        "tool-policy": {"repositoryName": "shop/tool", "region": "us-east-1"},
    }
    assert json.loads(policy) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PushByAccounts",
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::210987654321:root"]},
                "Action": [
                    "ecr-public:BatchCheckLayerAvailability",
                    "ecr-public:CompleteLayerUpload",
                    "ecr-public:InitiateLayerUpload",
                    "ecr-public:PutImage",
                    "ecr-public:UploadLayerPart",
                ],
            }
        ],
    }
    assert check_policy(policy, PUBLIC_REPOSITORY_POLICY) == ()
    assert deployed.options["aws:ecrpublic/repository:Repository", "tool"] == {
        "parent": COMPONENT,
        "deleteBeforeReplace": True,
    }
    assert deployed.options["aws:ecrpublic/repositoryPolicy:RepositoryPolicy", "tool-policy"] == {
        "parent": COMPONENT,
        "dependencies": [REPOSITORY],
        "deletedWith": REPOSITORY,
    }


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1", None])
def test_is_in_its_one_region_whatever_the_stack_says(deploy, region):
    resources = deploy(repository(), configuration={"aws:region": region} if region else None).resources

    assert resources == {"tool": PUBLIC}


def test_takes_tags_that_do_not_exist_yet(deploy):
    def program():
        PublicRepository("tool", {"repository_name": "shop/tool", "tags": {"key": kms.Key("key").key_id}})

    assert deploy(program, preview=True).resources["tool"] == {**PUBLIC, "tags": {"key": "unknown"}}


def test_shows_its_arguments_to_policies_in_camel_case(deploy):
    catalog, access = {"usage_text": "# Usage"}, {"push": [{"organization_id": "o-a1b2c3d4e5"}]}

    assert deploy(repository(catalog=catalog, access=access)).components == {
        "tool": {
            "repositoryName": "shop/tool",
            "catalog": {"usageText": "# Usage"},
            "access": {"push": [{"organizationId": "o-a1b2c3d4e5"}]},
        }
    }


def test_warns_of_what_the_gallery_does_not_show(deploy):
    assert deploy(repository(catalog={"architectures": ["arm64"]})).log == [
        (
            "warning: tool.catalog.architectures[0]: should be 'ARM', 'ARM 64', 'x86' or 'x86-64': the gallery shows"
            " no other, got 'arm64'"
        )
    ]


KEYS = "use 'repository_name', 'catalog', 'access', 'force_delete' or 'tags'"
NAME = "must be lower-case letters and digits, with single '.', '_', '-' or '/' between them"
WRONG = {
    "no-name": ({"repository_name": None}, "tool.repository_name: must be given"),
    "name-in-capitals": ({"repository_name": "Shop/Tool"}, f"tool.repository_name: {NAME}, got 'Shop/Tool'"),
    "name-of-a-private-registry": ({"repository_name": "a--b"}, f"tool.repository_name: {NAME}, got 'a--b'"),
    "name-with-the-host": (
        {"repository_name": "public.ecr.aws/shop/tool:1"},
        f"tool.repository_name: {NAME}, got 'public.ecr.aws/shop/tool:1'",
    ),
    "short-name": ({"repository_name": "a"}, "tool.repository_name: must be 2 to 205 characters, got 1: 'a'"),
    "name-of-a-resource": (
        {"repository_name": pulumi.Output.from_input("shop/tool")},
        (
            "tool.repository_name: must be known at preview, got an Output; write the value itself, it is judged"
            " before anything is registered"
        ),
    ),
    "long-description": (
        {"catalog": {"description": "d" * 1025}},
        f"tool.catalog.description: must be at most 1024 characters, got 1025: '{'d' * 78}…",
    ),
    "number-for-a-text": (
        {"catalog": {"about_text": 7}},
        "tool.catalog.about_text: must be a text, got 7; put it in quotes",
    ),
    "too-many-architectures": (
        {"catalog": {"architectures": ["ARM"] * 51}},
        "tool.catalog.architectures: must have at most 50 entries, got 51",
    ),
    "text-for-systems": (
        {"catalog": {"operating_systems": "Linux"}},
        "tool.catalog.operating_systems: must be a list, got 'Linux'",
    ),
    "logo-by-its-path": (
        {"catalog": {"logo_image_blob": "logo.png"}},
        ("tool.catalog.logo_image_blob: must be an image of at most 512,000 bytes in base64, got 'logo.png'"),
    ),
    "misspelt-catalog": (
        {"catalog": {"descripton": "A tool"}},
        "tool.catalog.descripton: must be a known key, got 'descripton'; write 'description'",
    ),
    "text-for-a-catalog": ({"catalog": "A tool"}, "tool.catalog: must be an object, got 'A tool'"),
    "pull-by-an-account": (
        {"access": {"pull": [{"account_id": "210987654321"}]}},
        "tool.access.pull: must be absent: everybody pulls from a public repository",
    ),
    "statements": (
        {"access": {"statements": [{"Effect": "Deny", "Principal": "*", "Action": "ecr-public:*"}]}},
        "tool.access.statements: must be absent: a public repository grants pushing alone",
    ),
    "push-by-everybody": (
        {"access": {"push": [{"account_id": "*"}]}},
        "tool.access.push[0].account_id: must be an account id of 12 digits, got 1 characters: '*'",
    ),
    "push-from-another-partition": (
        {"access": {"push": [{"role_arn": "arn:aws-cn:iam::210987654321:role/ci"}]}},
        "tool.access.push: must be of the partition 'aws', got 'arn:aws-cn:iam::210987654321:role/ci'",
    ),
    "lifecycle": ({"lifecycle": {}}, f"tool.lifecycle: must be a known key, got 'lifecycle'; {KEYS}"),
    "key": ({"kms_key_arn": "arn"}, f"tool.kms_key_arn: must be a known key, got 'kms_key_arn'; {KEYS}"),
    "immutable-tags": (
        {"mutable_tag_patterns": []},
        f"tool.mutable_tag_patterns: must be a known key, got 'mutable_tag_patterns'; {KEYS}",
    ),
    "region": ({"region": "us-west-2"}, f"tool.region: must be a known key, got 'region'; {KEYS}"),
    "text-for-a-flag": ({"force_delete": "no"}, "tool.force_delete: must be true or false, got 'no'"),
    "tag-of-aws": (
        {"tags": {"aws:team": "tools"}},
        "tool.tags: must not begin with 'aws:', which AWS keeps for itself, got 'aws:team'",
    ),
}


@pytest.mark.parametrize(("wrong", "line"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_declaration_with_one_line(refusal, wrong, line):
    assert refusal(repository(**wrong)) == [line]


def test_refuses_another_partition(refusal):
    assert refusal(repository(), configuration={"aws:region": "cn-north-1"}) == [
        "tool: must be deployed in partition 'aws': ECR Public is in no other, got 'aws-cn'"
    ]


def test_finds_the_mistakes_of_every_argument_at_once(refusal):
    wrong = {
        "repository_name": "Tool",
        "catalog": {"description": "d" * 1025, "usage_text": 7},
        "access": {"pull": [], "push": [{}]},
        "scan_on_push": True,
    }

    assert [line.split(":")[0] for line in refusal(repository(**wrong))] == [
        "tool.scan_on_push",
        "tool.repository_name",
        "tool.catalog.description",
        "tool.catalog.usage_text",
        "tool.access.pull",
        "tool.access.push[0]",
    ]
