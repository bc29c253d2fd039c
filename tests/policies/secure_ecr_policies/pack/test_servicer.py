"""Whatever resources look like, both servicers judge them, alike and without an exception."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.runtime import proto
from pulumi_policy.policy import _PolicyAnalyzerServicer
from secure_ecr_policies.catalogue import CONTROLS, NAMES
from secure_ecr_policies.pack.registry import REPLICATION_CONFIGURATION
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY, STACK
from secure_ecr_policies.pack.servicer import DecodeOnceServicer
from secure_ecr_policies.pack.values import UNKNOWN

TYPES = sorted({token for control in CONTROLS for token in control.types})
CONFIGURATION = {key: {"unknown": "warn"} for key in NAMES}
PROPERTIES = (
    *("name", "region", "policy", "lifecyclePolicy", "repositoryPolicy", "forceDelete", "imageTagMutability"),
    *("imageTagMutabilityExclusionFilters", "filter", "filterType", "imageScanningConfiguration", "scanOnPush"),
    *("encryptionConfigurations", "encryptionType", "kmsKey", "kms_key", "__defaults"),
    *("rules", "rulePriority", "selection", "action", "tagStatus", "tagPatternList", "countNumber", "countType"),
    *("Version", "Statement", "Effect", "Principal", "NotPrincipal", "AWS", "Action", "NotAction", "Resource"),
    *("Condition", "StringEquals", "ForAllValues:StringLike", "aws:PrincipalOrgID", "aws:SourceArn"),
    *("replicationConfiguration", "destinations", "registryId", "repositoryFilters", "scanType", "scanFrequency"),
    *("prefix", "appliedFors", "resourceTags", "upstreamRegistryUrl", "credentialArn", "repository"),
)
WORDS = (
    *("", "*", "KMS", "AES256", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "v*", "Allow", "Deny", "ecr:*", "{", "[[["),
    *("payments/api", "111122223333", "arn:aws:iam::111122223333:root", "o-a1b2c3d4e5", "untagged", "expire"),
    *("arn:aws:kms:eu-central-1:111122223333:key/0d1e2f", "lambda.amazonaws.com", "eu-central-1", "true"),
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
)
SCALARS = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(WORDS)
KEYS = st.sampled_from(PROPERTIES) | st.text(max_size=3)
TREES = st.recursive(SCALARS, lambda child: st.lists(child) | st.dictionaries(KEYS, child), max_leaves=12)
DOCUMENTS = TREES | TREES.map(json.dumps)


@settings(deadline=None)
@given(type_=st.sampled_from(TYPES), props=st.dictionaries(KEYS, DOCUMENTS, max_size=4))
def test_judges_any_tree_of_values(pack, declared, type_, props):
    resource = declared(type_, props)
    ours = pack(CONFIGURATION).analyze(resource)

    assert "the control itself failed" not in " ".join(event.text for event in ours[0])
    assert ours == pack(CONFIGURATION, _PolicyAnalyzerServicer).analyze(resource)


@settings(deadline=None)
@given(stack=st.lists(st.tuples(st.sampled_from(TYPES), st.dictionaries(KEYS, DOCUMENTS, max_size=4)), max_size=4))
def test_joins_any_trees_of_values(pack, declared, stack):
    resources = [declared(type_, props, name=f"r{index}") for index, (type_, props) in enumerate(stack)]
    ours = pack({name: {} for name in NAMES}).analyze_stack(resources)

    assert "the control itself failed" not in " ".join(event.text for event in ours[0])
    assert ours == pack({name: {} for name in NAMES}, _PolicyAnalyzerServicer).analyze_stack(resources)


def test_both_servicers_judge_a_stack_alike(pack, declared):
    exemption = {
        "control": "ecr-repository-name",
        "resource": "legacy",
        "owner": "payments",
        "reason": "it is old",
        "ticket": "PAY-7",
        "expires": "2027-01-31",
    }
    configuration = CONFIGURATION | {
        "ecr-repository-name": {"exemptions": [exemption]},
        "exemption-invalid": {"exemptions": [exemption | {"ticket": None}], "unknow": "warn"},
    }
    legacy = declared(REPOSITORY, {"name": "X"}, name="legacy")
    resources = [declared(STACK), legacy, declared("aws:s3/bucket:Bucket")]
    answers = []
    for servicer in (DecodeOnceServicer, _PolicyAnalyzerServicer):
        judged = pack(configuration, servicer)
        judged.analyze(legacy)
        answers.append(judged.analyze_stack(resources))

    assert answers[0] == answers[1]
    assert [event.control for event in answers[0][0] if event.control.startswith("exemption-")] == [
        "exemption-listed",
        "exemption-invalid",
        "exemption-invalid",
    ]


@pytest.mark.parametrize("servicer", [DecodeOnceServicer, _PolicyAnalyzerServicer])
def test_of_two_at_fault_every_run_names_the_same(pack, declared, servicer):
    """The engine sends the resources of a stack in no order."""
    policies = [declared(LIFECYCLE_POLICY, {"repository": "shop/api"}, name=name) for name in ("first", "second")]
    orders = (policies, policies[::-1])
    runs = [pack({"ecr-registry-singleton": {}}, servicer).analyze_stack(order)[0] for order in orders]

    assert [[event.urn for event in run] for run in runs] == [[policies[1].urn]] * 2


def test_a_resource_of_another_type_is_not_applicable_to_every_control(pack, declared):
    resource_controls = {control.name for control in CONTROLS if control.judge}

    assert pack(CONFIGURATION).analyze(declared("aws:s3/bucket:Bucket")) == ([], resource_controls)


def test_a_disabled_control_says_nothing_at_all(pack, declared):
    assert pack({}).analyze(declared(REPOSITORY)) == ([], set())


def test_what_a_remediation_leaves_over_is_a_violation(pack, declared):
    configuration = {"ecr-repository-name": {"enforcementLevel": "remediate"}}
    said, _ = pack(configuration).analyze(declared(REPOSITORY, {"name": "X"}))

    assert [event.level for event in said] == ["mandatory"]


def test_another_configuration_is_heard_of_a_type_that_was_judged_before(pack, declared):
    repository = declared(REPOSITORY, {"name": "X"})
    judged = pack({"ecr-repository-name": {}})
    before = judged.analyze(repository)
    block = proto.PolicyConfig(enforcementLevel=proto.ADVISORY)
    judged.servicer.Configure(proto.ConfigureAnalyzerRequest(policyConfig={"ecr-repository-name": block}), None)
    after = [event for event in judged.analyze(repository)[0] if event.control == "ecr-repository-name"]

    assert [event.level for event in before[0]] == ["mandatory"]
    assert [event.level for event in after] == ["advisory"]


def test_nothing_of_a_secret_is_shown(pack, declared):
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "Hunter2"}
    said, _ = pack({"ecr-repository-name": {}}).analyze(declared(REPOSITORY, {"name": secret}))

    assert [event.text for event in said] == [
        "name: breaks the rule repository-name; the value is a secret, so nothing of it is shown"
    ]


def test_nothing_of_a_secret_is_shown_where_it_cannot_be_judged(pack, declared):
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "444455556666"}
    rules = [{"destinations": [{"region": "eu-west-3", "registryId": secret}]}]
    judged = pack({"ecr-replication-grant": {}})

    assert [
        event.text
        for rule in (rules, UNKNOWN)
        for event in judged.analyze_stack(
            [declared(REPLICATION_CONFIGURATION, {"replicationConfiguration": {"rules": rule, "x": secret}})]
        )[0]
    ] == [
        "not evaluated: replicationConfiguration.rules[0]: the value is a secret, so nothing of it is shown",
        "not evaluated: replicationConfiguration.rules: known at the update only",
    ]
