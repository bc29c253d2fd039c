import json

import pytest
from secure_ecr_policies.pack.registry import REPLICATION_CONFIGURATION
from secure_ecr_policies.pack.resource import REGISTRY_POLICY, REPOSITORY, STACK
from secure_ecr_policies.pack.values import UNKNOWN

OURS, THEIRS = "123456789012", "111122223333"
CONFIG = {"account_id": OURS}
THERE = {"allowedAccountIds": f'["{THEIRS}"]'}
RULE = "replicationConfiguration.rules[0]"
ELSEWHERE = "; if another stack has it, say so in `context`"
BOTH = "ecr:CreateRepository and ecr:ReplicateImage"
GRANT = {
    "Effect": "Allow",
    "Principal": {"AWS": OURS},
    "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
    "Resource": f"arn:aws:ecr:eu-north-1:{THEIRS}:repository/shop/*",
}


def closed(got="none", actions=BOTH, prefix="shop/", elsewhere=""):
    requirement = f"needs a registry policy of {THEIRS} in eu-north-1 that lets account {OURS} replicate"
    return (
        f"replication: {RULE}: {requirement}, got {got};"
        f" allow {actions} to account {OURS} on repository/{prefix}*{elsewhere}"
    )


@pytest.fixture
def replication(declared):
    def build(*prefixes, registry_id=THEIRS, **props):
        rule = {"destinations": [{"region": "eu-north-1", "registryId": registry_id}]}
        if prefixes:
            rule["repositoryFilters"] = [{"filter": prefix, "filterType": "PREFIX_MATCH"} for prefix in prefixes]
        settings = {"replicationConfiguration": {"rules": [rule]}, "region": "eu-west-1"} | props
        return declared(REPLICATION_CONFIGURATION, settings, "replication")

    return build


@pytest.fixture
def policy(declared):
    def build(changes=None, document=None, name="policy", provider=THERE, region="eu-north-1"):
        written = {"Version": "2012-10-17", "Statement": [GRANT | (changes or {})]} if document is None else document
        return declared(REGISTRY_POLICY, {"policy": written, "region": region}, name, provider=provider)

    return build


def test_the_destination_in_the_stack_lets_the_source_in(stack_findings, replication, policy):
    as_text = policy(document=json.dumps({"Version": "2012-10-17", "Statement": GRANT}))

    assert stack_findings(replication("shop/"), policy(), config=CONFIG) == []
    assert stack_findings(replication("shop/", "shop/api"), as_text, config=CONFIG) == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"changes": {"Action": "ecr:ReplicateImage"}}, "ecr:CreateRepository", id="one-action"),
        pytest.param({"changes": {"Principal": {"AWS": "210987654321"}}}, BOTH, id="another-source"),
        pytest.param({"changes": {"Effect": "Deny"}}, BOTH, id="deny"),
        pytest.param({"document": "{"}, BOTH, id="malformed-text"),
        pytest.param({"document": [7]}, BOTH, id="malformed"),
    ],
)
def test_names_what_the_policy_does_not_grant(stack_findings, replication, policy, options, expected):
    assert stack_findings(replication("shop/"), policy(**options), config=CONFIG) == [
        closed(f"policy without {expected} for 'shop/'", expected)
    ]


