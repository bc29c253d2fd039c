from __future__ import annotations

import importlib
import inspect
import json
import re

import pytest

from sandbox.provider.clients import Clients
from sandbox.provider.functions import FUNCTIONS, lookup
from sandbox.provider.partitions import partition
from sandbox.provider.settings import Settings
from tests.sandbox.embedded_aws import client

# The SDK's module of EC2 defines a deprecated class, and says so to whoever loads it.
pytestmark = pytest.mark.filterwarnings("ignore:aws.ec2/encryptioncontrol:DeprecationWarning")

ACCOUNT = "123456789012"


@pytest.fixture
def ask(aws):
    clients = Clients(Settings(endpoints=dict.fromkeys(("ec2", "ecr", "sts"), aws), region="eu-central-1"))

    def answer(token, **arguments):
        function = lookup(token)
        return dict(function.answer(clients.aws(function.service, arguments.get("region")), arguments))

    return answer


@pytest.mark.parametrize("token", FUNCTIONS, ids=[token.rpartition(":")[2] for token in FUNCTIONS])
def test_takes_and_gives_what_the_sdk_does(token):
    module, name = token.removeprefix("aws:").partition("/")[0], snake_case(token.rpartition(":")[2])
    package = "pulumi_aws" if module == "index" else f"pulumi_aws.{module}"
    sdk = importlib.import_module(f"{package}.{name}")
    [result] = [each for key, each in vars(sdk).items() if re.fullmatch("Get[A-Za-z]+Result", key)]

    assert set(FUNCTIONS[token].arguments) == named(getattr(sdk, name)) - {"opts"}
    assert set(FUNCTIONS[token].results) == named(result.__init__)


def snake_case(name):
    return re.sub("(?=[A-Z])", "_", name).lower()


def named(function):
    """Return the wire names of what a generated function takes."""
    names = [name for name in inspect.signature(function).parameters if not name.startswith("__")]
    return {re.sub("_([a-z])", lambda match: match[1].upper(), name) for name in names}


def test_says_who_is_calling(ask):
    assert ask("aws:index/getCallerIdentity:getCallerIdentity") == {
        "accountId": ACCOUNT,
        "arn": f"arn:aws:sts::{ACCOUNT}:user/moto",
        "id": ACCOUNT,
        "userId": "AKIAIOSFODNN7EXAMPLE",
    }


@pytest.mark.parametrize(
    ("arguments", "region"),
    [
        pytest.param({}, "eu-central-1", id="of-the-provider"),
        pytest.param({"region": "us-east-1"}, "us-east-1", id="asked-for"),
        pytest.param({"name": "us-east-1"}, "us-east-1", id="by-its-old-name"),
        pytest.param({"endpoint": "ec2.us-east-1.amazonaws.com"}, "us-east-1", id="by-its-endpoint"),
    ],
)
def test_says_which_region_it_is(ask, arguments, region):
    answer = ask("aws:index/getRegion:getRegion", **arguments)

    assert answer == {
        "description": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
        "id": region,
        "name": region,
        "region": region,
    }


def test_says_which_partition_it_is(ask):
    assert ask("aws:index/getPartition:getPartition") == {
        "dnsSuffix": "amazonaws.com",
        "id": "aws",
        "partition": "aws",
        "reverseDnsPrefix": "com.amazonaws",
    }


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("eu-central-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
    ],
)
def test_knows_the_partition_of_a_region(region, name):
    assert partition(region).name == name


def test_writes_policy_documents(ask):
    answer = ask("aws:iam/getPolicyDocument:getPolicyDocument", statements=[{"actions": ["ecr:*"]}])

    assert json.loads(answer["json"]) == json.loads(answer["minifiedJson"])
    assert json.loads(answer["json"])["Statement"] == [{"Effect": "Allow", "Action": "ecr:*"}]


def test_looks_up_a_repository(ask, aws):
    ecr = client(aws, "ecr")
    ecr.create_repository(repositoryName="functions/app", tags=[{"Key": "team", "Value": "a"}])
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json"})
    ecr.put_image(repositoryName="functions/app", imageManifest=manifest, imageTag="v1")

    assert ask("aws:ecr/getRepository:getRepository", name="functions/app") == {
        "arn": f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/functions/app",
        "encryptionConfigurations": [{"encryptionType": "AES256", "kmsKey": ""}],
        "id": "functions/app",
        "imageScanningConfigurations": [{"scanOnPush": False}],
        "imageTagMutability": "MUTABLE",
        "imageTagMutabilityExclusionFilters": [],
        "mostRecentImageTags": ["v1"],
        "name": "functions/app",
        "region": "eu-central-1",
        "registryId": ACCOUNT,
        "repositoryUrl": f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/functions/app",
        "tags": {"team": "a"},
    }
