from __future__ import annotations

import json
from types import SimpleNamespace

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from sandbox.provider.servicer import AwsServicer
from sandbox.provider.table import SERVICES
from sandbox.provider.wire import UNKNOWN, decode, encode

REPOSITORY = "aws:ecr/repository:Repository"
KEY = "aws:kms/key:Key"
ENDPOINTS = [service.replace("-", "") for service in SERVICES]
LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
KIND = provider_pb2.PropertyDiff
OPTIONS = provider_pb2.CheckRequest.AutonamingOptions


class RefusedError(Exception):
    """What a real context does with `abort`: it ends the call."""


def abort(code, details):
    raise RefusedError(code, details)


CONTEXT = SimpleNamespace(abort=abort)


def urn(type_name, name="app"):
    return f"urn:pulumi:dev::project::secure-ecr:index:SecureRepository${type_name}::{name}"


def configured(**configuration):
    servicer = AwsServicer("7.51.1")
    # Nothing listens at this port: a call that is made by mistake fails.
    endpoints = json.dumps([dict.fromkeys(ENDPOINTS, "http://127.0.0.1:9")])
    arguments = {"endpoints": endpoints, "region": "eu-central-1"} | configuration
    servicer.Configure(provider_pb2.ConfigureRequest(args=encode(arguments)), CONTEXT)
    return servicer


@pytest.fixture
def servicer():
    return configured(defaultTags=json.dumps({"tags": {"stage": "dev"}}))


def check(servicer, type_name, new, **more):
    request = provider_pb2.CheckRequest(urn=urn(type_name), news=encode(new), randomSeed=b"seed", **more)
    return servicer.Check(request, CONTEXT)


def diff(servicer, type_name, old, new, ignored=()):
    request = provider_pb2.DiffRequest(
        urn=urn(type_name), olds=encode(old), news=encode(new), ignoreChanges=list(ignored)
    )
    return servicer.Diff(request, CONTEXT)


def test_says_its_version_and_offers_what_it_can():
    servicer = AwsServicer("7.51.1")
    endpoints = json.dumps([dict.fromkeys(ENDPOINTS, "http://127.0.0.1:9")])
    arguments = encode({"endpoints": endpoints, "region": "eu-west-1"})

    assert servicer.GetPluginInfo(Empty(), CONTEXT).version == "7.51.1"
    assert servicer.Configure(provider_pb2.ConfigureRequest(args=arguments), CONTEXT) == provider_pb2.ConfigureResponse(
        acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
    )
    assert json.loads(servicer.GetSchema(provider_pb2.GetSchemaRequest(), CONTEXT).schema)["version"] == "7.51.1"


def test_accepts_a_configuration_as_it_is_and_refuses_one_that_leads_away(monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    servicer = AwsServicer("7.51.1")
    away = encode({"endpoints": json.dumps([{"ecr": "https://api.ecr.eu-west-1.amazonaws.com"}])})
    refused = servicer.CheckConfig(provider_pb2.CheckRequest(news=away), CONTEXT)

    assert refused.inputs == away
    [failure] = refused.failures
    assert failure.reason == (
        "endpoints.ecr: must be an http URL of a loopback address, "
        "got 'https://api.ecr.eu-west-1.amazonaws.com'; "
        "set AWS_ENDPOINT_URL to the embedded AWS (`make -s env` prints it)"
    )
    with pytest.raises(RefusedError, match=r"endpoints\.ecr: must be an http URL of a loopback address"):
        servicer.Configure(provider_pb2.ConfigureRequest(args=away), CONTEXT)


def test_no_change_of_the_configuration_replaces_anything(servicer):
    old, new = (
        encode({"region": "eu-west-1", "version": "7.51.1"}),
        encode({"region": "us-east-1", "version": "7.51.1"}),
    )
    changed = servicer.DiffConfig(provider_pb2.DiffRequest(old_inputs=old, news=new), CONTEXT)
    same = servicer.DiffConfig(provider_pb2.DiffRequest(old_inputs=old, news=old), CONTEXT)

    assert changed == provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_SOME, diffs=["region"])
    assert same == provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)


def test_refuses_to_work_unconfigured():
    with pytest.raises(RefusedError, match="the aws provider must be configured before it is used"):
        check(AwsServicer("7.51.1"), REPOSITORY, {})


def test_checks_inputs_and_marks_as_secret_what_was(servicer):
    request = provider_pb2.CheckRequest(
        urn=urn(REPOSITORY), news=encode({"name": "a", "tags": {"k": "v"}}, secrets=["tags"])
    )
    response = servicer.Check(request, CONTEXT)
    inputs = decode(response.inputs)

    assert list(response.failures) == []
    assert inputs.secrets == {"tags", "tagsAll"}
    assert inputs.values == {
        "__defaults": ["imageTagMutability"],
        "imageTagMutability": "MUTABLE",
        "name": "a",
        "region": "eu-central-1",
        "tags": {"__defaults": [], "k": "v"},
        "tagsAll": {"__defaults": [], "k": "v", "stage": "dev"},
    }


def test_reports_mistakes_as_failures_of_their_properties(servicer):
    response = check(servicer, REPOSITORY, {"name": "a", "imageTagMutability": "NEVER"})

    assert [(each.property, each.reason.partition(",")[0]) for each in response.failures] == [
        ("imageTagMutability", "must be one of MUTABLE")
    ]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        pytest.param(OPTIONS(proposed_name="app-dev"), "app-dev", id="propose"),
        pytest.param(OPTIONS(proposed_name="app-dev", mode=OPTIONS.ENFORCE), "app-dev", id="enforce"),
        pytest.param(OPTIONS(mode=OPTIONS.DISABLE), None, id="disable"),
    ],
)
def test_follows_the_autonaming_of_the_stack(servicer, options, name):
    response = check(servicer, REPOSITORY, {}, autonaming=options)

    assert decode(response.inputs).values.get("name") == name
    assert bool(response.failures) is (name is None)


