"""The report as SARIF, against the schema of the standard."""

import json
from pathlib import Path

import pytest
from ecr_model import __version__
from jsonschema import Draft4Validator
from secure_ecr_ops.report.contents import Fixed, with_news
from secure_ecr_ops.report.sarif import render_sarif

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
NASTY = "a\x1b[31m <script> ]]> \ud800 é \u202e `x` \n second"


def sarif(report, folder=""):
    """Return the log, valid by the schema."""
    log = json.loads(render_sarif(report, folder))
    assert [error.message for error in Draft4Validator(SCHEMA).iter_errors(log)] == []
    return log["runs"][0]


def test_the_schema_is_not_satisfied_by_anything():
    assert not Draft4Validator(SCHEMA).is_valid({"version": "2.1.0", "runs": [{"results": []}]})


@pytest.mark.parametrize(
    "names",
    [
        ["rejected.jsonl"],
        ["rejected.jsonl", "rejected.steps.json"],
        ["shop.jsonl", "shop.steps.json"],
        ["shop.analysis.jsonl"],
        ["broken.jsonl"],
    ],
    ids="+".join,
)
def test_real_runs_are_valid(report_of, names):
    report = report_of(*names)

    assert len(sarif(report)["results"]) == len(report.findings)


def test_a_finding_is_a_result_with_its_line(report_of):
    run = sarif(report_of("rejected.jsonl", "rejected.steps.json"), "examples/my rejected")
    result = run["results"][0]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]

    assert result == {
        "ruleId": "ecr-access-public",
        "ruleIndex": result["ruleIndex"],
        "level": "error",
        "message": {"text": result["message"]["text"]},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "examples/my%20rejected/__main__.py",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": 9},
                },
                "logicalLocations": [
                    {
                        "name": "payments/api",
                        "fullyQualifiedName": (
                            "urn:pulumi:try::rejected::aws:ecr/repositoryPolicy:RepositoryPolicy::api-policy"
                        ),
                        "kind": "resource",
                    }
                ],
            }
        ],
        "partialFingerprints": {"secureEcr/v1": result["partialFingerprints"]["secureEcr/v1"]},
    }
    assert result["message"]["text"].startswith("payments/api: policy.Statement[0]: statement 'Everyone' must not")
    assert (rule["id"], rule["properties"]["security-severity"]) == ("ecr-access-public", "9.5")
    assert run["tool"]["driver"]["semanticVersion"] == __version__
    assert run["automationDetails"] == {"id": "secure-ecr/rejected/try/"}
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_without_a_line_a_finding_stands_in_the_project_s_file(report_of):
    result = sarif(report_of("rejected.jsonl"))["results"][0]

    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "Pulumi.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1},
    }


def test_repositories_of_one_name_are_told_apart(run):
    for name in ("eu", "us"):
        run.does("create", run.urn(name), new={"name": "api"}).finds("a: b", urn=run.urn(name))

    results = json.loads(render_sarif(run.report, ""))["runs"][0]["results"]
    assert [result["message"]["text"] for result in results] == ["api (eu): a: b", "api (us): a: b"]


def test_advisory_findings_are_warnings(run):
    assert sarif(run.finds("a", level="advisory").report)["results"][0]["level"] == "warning"


def test_scores_tell_the_severity_as_github_reads_it(run):
    for control in ("ecr-access-public", "ecr-repository-deletion", "ecr-repository-encryption", "ecr-repository-name"):
        run.finds("a", control)
    rules = sarif(run.report)["tool"]["driver"]["rules"]

    assert {rule["id"]: rule["properties"]["security-severity"] for rule in rules} == {
        "ecr-repository-name": "2.0",
        "ecr-repository-encryption": "5.5",
        "ecr-repository-deletion": "8.0",
        "ecr-access-public": "9.5",
    }


def test_a_baseline_marks_results_and_leaves_out_what_is_fixed(run):
    report = run.finds("a: b").finds("c: d", "ecr-access-public").report
    known = Fixed("ecr-repository-name", "low", "api", "a: b", report.findings[1].fingerprint)
    results = sarif(with_news(report, {known.fingerprint: known, "0": known}))["results"]

    assert [result["baselineState"] for result in results] == ["new", "unchanged"]


def test_a_failed_run_says_so(run):
    assert sarif(run.fails(NASTY).report)["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {"level": "error", "message": {"text": "a <script> ]]> \\ud800 é \\u202e `x`\nsecond"}}
            ],
        }
    ]


def test_nothing_found_is_an_empty_list_of_results(run):
    assert sarif(run.report)["results"] == []


def test_anything_in_a_message_is_valid(run):
    assert sarif(run.finds(NASTY, urn=run.urn(NASTY)).report)["results"][0]["message"]["text"].isprintable() is False
