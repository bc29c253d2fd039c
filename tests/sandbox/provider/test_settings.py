from __future__ import annotations

import json

import pytest

from sandbox.provider.errors import ProviderError
from sandbox.provider.settings import Role, Settings, read
from sandbox.provider.wire import UNKNOWN

HERE = "http://127.0.0.1:5000"


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ECR", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of the person")
    return monkeypatch


def test_reads_what_arrives_as_json_in_strings():
    configuration = {
        "allowedAccountIds": json.dumps(["123456789012", 210987654321]),
        "assumeRoles": json.dumps([{"roleArn": "arn:aws:iam::210987654321:role/x", "externalId": "42"}]),
        "defaultTags": json.dumps({"tags": {"stage": "dev"}}),
        "endpoints": json.dumps([{"ecr": HERE, "sts": "http://localhost:5000"}]),
        "region": "eu-west-1",
        "version": "7.51.1",
    }

    assert read(configuration, {"ecr", "sts"}) == Settings(
        endpoints={"ecr": HERE, "sts": "http://localhost:5000"},
        region="eu-west-1",
        roles=(Role("arn:aws:iam::210987654321:role/x", {"ExternalId": "42"}),),
        allowed_accounts=("123456789012", "210987654321"),
        default_tags={"stage": "dev"},
    )


def test_takes_endpoint_and_region_from_the_environment_but_never_the_keys_of_the_person(environment):
    environment.setenv("AWS_ENDPOINT_URL", HERE)
    environment.setenv("AWS_ENDPOINT_URL_ECR", "http://[::1]:5001")
    environment.setenv("AWS_REGION", "eu-central-1")

    assert read({}, {"ecr", "sts"}) == Settings(
        endpoints={"ecr": "http://[::1]:5001", "sts": HERE}, region="eu-central-1", keys=("sandbox", "sandbox", None)
    )


def test_takes_keys_that_the_program_gives():
    configuration = {
        "endpoints": [{"ecr": HERE}],
        "region": "eu-west-1",
        "accessKey": "a",
        "secretKey": "b",
        "token": "c",
    }

    assert read(configuration, {"ecr"}).keys == ("a", "b", "c")


def test_passes_over_what_is_not_known_yet():
    assert read({"endpoints": [{"ecr": HERE}], "region": UNKNOWN}, {"ecr"}).region == ""


def test_finds_the_endpoint_of_a_service_under_the_name_that_the_provider_has_for_it():
    configuration = {"endpoints": [{"ecrpublic": HERE}], "region": "us-east-1"}

    assert read(configuration, {"ecr-public"}).endpoints == {"ecr-public": HERE}


def test_refuses_without_an_endpoint_for_every_service():
    with pytest.raises(ProviderError) as error:
        read({"endpoints": json.dumps([{"ecr": HERE}])}, {"ecr", "iam", "kms"})

    assert str(error.value) == (
        "endpoints: the stand-in for the aws provider must have a loopback endpoint for every service, "
        "got none for iam, kms; set AWS_ENDPOINT_URL to the embedded AWS (`make -s env` prints it)"
    )


def test_reads_a_role_as_the_python_sdk_sends_a_dictionary():
    role = {"role_arn": "arn:aws:iam::210987654321:role/x", "external_id": "42", "session_name": "deploy"}
    configuration = {"endpoints": json.dumps([{"ecr": HERE}]), "region": "eu-west-1", "assumeRoles": json.dumps([role])}

    assert read(configuration, {"ecr"}).roles == (
        Role("arn:aws:iam::210987654321:role/x", {"ExternalId": "42", "RoleSessionName": "deploy"}),
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://api.ecr.eu-west-1.amazonaws.com",
        "http://192.0.2.1:5000",
        "http://0.0.0.0:5000",
        "http://[2001:db8::1]:5000",
        "http://no-such-host.invalid",
        "ftp://127.0.0.1",
        "127.0.0.1:5000",
        "http://127.0.0.1:port",
    ],
)
def test_refuses_an_endpoint_that_is_not_on_this_machine(url):
    with pytest.raises(ProviderError) as error:
        read({"endpoints": [{"ecr": url}]}, {"ecr"})

    assert str(error.value) == (
        f"endpoints.ecr: must be an http URL of a loopback address, got {url!r}; "
        "set AWS_ENDPOINT_URL to the embedded AWS (`make -s env` prints it)"
    )


def test_refuses_a_name_that_means_this_machine_and_another(monkeypatch):
    addresses = [(None, None, None, "", (address, 80)) for address in ("127.0.0.1", "192.0.2.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: addresses)

    with pytest.raises(ProviderError, match=r"^endpoints\.ecr: must be an http URL of a loopback address"):
        read({"endpoints": [{"ecr": "http://both.example:80"}]}, {"ecr"})


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        pytest.param(
            {"defaultTags": "{"},
            "defaultTags: must be JSON, got text that is none: "
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            id="no-json",
        ),
        pytest.param({"assumeRoles": '{"roleArn": "x"}'}, "assumeRoles: must be a list, got a dict", id="no-list"),
        pytest.param(
            {"assumeRoles": '[{"externalId": "x"}]'},
            "assumeRoles: each must have a roleArn, got none; name the role to assume",
            id="no-role",
        ),
        pytest.param(
            {"region": ""},
            "region: must be set, got nothing; set aws:region in the stack, or AWS_REGION",
            id="no-region",
        ),
    ],
)
def test_refuses_what_cannot_be_read(configuration, message):
    with pytest.raises(ProviderError) as error:
        read({"endpoints": [{"ecr": HERE}], "region": "eu-west-1"} | configuration, {"ecr"})

    assert str(error.value) == message
