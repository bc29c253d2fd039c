from __future__ import annotations

import urllib.request

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.embedded_aws import client, embedded_aws

ACCOUNT = "123456789012"
ARN = f"arn:aws:ecr-public::{ACCOUNT}:repository/shop/app"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    with embedded_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture
def gallery(endpoint):
    request = urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")  # noqa: S310  # loopback
    urllib.request.urlopen(request).close()  # noqa: S310  # loopback
    return client(endpoint, "ecr-public", "us-east-1")


@pytest.fixture
def app(gallery):
    gallery.create_repository(
        repositoryName="shop/app",
        catalogData={"description": "An app", "logoImageBlob": b"icon"},
        tags=[{"Key": "team", "Value": "shop"}],
    )
    return "shop/app"


def refusal(call, **parameters):
    """Return the code with which *call* is refused."""
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"]


def test_describes_a_repository(gallery, app):
    [found] = gallery.describe_repositories(repositoryNames=[app])["repositories"]

    assert {name: value for name, value in found.items() if name != "createdAt"} == {
        "registryId": ACCOUNT,
        "repositoryArn": ARN,
        "repositoryName": "shop/app",
        "repositoryUri": "public.ecr.aws/12345678/shop/app",
    }
    assert gallery.describe_repositories()["repositories"] == [found]


def test_has_a_name_once_and_forgets_it_when_it_is_deleted(gallery, app):
    assert refusal(gallery.create_repository, repositoryName=app) == "RepositoryAlreadyExistsException"
    gallery.delete_repository(repositoryName=app)
    assert refusal(gallery.describe_repositories, repositoryNames=[app]) == "RepositoryNotFoundException"
    assert refusal(gallery.delete_repository, repositoryName=app) == "RepositoryNotFoundException"


def test_shows_the_catalogue_but_not_the_logo(gallery, app):
    assert gallery.get_repository_catalog_data(repositoryName=app)["catalogData"] == {"description": "An app"}
    gallery.put_repository_catalog_data(repositoryName=app, catalogData={"usageText": "Run it"})
    assert gallery.get_repository_catalog_data(repositoryName=app)["catalogData"] == {"usageText": "Run it"}


def test_keeps_a_policy(gallery, app):
    assert refusal(gallery.get_repository_policy, repositoryName=app) == "RepositoryPolicyNotFoundException"
    gallery.set_repository_policy(repositoryName=app, policyText="{}")
    answer = gallery.get_repository_policy(repositoryName=app)
    assert (answer["policyText"], answer["registryId"], answer["repositoryName"]) == ("{}", ACCOUNT, app)
    gallery.delete_repository_policy(repositoryName=app)
    assert refusal(gallery.delete_repository_policy, repositoryName=app) == "RepositoryPolicyNotFoundException"


def test_keeps_tags(gallery, app):
    gallery.tag_resource(resourceArn=ARN, tags=[{"Key": "stage", "Value": "dev"}])
    gallery.untag_resource(resourceArn=ARN, tagKeys=["team", "stranger"])

    assert gallery.list_tags_for_resource(resourceArn=ARN)["tags"] == [{"Key": "stage", "Value": "dev"}]


def test_belongs_to_an_account(endpoint, gallery, app):
    arn = "arn:aws:iam::210987654321:role/deploy"
    role = client(endpoint, "sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    keys = {
        "aws_access_key_id": role["AccessKeyId"],
        "aws_secret_access_key": role["SecretAccessKey"],
        "aws_session_token": role["SessionToken"],
    }

    assert client(endpoint, "ecr-public", "us-east-1", **keys).describe_repositories()["repositories"] == []