@pytest.mark.parametrize(
    ("old", "new", "changes", "replaces", "deletes_first"),
    [
        pytest.param({"name": "a"}, {"name": "a"}, {}, [], False, id="none"),
        pytest.param(
            {"name": "a", "forceDelete": True},
            {"name": "a", "imageTagMutability": "IMMUTABLE"},
            {"forceDelete": KIND.DELETE, "imageTagMutability": KIND.ADD},
            [],
            False,
            id="in-place",
        ),
        pytest.param(
            {"name": "a", "encryptionConfigurations": [{"encryptionType": "AES256", "kmsKey": ""}]},
            {"name": "a", "__defaults": [], "encryptionConfigurations": [{"encryptionType": "KMS"}]},
            {"encryptionConfigurations[0].encryptionType": KIND.UPDATE_REPLACE},
            ["encryptionConfigurations"],
            True,
            id="replaces",
        ),
        pytest.param(
            {"name": "a-1", "region": "eu-west-1"},
            {"name": "a-1", "__defaults": ["name"], "region": "eu-west-2"},
            {"region": KIND.UPDATE_REPLACE},
            ["region"],
            False,
            id="replaces-what-it-has-named",
        ),
    ],
)
def test_tells_differences(servicer, old, new, changes, replaces, deletes_first):
    response = diff(servicer, REPOSITORY, old, new)

    assert {path: change.kind for path, change in response.detailedDiff.items()} == changes
    assert set(response.diffs) == {path.partition("[")[0] for path in changes}
    assert list(response.replaces) == replaces
    assert response.deleteBeforeReplace is deletes_first
    assert response.hasDetailedDiff
    assert (response.changes == response.DIFF_SOME) is bool(changes)


def test_a_lifecycle_policy_is_always_deleted_first(servicer):
    response = diff(servicer, LIFECYCLE, {"policy": '{"rules":[]}'}, {"policy": UNKNOWN})

    assert list(response.replaces) == ["policy"]
    assert response.deleteBeforeReplace


def test_leaves_out_what_the_program_ignores(servicer):
    response = diff(servicer, REPOSITORY, {"tags": {"k": "1"}}, {"tags": {"k": "2"}}, ignored=["tags.k"])

    assert response.changes == response.DIFF_NONE


def test_previews_a_creation_without_a_call_and_keeps_secrets(servicer):
    inputs = encode({"__defaults": [], "description": "hidden", "region": "eu-central-1"}, secrets=["description"])
    request = provider_pb2.CreateRequest(urn=urn(KEY), properties=inputs, preview=True)
    response = servicer.Create(request, CONTEXT)
    outputs = decode(response.properties)

    assert response.id == ""
    assert outputs.secrets == {"description"}
    assert {name for name, value in outputs.values.items() if value is UNKNOWN} == {
        "arn",
        "id",
        "keyId",
        "multiRegion",
        "policy",
        "rotationPeriodInDays",
    }


def test_previews_an_update_without_a_call(servicer):
    old = encode({"arn": "arn", "keyId": "id", "description": "old", "isEnabled": True})
    new = encode({"description": UNKNOWN, "isEnabled": True, "__defaults": []})
    request = provider_pb2.UpdateRequest(urn=urn(KEY), id="id", olds=old, news=new, preview=True)

    assert decode(servicer.Update(request, CONTEXT).properties).values == {
        "arn": "arn",
        "id": "id",  # the bridge has it among the outputs as well
        "keyId": "id",
        "description": UNKNOWN,
        "isEnabled": True,
    }


def test_an_aws_that_does_not_answer_is_one_line(servicer):
    properties = encode({"name": "team/app", "region": "eu-central-1"})
    request = provider_pb2.CreateRequest(urn=urn(REPOSITORY), name="app", properties=properties)
    with pytest.raises(RefusedError) as refused:
        servicer.Create(request, CONTEXT)

    line = (
        'CreateRepository of app: Unreachable: Could not connect to the endpoint URL: "http://127.0.0.1:9/"; '
        "start the embedded AWS with `make up`"
    )
    assert refused.value.args == (grpc.StatusCode.UNKNOWN, line)


def test_begins_nothing_after_it_was_cancelled(servicer):
    servicer.Cancel(Empty(), CONTEXT)
    request = provider_pb2.DeleteRequest(urn=urn(REPOSITORY), id="a")
    with pytest.raises(RefusedError) as refused:
        servicer.Delete(request, CONTEXT)

    assert refused.value.args == (grpc.StatusCode.CANCELLED, "the deployment was cancelled")


def test_names_a_type_and_a_function_that_it_does_not_know(servicer):
    with pytest.raises(
        RefusedError, match=r"aws:s3/bucket:Bucket: must be a type that .* knows, got a stranger; add an entry"
    ):
        check(servicer, "aws:s3/bucket:Bucket", {})
    with pytest.raises(
        RefusedError, match=r"aws:ecr/getImage:getImage: must be a function that .* knows, got a stranger"
    ):
        servicer.Invoke(provider_pb2.InvokeRequest(tok="aws:ecr/getImage:getImage"), CONTEXT)


def test_does_not_pretend_to_be_parameterized(servicer):
    with pytest.raises(NotImplementedError):
        servicer.Parameterize(
            provider_pb2.ParameterizeRequest(), SimpleNamespace(set_code=lambda _: None, set_details=lambda _: None)
        )
