import pytest
from secure_ecr_policies.pack.resource import REPOSITORY, STACK

CONTROL = "ecr-repository-tag-immutability"
EXEMPTION = {
    "control": CONTROL,
    "resource": "it",
    "owner": "payments",
    "reason": "the old pipeline moves tags",
    "ticket": "PAY-7",
    "expires": "2027-01-31",
}
NAME = f"exemption from '{CONTROL}' for 'it'"
MUTABLE = "imageTagMutability: must be 'IMMUTABLE', got nothing, which means 'MUTABLE'"


@pytest.fixture
def findings(pack, declared):
    """Return what is said of one exemption, first by its control and then by exemption-invalid."""

    def judge(exemption, props):
        repository = declared(REPOSITORY, props)
        configuration = {CONTROL: {"exemptions": [exemption]}, "exemption-invalid": {"exemptions": [exemption]}}
        judged = pack(configuration)
        events = [judged.analyze(repository), judged.analyze_stack([declared(STACK), repository])]
        return [[event.text for event in said] for said, _ in events]

    return judge


@pytest.mark.parametrize(
    ("change", "props", "expected"),
    [
        pytest.param({}, {}, [[], []], id="in-force-and-needed"),
        pytest.param({"expires": "2026-11-21"}, {}, [[], []], id="on-its-last-day"),
        pytest.param({"resource": "urn:pulumi:*::it"}, {}, [[], []], id="named-by-urn"),
        pytest.param({"resource": "legacy/*"}, {"name": "legacy/api"}, [[], []], id="named-by-the-repository's-name"),
        pytest.param(
            {"expires": "2026-11-20"},
            {},
            [
                [
                    (
                        f"{MUTABLE}; the exemption has expired"
                        " (payments, PAY-7, until 2026-11-20: the old pipeline moves tags)"
                    )
                ],
                [f"{NAME}: expires must not have passed, got 2026-11-20; mend the finding, or agree on a new day"],
            ],
            id="expired",
        ),
        pytest.param(
            {},
            {"imageTagMutability": "IMMUTABLE"},
            [[], [f"{NAME}: resource must be needed: every resource that it names passes, got 'it'; remove it"]],
            id="needed-no-more",
        ),
        pytest.param({"resource": "elsewhere"}, {}, [[MUTABLE], []], id="a-name-that-another-stack-may-have"),
        pytest.param(
            {"resource": "urn:pulumi:dev::shop::x"},
            {},
            [
                [MUTABLE],
                [
                    (
                        f"exemption from '{CONTROL}' for 'urn:pulumi:dev::shop::x': resource must be needed:"
                        " no resource here has the name, got 'urn:pulumi:dev::shop::x'; remove it"
                    )
                ],
            ],
            id="a-urn-of-this-stack-that-does-not-exist",
        ),
        pytest.param({"resource": "urn:pulumi:prod::shop::x"}, {}, [[MUTABLE], []], id="a-urn-of-another-stack"),
        pytest.param(
            {"owner": " ", "expires": "31.1.2027"},
            {},
            [
                [MUTABLE],
                [
                    f"{NAME}: owner must be a text of 1 to 1000 characters, got ' '",
                    f"{NAME}: expires must be a day, as 2027-01-31, got '31.1.2027'",
                ],
            ],
            id="malformed",
        ),
        pytest.param(
            {"resource": "*"},
            {},
            [
                [MUTABLE],
                [
                    (
                        f"exemption from '{CONTROL}' for '*': resource must not be everything, got '*';"
                        " name the resource, its repository or its URN"
                    )
                ],
            ],
            id="everything",
        ),
    ],
)
def test_judges_exemptions(findings, change, props, expected):
    assert findings(EXEMPTION | change, props) == expected


def test_an_exemption_from_a_control_that_does_not_exist_is_named_once(pack, declared):
    misspelt = EXEMPTION | {"control": "ecr-repository-tag-imutability"}
    said, _ = pack({"exemption-invalid": {"exemptions": [misspelt]}}).analyze_stack([declared(STACK)])

    assert [event.text for event in said] == [
        (
            "exemption from 'ecr-repository-tag-imutability' for 'it': control must be a control of the pack,"
            f" got 'ecr-repository-tag-imutability'; write '{CONTROL}'"
        )
    ]


@pytest.mark.parametrize("resource", [EXEMPTION["resource"], "urn:pulumi:dev::shop::x"], ids=["name", "urn"])
def test_an_exemption_from_a_control_that_is_disabled_is_not_called_idle(pack, declared, resource):
    judged = pack({"exemption-invalid": {"exemptions": [EXEMPTION | {"resource": resource}]}})

    assert judged.analyze_stack([declared(STACK), declared(REPOSITORY)]) == ([], set())


def test_what_cannot_be_judged_yet_may_need_its_exemption(pack, declared, unknown):
    configuration = {
        CONTROL: {"exemptions": [EXEMPTION], "unknown": "allow"},
        "exemption-invalid": {"exemptions": [EXEMPTION]},
    }
    judged = pack(configuration)
    repository = declared(REPOSITORY, {"imageTagMutability": unknown})

    assert judged.analyze(repository) == ([], {CONTROL})
    assert judged.analyze_stack([declared(STACK), repository]) == ([], set())
