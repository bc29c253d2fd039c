import pytest
from secure_ecr_policies.pack.registry import REPLICATION_CONFIGURATION
from secure_ecr_policies.pack.resource import CREATION_TEMPLATE, REPOSITORY, STACK
from secure_ecr_policies.pack.values import UNKNOWN

OURS = "123456789012"
CONFIG = {"account_id": OURS}
RULE = "replicationConfiguration.rules[0]"
KEY = f"arn:aws:kms:eu-north-1:{OURS}:key/1234abcd"
SECURE = {
    "prefix": "shop",
    "appliedFors": ["REPLICATION"],
    "imageTagMutability": "IMMUTABLE",
    "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY}],
    "lifecyclePolicy": "{}",
    "region": "eu-north-1",
}


def uncovered(name="shop/new", got="the prefixes 'shop/'"):
    requirement = (
        f"must create at {OURS} in eu-north-1 no repository that a creation template does not cover, as {name!r}"
    )
    fix = (
        "add a template for REPLICATION with the prefix ROOT there, or create the repositories beforehand;"
        " if another stack has it, say so in `context`"
    )
    return f"replication: {RULE}: {requirement}, got {got}; {fix}"


def insecure(*fields):
    requirement = "must create repositories with immutable tags, a KMS key and a lifecycle policy"
    return f"replication: {RULE}: {requirement}, got template, which lacks {', '.join(fields)}; change the template"


def later(path):
    return f"replication: not evaluated: {RULE}: depends on {path} of template, known at the update only"


@pytest.fixture
def replication(declared):
    def build(*prefixes, **props):
        rule = {"destinations": [{"region": "eu-north-1", "registryId": OURS}]}
        if prefixes:
            rule["repositoryFilters"] = [{"filter": prefix, "filterType": "PREFIX_MATCH"} for prefix in prefixes]
        settings = {"replicationConfiguration": {"rules": [rule]}, "region": "eu-west-1"} | props
        return declared(REPLICATION_CONFIGURATION, settings, "replication")

    return build


@pytest.fixture
def template(declared):
    return lambda name="template", **changes: declared(CREATION_TEMPLATE, SECURE | changes, name)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="secure"),
        pytest.param({"prefix": "ROOT"}, [], id="root"),
        pytest.param({"prefix": "shop/"}, [], id="with-its-slash"),
        pytest.param({"prefix": "base"}, [uncovered()], id="another-prefix"),
        pytest.param({"prefix": "shop/api"}, [uncovered()], id="a-part"),
        pytest.param({"appliedFors": ["PULL_THROUGH_CACHE"]}, [uncovered()], id="for-the-cache"),
        pytest.param({"region": "us-east-1"}, [uncovered()], id="in-another-region"),
        pytest.param({"imageTagMutability": "MUTABLE"}, [insecure("imageTagMutability")], id="mutable"),
        pytest.param(
            {"imageTagMutability": None, "encryptionConfigurations": None, "lifecyclePolicy": None},
            [insecure("imageTagMutability", "encryptionConfigurations[0]", "lifecyclePolicy")],
            id="bare",
        ),
        pytest.param(
            {"encryptionConfigurations": [{"encryption_type": "KMS"}]},
            [insecure("encryptionConfigurations[0].kmsKey")],
            id="key-of-aws",
        ),
        pytest.param(
            {"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": UNKNOWN}]}, [], id="unknown-key"
        ),
        pytest.param({"description": UNKNOWN}, [], id="unknown-description-is-no-security"),
        pytest.param({"lifecyclePolicy": UNKNOWN}, [], id="unknown-policy-is-one"),
        pytest.param({"imageTagMutability": UNKNOWN}, [later("imageTagMutability")], id="unknown-mutability"),
        pytest.param(
            {"encryptionConfigurations": UNKNOWN}, [later("encryptionConfigurations[0]")], id="unknown-encryption"
        ),
        pytest.param({"prefix": UNKNOWN}, [later("prefix")], id="unknown-prefix"),
        pytest.param({"appliedFors": ["PULL_THROUGH_CACHE", UNKNOWN]}, [later("appliedFors[1]")], id="unknown-use"),
        pytest.param({"prefix": ["shop"]}, [uncovered()], id="malformed-prefix"),
        pytest.param({"prefix": 7, "appliedFors": "REPLICATION", "region": []}, [uncovered()], id="malformed"),
    ],
)
def test_joins_what_is_replicated_with_the_template_there(stack_findings, replication, template, changes, expected):
    assert stack_findings(replication("shop/"), template(**changes), config=CONFIG) == expected


