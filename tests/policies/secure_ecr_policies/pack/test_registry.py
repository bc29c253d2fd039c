import pytest
from ecr_model.replication import Destination, ReplicationRule
from secure_ecr_policies.pack.outsiders import ACCOUNT_ID
from secure_ecr_policies.pack.record import Record
from secure_ecr_policies.pack.registry import (
    REPLICATION_CONFIGURATION,
    SCANNING_CONFIGURATION,
    at_home,
    exist_already,
    read_copies,
    refer_to_repositories,
    registry_of,
    scanning_document,
)
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY, Resource
from secure_ecr_policies.pack.settings import Settings
from secure_ecr_policies.pack.stack import Reference, Stack, is_same_place
from secure_ecr_policies.pack.values import UNKNOWN

OURS, THEIRS = "123456789012", "111122223333"
AWAY = Destination("eu-north-1", OURS)


def resource(type_, name, props, provider=None, **dependencies):
    urn = f"urn:pulumi:dev::shop::{type_}::{name}"
    return Resource(type_, urn, name, props, provider=provider or {}, dependencies=dependencies)


def repository(name, region="eu-west-1", **props):
    return resource(REPOSITORY, f"{name}-{region}", {"name": name, "region": region, "registryId": OURS} | props)


def test_a_scanning_configuration_is_as_the_api_has_it():
    props = {"scanType": "BASIC", "rules": [{"scan_frequency": "SCAN_ON_PUSH"}], "registryId": OURS}

    assert scanning_document(resource(SCANNING_CONFIGURATION, "it", props)) == {
        "scanType": "BASIC",
        "rules": [{"scanFrequency": "SCAN_ON_PUSH"}],
    }
    assert scanning_document(resource(SCANNING_CONFIGURATION, "it", {})) == {"scanType": None, "rules": None}


def test_each_copy_has_the_place_of_its_rule():
    destinations = [{"region": AWAY.region, "registry_id": OURS}, {"region": AWAY.region, "registry_id": THEIRS}]
    rules = [7, {"destinations": destinations}]
    configuration = resource(REPLICATION_CONFIGURATION, "it", {"replicationConfiguration": {"rules": rules}})

    theirs = Destination(AWAY.region, THEIRS)
    rule = ReplicationRule((theirs, AWAY))  # in the order of a canonical document
    place = "replicationConfiguration.rules[1]"
    assert list(read_copies(configuration)) == [(place, rule, theirs), (place, rule, AWAY)]


@pytest.mark.parametrize(
    ("props", "provider", "configured", "account_id"),
    [
        pytest.param({}, {}, OURS, OURS, id="configuration"),
        pytest.param({"registryId": UNKNOWN}, {}, OURS, OURS, id="known-later"),
        pytest.param({}, {"allowedAccountIds": f'["{THEIRS}"]'}, OURS, THEIRS, id="provider-first"),
        pytest.param({}, {}, None, None, id="nothing-says"),
    ],
)
def test_the_configuration_says_the_account_that_nothing_else_does(props, provider, configured, account_id):
    settings = Settings({"account_id": ACCOUNT_ID}, {"account_id": configured} if configured else {})
    judged = resource(REPOSITORY, "it", props, provider)

    assert at_home(judged, settings).account_id == account_id
    assert at_home(judged, settings).urn == judged.urn


def test_a_registry_is_where_its_resources_are():
    assert is_same_place(registry_of(AWAY), repository("shop/api", AWAY.region))
    assert not is_same_place(registry_of(AWAY), repository("shop/api"))


API, THERE = repository("shop/api"), repository("shop/api", AWAY.region)


@pytest.mark.parametrize(
    ("repositories", "expected"),
    [
        pytest.param([API, THERE], True, id="at-both-ends"),
        pytest.param([API, THERE, repository("base/image")], True, id="another-prefix"),
        pytest.param([API, THERE, repository("shop/web", "us-east-1")], True, id="another-source"),
        pytest.param([API, THERE, repository("shop/web")], False, id="one-is-missing"),
        pytest.param([API, repository("shop/api", UNKNOWN)], False, id="nobody-knows-where"),
        pytest.param([API, THERE, repository(UNKNOWN)], False, id="nobody-knows-which"),
        pytest.param([THERE], False, id="nothing-to-replicate"),
        pytest.param([], False, id="none"),
    ],
)
def test_tells_whether_replication_finds_all_repositories(repositories, expected):
    source = resource(REPLICATION_CONFIGURATION, "it", {"region": "eu-west-1", "registryId": OURS})

    assert exist_already("shop/", source, AWAY, repositories) is expected


def test_lifecycle_policies_refer_to_repositories():
    nameless = resource(REPOSITORY, "nameless", {"name": UNKNOWN, "region": "eu-west-1"})
    policies = [
        resource(LIFECYCLE_POLICY, "a", {"repository": "shop/api", "region": "eu-west-1"}),
        resource(LIFECYCLE_POLICY, "b", {"repository": UNKNOWN}, repository=(nameless.urn,)),
        resource(LIFECYCLE_POLICY, "c", {"repository": UNKNOWN}, repository=("urn:other",)),
        resource(LIFECYCLE_POLICY, "d", {"repository": ["shop/other"]}),
    ]
    stack = Stack((API, THERE, nameless, *policies), Record(()))

    assert list(refer_to_repositories(stack)) == [
        (policies[0], Reference((API,))),
        (policies[1], Reference((nameless,))),
        (policies[2], Reference(is_unknown=True)),
        (policies[3], Reference(outside=("shop/other",))),
    ]
