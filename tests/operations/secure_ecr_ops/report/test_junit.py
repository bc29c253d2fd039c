"""The report as JUnit XML, against the schema of Jenkins' plugin."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from secure_ecr_ops.report.junit import render_junit

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).parent / "schemas" / "junit-10.xsd"))
NASTY = "a\x1b[31m <b> ]]> & \"'\ud800 \x00 \ufffe é"


def junit(report):
    """Return the root, valid by the schema."""
    text = render_junit(report)
    SCHEMA.validate(text)
    return ET.fromstring(text)  # noqa: S314 -- our own text


def cases(root):
    return {
        (case.get("classname"), case.get("name")): [(child.tag, child.get("type")) for child in case]
        for case in root.iter("testcase")
    }


def test_a_suite_for_each_control_and_a_case_for_each_resource(report_of):
    root = junit(report_of("rejected.jsonl", "rejected.steps.json"))
    repository = "payments/api (aws:ecr/repository:Repository api)"
    policy = "payments/api (aws:ecr/repositoryPolicy:RepositoryPolicy api-policy)"
    lifecycle = "payments/api (aws:ecr/lifecyclePolicy:LifecyclePolicy api-lifecycle)"

    assert cases(root) == {
        ("ecr-access-cross-account", policy): [],
        ("ecr-access-cross-account-write", policy): [],
        ("ecr-access-public", policy): [("failure", "critical")],
        ("ecr-access-service", policy): [],
        ("ecr-lifecycle-grammar", lifecycle): [("failure", "medium")],
        ("ecr-policy-well-formed", policy): [],
        ("ecr-repository-customer-key", repository): [("failure", "medium")],
        ("ecr-repository-deletion", repository): [("failure", "high")],
        ("ecr-repository-deletion", policy): [],
        ("ecr-repository-encryption", repository): [("failure", "medium")],
        ("ecr-repository-name", repository): [],
        ("ecr-repository-tag-immutability", repository): [("failure", "high")],
        ("exemption-invalid", "the stack"): [],
        ("exemption-listed", "the stack"): [],
    }
    assert {key: root.get(key) for key in ("name", "tests", "failures", "errors")} == {
        "name": "secure-ecr",
        "tests": "14",
        "failures": "6",
        "errors": "0",
    }


def test_a_failure_says_where_and_what(report_of):
    root = junit(report_of("rejected.jsonl", "rejected.steps.json"))
    failure = root.find("testsuite[@name='ecr-repository-tag-immutability']/testcase/failure")

    assert failure.get("message") == "imageTagMutability: must be 'IMMUTABLE', got 'MUTABLE'"
    assert failure.text == (
        "__main__.py:7: mandatory, high: imageTagMutability: must be 'IMMUTABLE', got 'MUTABLE'\n"
        "urn:pulumi:try::rejected::aws:ecr/repository:Repository::api"
    )


def test_several_findings_of_a_case_are_one_failure_that_says_them_all(run):
    failure = junit(run.finds("a").finds("b").report).find(".//failure")

    assert failure.get("message") == "a (and 1 more)"
    assert failure.text == f"mandatory, low: a\n{run.urn('api')}\nmandatory, low: b\n{run.urn('api')}"


def test_an_advisory_finding_is_output_of_a_case_that_passes(run):
    root = junit(run.finds("a", level="advisory").finds("b", level="advisory").report)

    assert cases(root) == {("ecr-repository-name", "api (aws:ecr/repository:Repository api)"): [("system-out", None)]}
    assert root.find(".//system-out").text == f"advisory, low: a\n{run.urn('api')}\nadvisory, low: b\n{run.urn('api')}"
    assert root.get("failures") == "0"


def test_what_passes_another_pack_is_not_ours(run):
    run.passes("ecr-repository-name", "names", pack="house").finds(
        "no", "names", urn=run.urn("web"), policyPackName="house"
    )

    assert cases(junit(run.report)) == {
        ("house/ecr-repository-name", "api (aws:ecr/repository:Repository api)"): [],
        ("house/names", "api (aws:ecr/repository:Repository api)"): [],
        ("house/names", "web (aws:ecr/repository:Repository web)"): [("failure", "medium")],
    }


def test_a_failed_run_is_an_error(run):
    root = junit(run.fails("no key\nmore").report)

    assert cases(root) == {("the run", "the run"): [("error", "error")]}
    assert (root.get("tests"), root.get("errors")) == ("1", "1")


def test_nothing_judged_is_no_suite(run):
    assert [*junit(run.report)] == []


@pytest.mark.parametrize("names", [["shop.jsonl"], ["shop.analysis.jsonl"], ["broken.jsonl"]], ids="+".join)
def test_real_runs_are_valid(report_of, names):
    assert len(list(junit(report_of(*names)).iter("testcase"))) > 0


def test_anything_in_a_message_is_valid_xml(run):
    root = junit(run.finds(NASTY, urn=run.urn(NASTY)).report)

    assert root.find(".//failure").get("message") == "a <b> ]]> & \"'\\ud800 \\x00 \\ufffe é"