def test_every_name_must_be_covered(stack_findings, replication, template):
    """A filter is the beginning of a name, a template's prefix its first parts."""
    assert stack_findings(replication("shop"), template(), config=CONFIG) == [
        uncovered("shopnew", "the prefixes 'shop'")
    ]
    assert stack_findings(replication(), template(), config=CONFIG) == [uncovered("new", "all repositories")]
    assert stack_findings(replication(), template("root", prefix="ROOT"), template(), config=CONFIG) == []


def test_one_finding_names_the_prefixes_of_a_rule(stack_findings, replication, template):
    prefixes = [f"team{index}/" for index in range(7)]
    got = "the prefixes 'team0/', 'team1/', 'team2/', 'team3/', 'team4/' and 2 more"

    assert stack_findings(replication(*prefixes), template(), config=CONFIG) == [uncovered("team0/new", got)]


def test_a_template_that_replicas_do_not_use_is_not_judged(stack_findings, replication, template):
    mutable = template("root", prefix="ROOT", imageTagMutability="MUTABLE")

    assert stack_findings(replication("shop/"), mutable, template(), config=CONFIG) == []


def test_configured_as_the_control_of_the_templates(stack_findings, replication, template):
    excluded = template(
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=[{"filter": "branch-*", "filterType": "WILDCARD"}],
        encryptionConfigurations=[{"encryptionType": "KMS"}],
    )
    config = CONFIG | {"mutable_tags": ["branch-*"], "customer_key": False}

    assert stack_findings(replication("shop/"), excluded, config=config) == []
    assert stack_findings(replication("shop/"), excluded, config=CONFIG) == [
        insecure("imageTagMutabilityExclusionFilters[0].filter", "encryptionConfigurations[0].kmsKey")
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param({"prefix": "ROOT", "applied_for": ["REPLICATION"]}, [], id="covers"),
        pytest.param({"prefix": "ROOT", "applied_for": ["CREATE_ON_PUSH"]}, [uncovered()], id="for-something-else"),
        pytest.param(
            {"prefix": "ROOT", "applied_for": ["REPLICATION"], "region": "us-east-1"}, [uncovered()], id="elsewhere"
        ),
    ],
)
def test_another_stack_may_have_the_template(stack_findings, replication, entry, expected):
    config = CONFIG | {"context": {"creation_templates": [entry]}}

    assert stack_findings(replication("shop/"), config=config) == expected


def test_repositories_that_exist_already_need_no_template(stack_findings, declared, replication):
    source = declared(REPOSITORY, {"name": "shop/api", "region": "eu-west-1"}, "source")
    there = declared(REPOSITORY, {"name": "shop/api", "region": "eu-north-1"}, "there")
    nameless = declared(REPOSITORY, {"name": UNKNOWN, "region": "eu-west-1"}, "nameless")

    assert stack_findings(replication("shop/"), source, there, config=CONFIG) == []
    assert stack_findings(replication("shop/"), source, config=CONFIG) == [uncovered()]
    assert stack_findings(replication("shop/"), source, there, nameless, config=CONFIG) == [uncovered()]


def test_says_what_it_cannot_tell_of_the_configuration(stack_findings, replication):
    unknown = {"rules": [{"destinations": UNKNOWN}, UNKNOWN]}

    assert stack_findings(replication(replicationConfiguration=unknown)) == [
        f"replication: not evaluated: {RULE}.destinations: known at the update only",
        "replication: not evaluated: replicationConfiguration.rules[1]: known at the update only",
    ]


def test_a_filter_that_cannot_be_read_is_not_every_repository(stack_findings, replication):
    assert stack_findings(replication("shop/*"), config=CONFIG) == []
    assert stack_findings(replication(UNKNOWN), config=CONFIG) == [
        f"replication: not evaluated: {RULE}.repositoryFilters[0].filter: known at the update only"
    ]


def test_a_stack_that_replicates_nothing_is_not_its_business(stack_findings, declared, template):
    assert stack_findings(declared(STACK), template()) == ["not applicable"]
