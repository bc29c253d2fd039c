"""What a report says, whatever its format."""

import pytest
from secure_ecr_ops.output import Failure
from secure_ecr_ops.report.contents import Fixed, Rule, Subject, with_news
from secure_ecr_ops.report.events import Place
from secure_ecr_policies.catalogue import CONTROLS

REPOSITORY = "aws:ecr/repository:Repository"


def test_a_real_preview_is_reported_most_severe_first(report_of):
    report = report_of("rejected.jsonl", "rejected.steps.json")

    assert (report.project, report.stack, report.version, report.is_refused) == ("rejected", "try", "0.1.0", True)
    assert [(f.rule.severity, f.rule.name, f.subject.title, f.level, f.place) for f in report.findings] == [
        ("critical", "ecr-access-public", "payments/api", "mandatory", Place("__main__.py", 9)),
        ("high", "ecr-repository-deletion", "payments/api", "mandatory", Place("__main__.py", 7)),
        ("high", "ecr-repository-deletion", "payments/api", "mandatory", Place("__main__.py", 7)),
        ("high", "ecr-repository-tag-immutability", "payments/api", "mandatory", Place("__main__.py", 7)),
        ("medium", "ecr-lifecycle-grammar", "payments/api", "mandatory", Place("__main__.py", 28)),
        ("medium", "ecr-repository-customer-key", "payments/api", "mandatory", Place("__main__.py", 7)),
        ("medium", "ecr-repository-encryption", "payments/api", "mandatory", Place("__main__.py", 7)),
    ]
    assert report.findings[3].message == "imageTagMutability: must be 'IMMUTABLE', got 'MUTABLE'"
    assert report.findings[0].subject == Subject(
        "urn:pulumi:try::rejected::aws:ecr/repositoryPolicy:RepositoryPolicy::api-policy",
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        "api-policy",
        "payments/api",
    )


def test_an_analysis_has_findings_without_names_of_repositories(report_of):
    report = report_of("shop.analysis.jsonl")

    assert len(report.findings) == 17
    assert {f.subject.title for f in report.findings} == {"api", "base", "old", "web"}
    assert report.passed == {}


@pytest.mark.parametrize("severity", ["low", "critical", "", "unheard-of"])
def test_the_severity_is_the_control_s_and_not_the_event_s(run, severity):
    report = run.finds("open", "ecr-access-public", severity=severity).report

    assert report.findings[0].rule.severity == "critical"


@pytest.mark.parametrize(
    ("severity", "expected"), [("high", "high"), ("", "medium"), ("x", "medium")], ids=["known", "none", "unknown"]
)
def test_a_policy_of_another_pack_keeps_its_own_severity(run, severity, expected):
    report = run.finds("no", "tags", policyPackName="house", severity=severity).report

    assert report.findings[0].rule == Rule("house/tags", severity=expected)


def test_the_description_above_a_message_is_the_rule_s_and_is_not_repeated(run):
    report = run.finds(f"{CONTROLS[0].description}\nname: must be short\n", CONTROLS[0].name).report

    assert report.findings[0].message == "name: must be short"


@pytest.mark.parametrize(
    ("level", "is_mandatory"),
    [("mandatory", True), ("advisory", False), ("warning", False), ("remediate", True), ("unheard-of", True)],
)
def test_a_level_that_nobody_knows_is_mandatory(run, level, is_mandatory):
    assert run.finds("a", level=level).report.findings[0].is_mandatory is is_mandatory


def test_an_unknown_name_falls_back_to_the_logical_one(run):
    run.does("create", new={"name": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}).finds("a")
    policy = run.urn("api-policy", "RepositoryPolicy")
    run.does("create", policy, new={"repository": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}).finds("b", urn=policy)

    assert [finding.subject.title for finding in run.report.findings] == ["api", "api-policy"]


