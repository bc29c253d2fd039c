"""The report as GitLab's Code Quality: the properties that its documentation asks for, and nothing else."""

import json
from collections import Counter

from secure_ecr_ops.report.codequality import render_code_quality


def test_every_finding_has_its_line_and_severity(report_of):
    report = report_of("rejected.jsonl", "rejected.steps.json")
    entries = json.loads(render_code_quality(report, "examples/rejected"))

    assert [set(entry) for entry in entries] == [
        {"description", "check_name", "fingerprint", "severity", "location"}
    ] * len(report.findings)
    assert Counter((entry["check_name"], entry["severity"]) for entry in entries) == Counter(
        {
            ("ecr-access-public", "blocker"): 1,
            ("ecr-lifecycle-grammar", "major"): 1,
            ("ecr-repository-customer-key", "major"): 1,
            ("ecr-repository-deletion", "critical"): 2,
            ("ecr-repository-encryption", "major"): 1,
            ("ecr-repository-tag-immutability", "critical"): 1,
        }
    )
    assert {entry["location"]["path"] for entry in entries} == {"examples/rejected/__main__.py"}
    assert all(entry["location"]["lines"]["begin"] > 1 for entry in entries)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


def test_a_finding_without_a_line_stands_on_the_project(report_of):
    entries = json.loads(render_code_quality(report_of("rejected.jsonl"), ""))

    assert {(entry["location"]["path"], entry["location"]["lines"]["begin"]) for entry in entries} == {
        ("Pulumi.yaml", 1)
    }


def test_repositories_of_one_name_are_told_apart(run):
    for name in ("eu", "us"):
        run.does("create", run.urn(name), new={"name": "api"}).finds("a: b", urn=run.urn(name))

    entries = json.loads(render_code_quality(run.report, ""))
    assert [entry["description"] for entry in entries] == ["api (eu): a: b", "api (us): a: b"]


def test_what_is_advisory_is_information(run):
    [entry] = json.loads(render_code_quality(run.finds("name: must be", level="advisory").report, ""))

    assert (entry["description"], entry["severity"]) == ("api: name: must be", "info")


def test_a_run_that_failed_is_an_entry(report_of):
    report = report_of("broken.jsonl")
    entries = json.loads(render_code_quality(report, ""))

    failures = [entry for entry in entries if entry["check_name"] == "run"]
    assert [entry["description"] for entry in failures] == list(report.errors)
    assert {(entry["severity"], entry["location"]["path"]) for entry in failures} == {("blocker", "Pulumi.yaml")}
