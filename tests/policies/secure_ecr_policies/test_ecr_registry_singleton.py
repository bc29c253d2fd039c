import pytest
from secure_ecr_policies.pack.registry import REPLICATION_CONFIGURATION, SCANNING_CONFIGURATION
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REGISTRY_POLICY, REPOSITORY, STACK
from secure_ecr_policies.pack.values import UNKNOWN

HERE, FAR = {"region": "eu-west-1"}, {"region": "us-east-1"}
OURS, THEIRS = {"allowedAccountIds": '["123456789012"]'}, {"allowedAccountIds": '["111122223333"]'}
KINDS = {
    REPLICATION_CONFIGURATION: "replication configuration",
    REGISTRY_POLICY: "registry policy",
    SCANNING_CONFIGURATION: "scanning configuration",
}


def again(name, what, first="first"):
    fix = "keep one of the two: AWS keeps whichever comes last"
    return f"{name}: must be the only {what}, got {first} as well; {fix}"


def may_be(name, path, first="first"):
    return f"{name}: not evaluated: {path}: {first} may be of the same registry; say where both are"


@pytest.mark.parametrize(("type_", "what"), KINDS.items(), ids=["replication", "policy", "scanning"])
def test_a_registry_has_one_of_each(stack_findings, declared, type_, what):
    first, second, third = (declared(type_, HERE, name) for name in ("first", "second", "third"))
    others = [declared(other, HERE, "other") for other in KINDS if other != type_]

    assert stack_findings(first, *others) == []
    assert stack_findings(first, second, third, *others) == [
        again("second", f"{what} of its registry"),
        again("third", f"{what} of its registry"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param((HERE, {}), (FAR, {}), [], id="two-regions"),
        pytest.param((HERE, OURS), (HERE, THEIRS), [], id="two-accounts"),
        pytest.param(({}, {}), ({}, {}), [again("second", "registry policy of its registry")], id="one-provider"),
        pytest.param(({}, {"region": "eu-west-1"}), ({}, {"region": "us-east-1"}), [], id="regions-of-providers"),
        pytest.param((HERE, {}), ({}, {}), [may_be("second", "region")], id="region-not-known"),
        pytest.param(({"region": UNKNOWN}, {}), (HERE, {}), [may_be("second", "region")], id="region-known-later"),
        pytest.param(
            ({"region": UNKNOWN}, {}), ({"region": UNKNOWN}, {}), [may_be("second", "region")], id="two-known-later"
        ),
        pytest.param(({"region": ["x"]}, {}), (HERE, {}), [may_be("second", "region")], id="odd"),
        pytest.param((HERE, {}), (HERE, THEIRS), [may_be("second", "registryId")], id="account-not-known"),
        pytest.param(({"region": [], "policy": 7}, {}), (HERE, {}), [may_be("second", "region")], id="malformed"),
    ],
)
def test_registries_are_told_apart_by_account_and_region(stack_findings, declared, first, second, expected):
    stack = [
        declared(REGISTRY_POLICY, props, name, provider=provider)
        for name, (props, provider) in (("first", first), ("second", second))
    ]

    assert stack_findings(*stack) == expected


def test_the_configuration_says_whose_the_stack_is(stack_findings, declared):
    stack = [declared(REGISTRY_POLICY, HERE, "first"), declared(REGISTRY_POLICY, HERE, "second", provider=THEIRS)]

    assert stack_findings(*stack, config={"account_id": "123456789012"}) == []
    assert stack_findings(*stack, config={"account_id": "111122223333"}) == [
        again("second", "registry policy of its registry")
    ]


@pytest.fixture
def policy(declared):
    def build(name, repository, depends=(), place=HERE):
        return declared(LIFECYCLE_POLICY, {"repository": repository} | place, name, depends={"repository": depends})

    return build


def test_a_repository_has_one_lifecycle_policy(stack_findings, declared, policy):
    api = declared(REPOSITORY, {"name": UNKNOWN} | HERE, "api")
    web = declared(REPOSITORY, {"name": "shop/web"} | HERE, "web")
    what = "lifecycle policy of its repository"

    by_name, by_dependency = policy("first", "shop/web"), policy("api", UNKNOWN, [api.urn])

    assert stack_findings(api, web, by_name, by_dependency) == []
    assert stack_findings(web, by_name, policy("second", "shop/web")) == [again("second", what)]
    assert stack_findings(web, by_name, policy("second", UNKNOWN, [web.urn])) == [again("second", what)]
    assert stack_findings(by_name, policy("second", "shop/web")) == [again("second", what)]
    assert stack_findings(by_name, policy("second", "shop/web", place=FAR), policy("third", "shop/api")) == []


def test_a_policy_of_an_unknown_repository_may_be_the_second(stack_findings, policy):
    adrift, other = policy("adrift", UNKNOWN), policy("other", "shop/web")

    assert stack_findings(adrift) == []
    assert stack_findings(adrift, other, policy("second", "shop/web")) == [
        "adrift: not evaluated: repository: known at the update only",
        again("second", "lifecycle policy of its repository", "other"),
    ]


def test_a_stack_without_settings_of_registries_is_not_its_business(stack_findings, declared):
    assert stack_findings(declared(STACK), declared(REPOSITORY, HERE)) == ["not applicable"]
