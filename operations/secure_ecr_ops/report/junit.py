"""
The report as JUnit XML: a suite for each control, a case for each resource that it judged.

A case fails for a mandatory finding. An advisory one is output of a case that passes, for JUnit has no warnings.
"""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from secure_ecr_ops.report.contents import Report, Reported, Subject

_RUN = "the run"


def render_junit(report: Report) -> str:
    """Return the report as the text of an XML document."""
    subjects = {subject.urn: subject for subject in report.subjects}
    cases: defaultdict[str, dict[Subject, list[Reported]]] = defaultdict(dict)
    for urn, passed in report.passed.items():
        for control in passed:
            cases[control][subjects[urn]] = []
    for finding in report.findings:
        cases[finding.rule.name].setdefault(finding.subject, []).append(finding)
    document = JUnitXml("secure-ecr")
    for rule, judged in sorted(cases.items()):
        document.add_testsuite(_suite(rule, [_case(rule, subject, found) for subject, found in judged.items()]))
    if report.errors:
        case = TestCase(_RUN, classname=_RUN, time=0)
        case.result = [Error(error.split("\n", 1)[0], "error") for error in report.errors]
        document.add_testsuite(_suite(_RUN, [case]))
    # the library's own sum has an attribute `skipped` that Jenkins' schema does not know here
    for count in ("tests", "failures", "errors"):
        setattr(document, count, sum(getattr(suite, count) for suite in document))
    out = BytesIO()
    document.write(out)
    return f"{out.getvalue().decode()}\n"


def _suite(name: str, cases: list[TestCase]) -> TestSuite:
    suite = TestSuite(name)
    suite.add_testcases(cases)
    return suite


def _case(rule: str, subject: Subject, findings: list[Reported]) -> TestCase:
    name = f"{subject.title} ({subject.type} {subject.name})" if subject.urn else subject.title
    case = TestCase(name, classname=rule, time=0)
    mandatory = [finding for finding in findings if finding.is_mandatory]
    if mandatory:  # one failure: readers take the failures from the cases to know how many have passed
        more = f" (and {len(mandatory) - 1} more)" if len(mandatory) > 1 else ""
        failure = Failure(f"{mandatory[0].message}{more}", mandatory[0].rule.severity)
        failure.text = "\n".join(map(_text, mandatory))
        case.result = [failure]
    if advisory := [_text(finding) for finding in findings if not finding.is_mandatory]:
        case.system_out = "\n".join(advisory)
    return case


def _text(finding: Reported) -> str:
    place = f"{finding.place.file}:{finding.place.line}: " if finding.place else ""
    return f"{place}{finding.level}, {finding.rule.severity}: {finding.message}\n{finding.subject.urn}"