def test_repositories_of_one_name_are_told_apart_by_their_logical_names(run):
    for region in ("eu", "us"):
        run.does("create", run.urn(f"api-{region}"), new={"name": "shop/api"}).finds(
            "a: b", urn=run.urn(f"api-{region}")
        )
    run.does("create", run.urn("api-eu", "RepositoryPolicy"), new={"repository": "shop/api"})
    report = run.finds("c: d", urn=run.urn("api-eu", "RepositoryPolicy")).finds("e: f", urn=run.urn("web")).report

    assert [report.title(finding.subject) for finding in report.findings] == [
        "shop/api (api-eu)",
        "shop/api (api-us)",
        "shop/api",
        "web",
    ]


def test_a_finding_about_the_stack_has_no_resource(run):
    assert run.finds("a", urn="").report.findings[0].subject == Subject("", "", "")


def test_fingerprints_outlive_a_change_of_words(run):
    before = run.finds("name: must be short, got 'x'").report.findings[0]
    other = type(run)().finds("name: must be short, got 'y'").report.findings[0]

    assert before.fingerprint == other.fingerprint


def test_fingerprints_differ_by_control_resource_field_and_number(run):
    run.finds("a: b").finds("a: c").finds("d: b").finds("a: b", "ecr-access-public").finds("a: b", urn=run.urn("other"))

    assert len({finding.fingerprint for finding in run.report.findings}) == 5


def test_a_baseline_tells_new_open_and_fixed(run):
    report = run.finds("a: b").finds("c: d", "ecr-access-public").report
    known = Fixed("ecr-repository-name", "low", "api", "a: b", report.findings[1].fingerprint)
    gone = Fixed("ecr-repository-name", "low", "api", "e: f", "0")
    compared = with_news(report, {known.fingerprint: known, "0": gone})

    assert [(finding.message, finding.news) for finding in compared.findings] == [("c: d", "new"), ("a: b", "open")]
    assert compared.fixed == (gone,)


def test_nothing_is_fixed_by_a_run_that_failed(run):
    gone = Fixed("ecr-access-public", "critical", "web", "policy: open", "0")

    assert with_news(run.finds("a: b").report, {"0": gone}).fixed == (gone,)
    assert with_news(run.fails("no key").report, {"0": gone}).fixed == ()


@pytest.mark.parametrize(
    ("change", "is_refused", "errors"),
    [
        pytest.param(lambda run: run, False, (), id="nothing"),
        pytest.param(lambda run: run.finds("a", level="advisory"), False, (), id="advisory"),
        pytest.param(lambda run: run.finds("a"), True, (), id="mandatory"),
        pytest.param(lambda run: run.finds("a").fails("preview failed\n"), True, (), id="failed-for-a-finding"),
        pytest.param(lambda run: run.fails("no key\n"), True, ("no key",), id="failed-otherwise"),
        pytest.param(
            lambda run: run.fails("preview failed"),
            True,
            ("the engine says that the run failed, and not why",),
            id="failed-without-a-word",
        ),
    ],
)
def test_what_refuses_a_run(run, change, is_refused, errors):
    report = change(run).report

    assert (report.is_refused, report.errors) == (is_refused, errors)


def test_a_run_under_other_packs_alone_says_nothing_about_ecr(run):
    run.summary = {"summaryEvent": {"PolicyPacks": {"house|local|x": "1"}}}

    with pytest.raises(Failure) as refused:
        _ = run.report

    assert refused.value.message == (
        'the run must be under the policy pack secure-ecr, got house; add "$(secure-ecr pack path)"'
    )


def test_an_exception_of_the_program_is_told_with_what_was_judged_before(report_of):
    report = report_of("broken.jsonl")

    assert report.errors == (
        (
            "Program failed with an unhandled exception:\nTraceback (most recent call last):\n"
            'File "__main__.py", line 3, in <module>\nraise RuntimeError("<b>no\\x1b[31m")\nRuntimeError: <b>no'
        ),
    )
    assert len(report.findings) == 4
