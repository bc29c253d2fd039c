import pytest
from secure_ecr_policies.pack.registry import REPLICATION_CONFIGURATION
from secure_ecr_policies.pack.resource import REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN

OURS, THEIRS = "123456789012", "111122223333"
CONFIG = {"account_id": OURS}
RULES = "replicationConfiguration.rules"


def destination(region="eu-central-1", registry_id=OURS):
    return {"region": region, "registryId": registry_id}


def rule(*destinations, filters=None):
    prefixes = [{"filter": prefix, "filterType": "PREFIX_MATCH"} for prefix in filters or ()]
    return {"destinations": list(destinations), **({"repositoryFilters": prefixes} if filters else {})}


def replication(*rules, **props):
    return {"replicationConfiguration": {"rules": list(rules)}, "region": "eu-west-1"} | props


def banned(path, region):
    requirement = "must be a Region that images may be in: 'eu-central-1' or 'eu-west-1'"
    return f"{RULES}{path}: {requirement}, got '{region}'; remove the destination, or have its Region put on the list"


def later(path):
    return f"not evaluated: {path}: known at the update only"


ITSELF = (
    f"{RULES}[0].destinations[0]: must not be the registry that is replicated, got {OURS} in eu-west-1;"
    " remove it, or name another Region or account"
)
MANY = [rule(destination(), filters=[f"team{index}/"]) for index in range(11)]


@pytest.mark.parametrize(
    ("props", "config", "expected"),
    [
        pytest.param(replication(rule(destination(), filters=["prod/"])), {}, [], id="right"),
        pytest.param(
            replication({"destinations": [{"region": "eu-central-1", "registry_id": OURS, "__defaults": []}]}),
            {},
            [],
            id="snake-case",
        ),
        pytest.param(replication(), {}, [], id="no-rules"),
        pytest.param(
            replication(rule(destination()), rule(destination(), destination("us-east-1", THEIRS))),
            {"allowed_regions": ["eu-west-1", "eu-central-1"]},
            [banned("[1].destinations[1].region", "us-east-1")],
            id="outside-the-residency",
        ),
        pytest.param(replication(rule(destination("eu-west-1"))), {}, [ITSELF], id="itself"),
        pytest.param(replication(rule(destination("eu-west-1", THEIRS))), {}, [], id="same-region-of-another-account"),
        pytest.param(
            replication(rule(destination("cn-north-1"))),
            {},
            [
                (
                    f"{RULES}[0].destinations[0].region: must be in partition 'aws', as the registry is,"
                    " got 'cn-north-1', of 'aws-cn'"
                )
            ],
            id="another-partition",
        ),
        pytest.param(
            replication(rule(destination(), filters=["prod/*"])),
            {},
            [
                (
                    f"{RULES}[0].repositoryFilters[0].filter: must be the beginning of repository names, without"
                    " wildcards, got 'prod/*'; write 'prod/': a replication filter is a prefix already"
                )
            ],
            id="wildcard",
        ),
        pytest.param(replication(*MANY), {}, [], id="eleven-rules"),
        pytest.param(
            replication(*MANY),
            {"older_replication_api": True},
            [
                (
                    f"{RULES}: must have at most 10 entries with the older API, got 11;"
                    " join rules that have the same filters or the same destinations"
                )
            ],
            id="eleven-rules-by-the-older-api",
        ),
        pytest.param(
            replication(*(rule(destination(), filters=[f"team{index}/"]) for index in range(26))),
            {},
            [f"{RULES}: must have at most 25 entries, got 26"],
            id="too-many-rules",
        ),
        pytest.param(
            replication(*(rule(*(destination(registry_id=f"{n:012}") for n in range(k, k + 13))) for k in (0, 13))),
            {},
            [f"{RULES}: must have at most 25 distinct destinations in all, got 26"],
            id="too-many-destinations",
        ),
        pytest.param(
            replication(*(rule(destination(registry_id=f"{n:012}")) for n in range(10))),
            {"older_replication_api": True},
            [],
            id="as-many-rules-as-the-older-api-takes",
        ),
        pytest.param(
            replication(rule(destination(), filters=[f"team{index}/" for index in range(101)])),
            {},
            [f"{RULES}[0].repositoryFilters: must have 1 to 100 entries, got 101"],
            id="too-many-filters",
        ),
        pytest.param({}, {}, ["replicationConfiguration: must be an object, got null"], id="absent"),
        pytest.param(
            replication(7, rule("x"), region=[]),
            {},
            [
                f"{RULES}[0]: must be an object, got 7",
                f"{RULES}[1].destinations[0]: must be an object, got 'x'",
            ],
            id="malformed",
        ),
        pytest.param(
            {"replicationConfiguration": UNKNOWN, "region": "eu-west-1"},
            {},
            [later("replicationConfiguration")],
            id="unknown",
        ),
        pytest.param(
            replication(rule(destination("us-east-1", UNKNOWN), destination(UNKNOWN))),
            {"allowed_regions": ["eu-west-1", "eu-central-1"]},
            [
                banned("[0].destinations[0].region", "us-east-1"),
                later(f"{RULES}[0].destinations[0].registryId"),
                later(f"{RULES}[0].destinations[1].region"),
            ],
            id="unknown-account-of-a-known-region",
        ),
    ],
)
def test_judges_replication_configurations(findings, props, config, expected):
    assert findings(REPLICATION_CONFIGURATION, props, config=CONFIG | config) == expected


def test_says_what_it_cannot_tell_without_knowing_its_own_place(findings):
    props = replication(rule(destination("eu-west-1"), destination("eu-west-1", THEIRS)))
    regionless = props | {"region": UNKNOWN}
    may_be = f"not evaluated: {RULES}[0]: {{}} in eu-west-1 may be the registry itself; "
    of_ours, of_theirs = may_be.format(OURS), may_be.format(THEIRS)

    assert findings(REPLICATION_CONFIGURATION, props) == [
        f"{of_theirs}set account_id in the configuration",
        f"{of_ours}set account_id in the configuration",
    ]
    assert findings(REPLICATION_CONFIGURATION, regionless, config=CONFIG) == [f"{of_ours}set region"]
    assert findings(REPLICATION_CONFIGURATION, regionless) == [f"{of_theirs}set region", f"{of_ours}set region"]


def test_a_new_region_may_be_allowed(findings):
    props = replication(rule(destination("eu-west-9"), destination("us-east-1")))
    config = CONFIG | {"allowed_regions": ["eu-west-1", "eu-central-1", "eu-west-9"]}

    assert findings(REPLICATION_CONFIGURATION, props, config=config) == [
        banned("[0].destinations[1].region", "us-east-1").replace(" or 'eu-west-1'", ", 'eu-west-1' or 'eu-west-9'")
    ]


def test_looks_at_replication_configurations_alone(findings):
    assert findings(REPOSITORY, {}) == ["not applicable"]
