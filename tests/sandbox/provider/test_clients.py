from __future__ import annotations

import threading

import pytest

from sandbox.provider.clients import AwsError, Clients
from sandbox.provider.errors import ProviderError
from sandbox.provider.settings import Role, Settings

ACCOUNT = "123456789012"
OTHER = "210987654321"


def clients(endpoint, **settings):
    endpoints = dict.fromkeys(("ecr", "iam", "kms", "sts"), endpoint)
    return Clients(Settings(**{"endpoints": endpoints, "region": "eu-central-1", **settings}))


def test_makes_one_client_for_each_service_and_region_also_at_once(aws):
    made = clients(aws)
    found = []
    threads = [threading.Thread(target=lambda: found.append(made.client("ecr", "eu-west-1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == len(threads)
    assert len(set(map(id, found))) == 1
    assert made.client("ecr", "eu-west-2") is not found[0]
    assert made.client("kms", "eu-west-1") is not found[0]


def test_works_in_the_region_asked_for_else_in_that_of_the_provider(aws):
    assert clients(aws).aws("ecr", "eu-west-1").region == "eu-west-1"
    assert clients(aws).aws("ecr", None).region == "eu-central-1"


@pytest.mark.parametrize("spelling", ["no_proxy", "NO_PROXY"])
def test_asks_no_proxy_of_the_person_s_for_this_machine(aws, monkeypatch, spelling):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv(spelling, "corp.example")

    assert clients(aws).account == ACCOUNT


def test_leaves_out_parameters_that_are_not_given(aws):
    repository = clients(aws).aws("ecr", None).call("create_repository", repositoryName="clients/app", tags=None)

    assert repository["repository"]["registryId"] == ACCOUNT


def test_assumes_the_roles_one_after_the_other(aws):
    roles = (
        Role(f"arn:aws:iam::{ACCOUNT}:role/first"),
        Role(f"arn:aws:iam::{OTHER}:role/second", {"ExternalId": "42"}),
    )
    abroad = clients(aws, roles=roles)
    abroad.aws("ecr", None).call("create_repository", repositoryName="clients/abroad")

    assert abroad.account == OTHER
    assert abroad.identity["Arn"] == f"arn:aws:sts::{OTHER}:assumed-role/second/sandbox"
    with pytest.raises(AwsError):
        clients(aws).aws("ecr", None).call("describe_repositories", repositoryNames=["clients/abroad"])


def test_refuses_an_account_that_is_not_allowed(aws):
    clients(aws, allowed_accounts=(ACCOUNT,)).require_allowed_account()
    for settings in ({"allowed_accounts": (OTHER,)}, {"forbidden_accounts": (ACCOUNT,)}):
        with pytest.raises(ProviderError) as error:
            clients(aws, **settings).require_allowed_account()
        assert str(error.value) == (
            f"allowedAccountIds: must hold the account of the keys, got {ACCOUNT}; assume a role in an allowed account"
        )


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "line"),
    [
        pytest.param(
            "describe_repositories",
            {"repositoryNames": ["clients/none"]},
            "RepositoryNotFoundException",
            "DescribeRepositories of app: RepositoryNotFoundException: The repository with name 'clients/none' does "
            "not exist in the registry with id '123456789012'; "
            "create it first, or run `pulumi refresh` if it was there",
            id="missing",
        ),
        pytest.param(
            "create_repository",
            {"repositoryName": "Clients"},
            "InvalidParameterException",
            "CreateRepository of app: InvalidParameterException: Invalid parameter at 'repositoryName' failed to "
            "satisfy constraint: 'must satisfy regular expression '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+"
            "(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*'; change the program accordingly",
            id="invalid",
        ),
        pytest.param(
            "list_image_referrers",
            {"repositoryName": "app", "subjectId": {"imageDigest": "sha256:0"}},
            "InternalError",
            "ListImageReferrers of app: InternalError: HTTP status 500; "
            "the embedded AWS failed or lacks the operation, see its log",
            id="not-implemented",
        ),
        pytest.param(
            "describe_repositories",
            {"colour": "red"},
            "Invalid",
            "DescribeRepositories of app: Invalid: Parameter validation failed: Unknown parameter in input: "
            '"colour", must be one of: registryId, repositoryNames, nextToken, maxResults; '
            "change the program accordingly",
            id="not-even-sent",
        ),
    ],
)
def test_says_what_aws_refused_on_one_line(aws, operation, parameters, code, line):
    with pytest.raises(AwsError) as error:
        clients(aws).aws("ecr", None).call(operation, **parameters)

    assert error.value.code == code
    assert error.value.describe("app") == line
