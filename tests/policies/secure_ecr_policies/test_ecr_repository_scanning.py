import pytest
from secure_ecr_policies.pack.registry import SCANNING_CONFIGURATION
from secure_ecr_policies.pack.resource import REPOSITORY, STACK
from secure_ecr_policies.pack.values import UNKNOWN

HERE = {"region": "eu-west-1"}
EDIT = "add a filter that selects it to a scanning rule of the registry"
ELSEWHERE = "; if another stack has it, say so in `context`"
REQUIREMENT = "must be true where no scanning rule of the registry selects the repository"
KNOWN_LATER = "known at the update only"


def unflagged(got="nothing, which means false", elsewhere=""):
    return f"it: imageScanningConfiguration.scanOnPush: {REQUIREMENT}, got {got}; write true, or {EDIT}{elsewhere}"


def unselected(name="'shop/api'"):
    requirement = "must be selected by a scanning rule: under 'ENHANCED' the repository's own flag has no effect"
    return f"it: name: {requirement}, got {name}; {EDIT}"


def not_evaluated(path, why=KNOWN_LATER):
    return f"it: not evaluated: {path}: {why}"


def flagged(value):
    return {"imageScanningConfiguration": {"scanOnPush": value}}


def scanning(scan_type, *filters, frequency="SCAN_ON_PUSH"):
    selected = [{"filter": pattern, "filterType": "WILDCARD"} for pattern in filters]
    return {"scanType": scan_type, "rules": [{"scanFrequency": frequency, "repositoryFilters": selected}]}


@pytest.mark.parametrize(
    ("repository", "configuration", "expected"),
    [
        pytest.param({}, None, [unflagged(elsewhere=ELSEWHERE)], id="nothing-anywhere"),
        pytest.param(flagged(True), None, [], id="own-flag"),
        pytest.param(flagged(False), None, [unflagged("false", ELSEWHERE)], id="own-flag-off"),
        pytest.param({"image_scanning_configuration": {}}, scanning("BASIC", "*"), [], id="basic-rule"),
        pytest.param({}, scanning("BASIC", "shop"), [], id="part-of-the-name"),
        pytest.param({}, scanning("BASIC", "other/*"), [unflagged()], id="another-name"),
        pytest.param(flagged(True), scanning("BASIC", "other/*"), [], id="flag-beside-the-rules"),
        pytest.param({}, scanning("ENHANCED", "shop/*", frequency="CONTINUOUS_SCAN"), [], id="enhanced-rule"),
        pytest.param(flagged(True), scanning("ENHANCED", "other/*"), [unselected()], id="flag-under-enhanced"),
        pytest.param(flagged(True), {"scanType": "ENHANCED"}, [unselected()], id="enhanced-without-rules"),
        pytest.param({}, scanning("BASIC", "*", frequency="MANUAL"), [unflagged()], id="rule-that-ecr-refuses"),
        pytest.param({}, {"scanType": 7, "rules": "all"}, [unflagged()], id="malformed-configuration"),
        pytest.param({"imageScanningConfiguration": "on"}, None, [unflagged(elsewhere=ELSEWHERE)], id="malformed"),
        pytest.param(
            flagged(UNKNOWN), None, [not_evaluated("imageScanningConfiguration.scanOnPush")], id="unknown-flag"
        ),
        pytest.param(
            {"imageScanningConfiguration": UNKNOWN},
            None,
            [unflagged(elsewhere=ELSEWHERE)],
            id="untold-object",
        ),
        pytest.param(flagged(UNKNOWN), scanning("BASIC", "*"), [], id="unknown-flag-beside-a-rule"),
        pytest.param(flagged(UNKNOWN), scanning("ENHANCED", "x"), [unselected()], id="unknown-flag-without-effect"),
        pytest.param({"name": UNKNOWN}, scanning("BASIC", "*"), [], id="unknown-name-all-selected"),
        pytest.param(
            {"name": UNKNOWN},
            scanning("BASIC", "shop", "x"),
            [not_evaluated("name", "the registry scans some names only")],
            id="unknown-name",
        ),
        pytest.param({"name": UNKNOWN}, None, [unflagged(elsewhere=ELSEWHERE)], id="unknown-name-none-selected"),
        pytest.param({}, scanning(UNKNOWN, "*"), [], id="unknown-type-all-selected"),
        pytest.param({}, {"scanType": UNKNOWN}, [unflagged()], id="unknown-type-nothing-selected"),
        pytest.param(
            flagged(True),
            {"scanType": UNKNOWN},
            [not_evaluated("name", f"depends on scanType of scanning, {KNOWN_LATER}")],
            id="unknown-type-decides-about-the-flag",
        ),
        pytest.param(
            {},
            scanning("BASIC", "other/*", UNKNOWN),
            [not_evaluated("name", f"depends on rules[0].repositoryFilters[1].filter of scanning, {KNOWN_LATER}")],
            id="unknown-filter",
        ),
        pytest.param({}, scanning("BASIC", "shop/*", UNKNOWN), [], id="unknown-filter-beside-one-that-selects"),
    ],
)
def test_joins_a_repository_with_the_rules_of_its_registry(
    stack_findings, declared, repository, configuration, expected
):
    stack = [declared(REPOSITORY, HERE | {"name": "shop/api"} | repository)]
    if configuration is not None:
        stack.append(declared(SCANNING_CONFIGURATION, HERE | configuration, "scanning"))

    assert stack_findings(*stack) == expected


