"""
The report as JSON, for machines, and as the baseline that a later report is compared with.

    {"version": 1, "project", "stack", "pack", "isRefused", "errors": [],
     "findings": [{"fingerprint", "rule", "severity", "level", "resource": {"urn", "type", "name", "repository"},
                   "message", "source": {"file", "line"} | null, "news": "new" | "open" | null}],
     "fixed": [{"fingerprint", "rule", "severity", "resource", "message"}]}
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from secure_ecr_ops.output import Failure
from secure_ecr_ops.report.contents import SEVERITIES, Fixed, Report, Reported
from secure_ecr_ops.report.events import plain

VERSION = 1
"""Of the document: another one is read by another release."""


def render_json(report: Report) -> str:
    """Return the report as JSON text, the most severe finding first."""
    value = {
        "version": VERSION,
        "project": report.project,
        "stack": report.stack,
        "pack": report.version,
        "isRefused": report.is_refused,
        "errors": list(report.errors),
        "findings": [_finding(finding) for finding in report.findings],
        "fixed": [
            {
                "fingerprint": each.fingerprint,
                "rule": each.rule,
                "severity": each.severity,
                "resource": each.resource,
                "message": each.message,
            }
            for each in report.fixed
        ],
    }
    return json.dumps(value, indent=2) + "\n"


def read_baseline(content: bytes, name: str) -> dict[str, Fixed]:
    """
    Return the findings of an earlier report, by fingerprint.

    Raises:
        Failure: *content*, called *name*, is not what `--format json` writes.
    """
    fix = "write it with --format json"
    try:
        value = json.loads(content)
        if value["version"] != VERSION:
            raise Failure(f"{name}: version must be {VERSION}, got {value['version']!r}; {fix}")
        return {each["fingerprint"]: _known(each) for each in value["findings"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Failure(f"{name}: must be a report in JSON; {fix}") from error


def _finding(finding: Reported) -> Mapping[str, object]:
    place = finding.place
    return {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule.name,
        "severity": finding.rule.severity,
        "level": finding.level,
        "resource": finding.subject._asdict(),
        "message": finding.message,
        "source": place and place._asdict(),
        "news": finding.news,
    }


def _known(entry: Mapping[str, str | Mapping[str, str]]) -> Fixed:
    resource = entry["resource"]
    if not isinstance(resource, dict) or entry["severity"] not in SEVERITIES:
        raise TypeError
    title = resource["repository"] or resource["name"] or "the stack"
    severity = str(entry["severity"])
    return Fixed(
        plain(str(entry["rule"])), severity, plain(title), plain(str(entry["message"])), str(entry["fingerprint"])
    )
