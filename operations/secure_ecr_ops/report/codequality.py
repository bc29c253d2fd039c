"""
The report as a Code Quality report, which GitLab shows in a merge request.

Source: GitLab documentation, "Code Quality: Code Quality report format": these properties and severities, a path
relative to the repository's root, and a fingerprint that no other finding has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from secure_ecr_ops.report.contents import Report, Reported
from secure_ecr_ops.report.events import PROJECT, Place

_SEVERITIES = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor"}


def render_code_quality(report: Report, folder: str) -> str:
    """
    Return the report as the text of a JSON list; a failure of the run itself is an entry of its own.

    Args:
        report: The report.
        folder: The project's folder in the repository, `examples/shop`; "" when it is the repository's root.
    """
    entries = [*_failures(report, folder), *(_entry(finding, report, folder) for finding in report.findings)]
    return json.dumps(entries, indent=2) + "\n"


def _entry(finding: Reported, report: Report, folder: str) -> dict[str, object]:
    return {
        "description": f"{report.title(finding.subject)}: {finding.message}",
        "check_name": finding.rule.name,
        "fingerprint": finding.fingerprint,
        # what is advisory is never more than information, however bad it would be
        "severity": _SEVERITIES[finding.rule.severity] if finding.is_mandatory else "info",
        "location": _location(finding.place or PROJECT, folder),
    }


def _failures(report: Report, folder: str) -> Iterator[dict[str, object]]:
    for error in report.errors:
        yield {
            "description": error,
            "check_name": "run",
            "fingerprint": hashlib.sha256(error.encode(errors="replace")).hexdigest(),
            "severity": "blocker",
            "location": _location(PROJECT, folder),
        }


def _location(place: Place, folder: str) -> dict[str, object]:
    return {"path": place.below(folder), "lines": {"begin": place.line}}