def test_a_configuration_of_another_place_says_nothing(stack_findings, declared):
    repository = declared(REPOSITORY, HERE | {"name": "shop/api"})
    far = declared(SCANNING_CONFIGURATION, scanning("BASIC", "*") | {"region": "us-east-1"}, "far")
    foreign = declared(
        SCANNING_CONFIGURATION,
        HERE | scanning("BASIC", "*"),
        "foreign",
        provider={"allowedAccountIds": '["210987654321"]'},
    )

    assert stack_findings(repository, far) == [unflagged(elsewhere=ELSEWHERE)]
    assert stack_findings(repository, foreign, config={"account_id": "123456789012"}) == [
        unflagged(elsewhere=ELSEWHERE)
    ]


def test_a_repository_of_an_unknown_region_may_be_in_either(stack_findings, declared):
    repository = declared(REPOSITORY, {"name": "shop/api"})
    near = declared(SCANNING_CONFIGURATION, HERE | scanning("BASIC", "*"), "near")
    far = declared(SCANNING_CONFIGURATION, scanning("BASIC", "x") | {"region": "us-east-1"}, "far")

    assert stack_findings(repository, near, far) == [
        not_evaluated("region", "registries that it may be in are scanned differently; set region")
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param({"scan_type": "BASIC"}, [unflagged()], id="no-rules"),
        pytest.param({"scan_type": "ENHANCED"}, [unselected()], id="enhanced"),
        pytest.param(
            {
                "scan_type": "ENHANCED",
                "rules": [{"scan_frequency": "SCAN_ON_PUSH", "repository_filters": [{"filter": "shop/*"}]}],
            },
            [],
            id="rule",
        ),
        pytest.param(
            {"scan_type": "ENHANCED", "region": "us-east-1"}, [unflagged(elsewhere=ELSEWHERE)], id="another-region"
        ),
    ],
)
def test_another_stack_may_have_the_configuration(stack_findings, declared, entry, expected):
    config = {"context": {"registry_scanning": [entry]}}

    assert stack_findings(declared(REPOSITORY, HERE | {"name": "shop/api"}), config=config) == expected


def test_one_odd_repository_does_not_hide_another(stack_findings, declared):
    odd = declared(REPOSITORY, {"name": 7, "imageScanningConfiguration": [None], "region": []}, "odd")

    assert stack_findings(odd, declared(REPOSITORY, HERE | {"name": "shop/api"})) == [
        unflagged(elsewhere=ELSEWHERE),
        unflagged(elsewhere=ELSEWHERE).replace("it:", "odd:", 1),
    ]


def test_a_stack_without_repositories_is_not_its_business(stack_findings, declared):
    assert stack_findings(declared(STACK), declared(SCANNING_CONFIGURATION, {})) == ["not applicable"]


def test_an_object_made_of_another_resource_is_not_evaluated(stack_findings, declared):
    other = declared(REPOSITORY, HERE | flagged(True), "other")
    props = HERE | {"name": "shop/api", "imageScanningConfiguration": UNKNOWN}
    made = declared(REPOSITORY, props, depends={"imageScanningConfiguration": [other.urn]})

    assert stack_findings(other, made) == [not_evaluated("imageScanningConfiguration.scanOnPush")]