def test_each_prefix_needs_a_grant(stack_findings, replication, policy):
    assert stack_findings(replication("shop/", "base/"), policy(), config=CONFIG) == [
        closed(f"policy without {BOTH} for 'base/'", prefix="base/")
    ]
    assert stack_findings(replication(), policy(), config=CONFIG) == [
        closed(f"policy without {BOTH} for every repository", prefix="")
    ]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(None, id="none"),
        pytest.param({"region": "us-east-1"}, id="in-another-region"),
        pytest.param({"provider": {"allowedAccountIds": f'["{OURS}"]'}}, id="in-our-own-account"),
    ],
)
def test_a_destination_without_a_policy_lets_nobody_in(stack_findings, replication, policy, options):
    policies = [] if options is None else [policy(**options)]

    assert stack_findings(replication("shop/"), *policies, config=CONFIG) == [closed(elsewhere=ELSEWHERE)]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param({}, [], id="everything"),
        pytest.param({"repository_prefixes": ["sh"], "account_id": THEIRS, "region": "eu-north-1"}, [], id="the-place"),
        pytest.param({"repository_prefixes": ["base/"]}, [closed(elsewhere=ELSEWHERE)], id="another-prefix"),
        pytest.param({"source_account_id": THEIRS}, [closed(elsewhere=ELSEWHERE)], id="another-source"),
        pytest.param({"region": "us-east-1"}, [closed(elsewhere=ELSEWHERE)], id="another-region"),
        pytest.param({"account_id": OURS}, [closed(elsewhere=ELSEWHERE)], id="another-account"),
    ],
)
def test_another_stack_may_have_the_policy(stack_findings, replication, entry, expected):
    config = CONFIG | {"context": {"replication_grants": [{"source_account_id": OURS} | entry]}}

    assert stack_findings(replication("shop/"), config=config) == expected


def test_whoever_makes_the_repositories_need_not_let_them_be_made(stack_findings, declared, replication, policy):
    source = [declared(REPOSITORY, {"name": f"shop/{n}", "region": "eu-west-1"}, n) for n in ("api", "web")]
    there = [
        declared(REPOSITORY, {"name": f"shop/{n}", "region": "eu-north-1"}, f"{n}-there", provider=THERE)
        for n in ("api", "web")
    ]
    stack = [replication("shop/"), policy({"Action": "ecr:ReplicateImage"}), *source]
    missing = closed("policy without ecr:CreateRepository for 'shop/'", "ecr:CreateRepository")

    assert stack_findings(*stack, *there, config=CONFIG) == []
    assert stack_findings(*stack, *there[:1], config=CONFIG) == [missing]


def test_its_own_account_needs_no_grant(stack_findings, replication):
    assert stack_findings(replication("shop/", registry_id=OURS), config=CONFIG) == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(UNKNOWN, ["depends on policy of policy"], id="policy"),
        pytest.param(
            {"Statement": [GRANT | {"Principal": {"AWS": UNKNOWN}}]},
            ["depends on policy.Statement[0].Principal.AWS of policy"],
            id="principal",
        ),
        pytest.param({"Statement": [GRANT, UNKNOWN]}, [], id="statement-beside-the-grant"),
    ],
)
def test_says_on_which_unknown_value_it_depends(stack_findings, replication, policy, document, expected):
    assert stack_findings(replication("shop/"), policy(document=document), config=CONFIG) == [
        f"replication: not evaluated: {RULE}: {what}, known at the update only" for what in expected
    ]


def test_says_what_it_cannot_tell_of_the_configuration(stack_findings, replication, policy):
    unknown = replication("shop/", registry_id=UNKNOWN)
    why = f"whether {THEIRS} in eu-north-1 is of another account depends on the registry's own"

    assert stack_findings(unknown, config=CONFIG) == [
        f"replication: not evaluated: {RULE}.destinations[0].registryId: known at the update only"
    ]
    assert stack_findings(replication("shop/"), policy()) == [
        f"replication: not evaluated: {RULE}: {why}; set account_id in the configuration"
    ]


def test_one_odd_policy_does_not_hide_another(stack_findings, declared, replication, policy):
    odd = declared(REGISTRY_POLICY, {"policy": None, "region": 7}, "odd")

    assert stack_findings(replication("shop/"), odd, policy(), config=CONFIG) == []
    assert stack_findings(replication(replicationConfiguration=7), policy(), config=CONFIG) == []


def test_a_filter_that_cannot_be_read_is_not_every_repository(stack_findings, replication):
    assert stack_findings(replication("shop/*"), config=CONFIG) == []
    assert stack_findings(replication(UNKNOWN), config=CONFIG) == [
        f"replication: not evaluated: {RULE}.repositoryFilters[0].filter: known at the update only"
    ]


def test_a_stack_that_replicates_nothing_is_not_its_business(stack_findings, declared, policy):
    assert stack_findings(declared(STACK), policy()) == ["not applicable"]
