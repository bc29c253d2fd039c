"""The report as JSON, and as a baseline."""

import json
from dataclasses import replace

import pytest
from secure_ecr_ops.output import Failure
from secure_ecr_ops.report.contents import Fixed, with_news
from secure_ecr_ops.report.document import read_baseline, render_json


def test_the_document_holds_everything(run):
    run.does("create", new={"name": "payments/api"}).finds("name: must be short", level="advisory").fails("no key")
    report = run.report
    gone = Fixed("ecr-access-public", "critical", "web", "policy: open", "0")

    assert json.loads(render_json(replace(with_news(report, {}), fixed=(gone,)))) == {
        "version": 1,
        "project": "shop",
        "stack": "prod",
        "pack": "0.1.0",
        "isRefused": True,
        "errors": ["no key"],
        "findings": [
            {
                "fingerprint": report.findings[0].fingerprint,
                "rule": "ecr-repository-name",
                "severity": "low",
                "level": "advisory",
                "resource": {
                    "urn": run.urn("api"),
                    "type": "aws:ecr/repository:Repository",
                    "name": "api",
                    "repository": "payments/api",
                },
                "message": "name: must be short",
                "source": None,
                "news": "new",
            }
        ],
        "fixed": [
            {
                "fingerprint": "0",
                "rule": "ecr-access-public",
                "severity": "critical",
                "resource": "web",
                "message": "policy: open",
            }
        ],
    }


def test_the_lines_of_the_program_are_in_it(report_of):
    document = json.loads(render_json(report_of("rejected.jsonl", "rejected.steps.json")))

    assert document["findings"][0]["source"] == {"file": "__main__.py", "line": 9}


def test_a_document_is_its_own_baseline(report_of):
    report = report_of("shop.jsonl", "shop.steps.json")
    compared = with_news(report, read_baseline(render_json(report).encode(), "before"))

    assert {finding.news for finding in compared.findings} == {"open"}
    assert compared.fixed == ()


def test_a_baseline_keeps_what_is_fixed_readable(report_of):
    before = report_of("shop.jsonl")
    known = read_baseline(render_json(before).encode(), "before")
    worst = before.findings[0]

    assert known[worst.fingerprint] == Fixed(
        "ecr-access-public", "critical", "shop/web", worst.message, worst.fingerprint
    )


ENTRY = {
    "fingerprint": "0",
    "rule": "r",
    "severity": "low",
    "message": "m",
    "resource": {"repository": "", "name": "n"},
}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"{", "must be a report in JSON; write it with --format json", id="cut"),
        pytest.param(b"\xff", "must be a report in JSON; write it with --format json", id="bytes"),
        pytest.param(b"[]", "must be a report in JSON; write it with --format json", id="list"),
        pytest.param(b"{}", "must be a report in JSON; write it with --format json", id="other-object"),
        pytest.param(b'{"version": 2}', "version must be 1, got 2; write it with --format json", id="version"),
        pytest.param(
            json.dumps({"version": 1, "findings": [{**ENTRY, "severity": "worst"}]}).encode(),
            "must be a report in JSON; write it with --format json",
            id="severity",
        ),
        pytest.param(
            json.dumps({"version": 1, "findings": [{**ENTRY, "resource": "n"}]}).encode(),
            "must be a report in JSON; write it with --format json",
            id="resource",
        ),
    ],
)
def test_refuses_what_is_no_report(content, message):
    with pytest.raises(Failure) as refused:
        read_baseline(content, "before.json")

    assert refused.value.message == f"before.json: {message}"


def test_what_a_baseline_says_is_data():
    content = json.dumps({"version": 1, "findings": [{**ENTRY, "message": "<{%fg 1%}>\x1b[2J\u202e"}]})

    assert read_baseline(content.encode(), "before") == {"0": Fixed("r", "low", "n", "\\u202e", "0")}
