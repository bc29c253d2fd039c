import pytest
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY, STACK
from secure_ecr_policies.pack.values import UNKNOWN

HERE = {"region": "eu-west-1"}
BARE = "must have a lifecycle policy: without one every image stays for ever; declare one for it in this stack"
ADRIFT = "not evaluated: name: the lifecycle policy policy is for a repository that is known at the update only"


@pytest.fixture
def repository(declared):
    return lambda called="api", **props: declared(REPOSITORY, {"name": f"shop/{called}"} | HERE | props, called)


@pytest.fixture
def policy(declared):
    def build(repository, name="policy", depends=(), **props):
        return declared(
            LIFECYCLE_POLICY, {"repository": repository} | HERE | props, name, depends={"repository": depends}
        )

    return build


def test_by_name_and_by_what_an_unknown_name_is_made_of(stack_findings, repository, policy):
    api, nameless = repository(), repository("nameless", name=UNKNOWN)

    assert stack_findings(api, policy("shop/api")) == []
    assert stack_findings(nameless, policy(UNKNOWN, depends=[nameless.urn])) == []
    assert stack_findings(api, nameless, policy("shop/api"), policy(UNKNOWN, "other", [nameless.urn])) == []


@pytest.mark.parametrize(
    "props",
    [
        pytest.param(None, id="none"),
        pytest.param({"repository": "shop/other"}, id="of-another-repository"),
        pytest.param({"repository": "shop/api", "region": "us-east-1"}, id="in-another-region"),
        pytest.param({"repository": None}, id="of-no-repository"),
        pytest.param({"repository": {"name": 7}}, id="malformed"),
        pytest.param({"repository": UNKNOWN, "region": "us-east-1"}, id="unknown-in-another-region"),
    ],
)
def test_finds_a_repository_without_one(stack_findings, repository, policy, props):
    policies = [] if props is None else [policy(**props)]

    assert stack_findings(repository(), *policies) == [f"api: {BARE}"]


def test_a_policy_of_an_unknown_repository_may_be_that_of_one(stack_findings, repository, policy):
    """Of two repositories it leaves one without, whichever that is."""
    adrift = policy(UNKNOWN)

    assert stack_findings(repository(), adrift) == [f"api: {ADRIFT}"]
    assert stack_findings(repository(), repository("web"), adrift) == [f"api: {BARE}", f"web: {BARE}"]
    assert stack_findings(repository(), repository("web"), policy("shop/web", "web"), adrift) == [f"api: {ADRIFT}"]


def test_a_stack_without_repositories_is_not_its_business(stack_findings, declared, policy):
    assert stack_findings(declared(STACK), policy("shop/api")) == ["not applicable"]
