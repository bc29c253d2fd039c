"""
The report as Markdown, for a comment on a pull request.

Source: GitHub, error of the API `Create an issue comment`: "Body is too long (maximum is 65536 characters)". Bytes are
counted here, so that characters of any alphabet keep to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secure_ecr_ops.report.contents import SEVERITIES, Fixed, Report, Reported
from secure_ecr_ops.report.losses import LOSSES

LONGEST = 65_536
"""Bytes of a comment."""

_LONGEST_MESSAGE = 1_200  # characters: the text of a policy may be in it
_MARKER = "<!-- secure-ecr report -->"
_ROOM = 400  # bytes for what says how much was left out, and for closing what is open


def render_markdown(report: Report) -> str:
    """Return the report as Markdown text of at most LONGEST bytes: the most severe findings, and how many are left."""
    lines = [_MARKER, f"## {_headline(report)}", "", _counts(report), ""]
    budget = LONGEST - _ROOM - _size(lines)
    left_out = 0
    for title, entries in _sections(report):
        kept = []
        budget -= _size([title, ""]) + 2
        for entry in entries:
            budget -= _size([entry])
            if budget < 0:
                break
            kept.append(entry)
        left_out += len(entries) - len(kept)
        if kept:
            lines += [title, "", *kept, ""]
    if left_out:
        lines.append(f"… and {left_out:,} more: `--format html` shows all.")
    return "\n".join(lines).rstrip() + "\n"


def _headline(report: Report) -> str:
    where = "/".join(part for part in (report.project, report.stack) if part)
    verdict = "refused" if report.is_refused else "passed"
    return f"secure-ecr: {_code(where)} {verdict}" if where else f"secure-ecr: {verdict}"


def _counts(report: Report) -> str:
    counts = [f"{report.count(severity):,} {severity}" for severity in SEVERITIES if report.count(severity)]
    text = f"{len(report.findings):,} findings ({', '.join(counts)})" if counts else "No findings"
    mandatory = sum(finding.is_mandatory for finding in report.findings)
    news = [finding.news for finding in report.findings]
    compared = report.fixed or any(news)
    changes = f"; {news.count('new'):,} new, {len(report.fixed):,} fixed" if compared else ""
    return f"{text}{f', {mandatory:,} mandatory' if mandatory else ''}{changes}."


def _sections(report: Report) -> Iterator[tuple[str, Sequence[str]]]:
    if report.errors:
        yield "### The run failed, so not everything was judged", [f"- {_code(error)}" for error in report.errors]
    if report.losses:
        yield (
            "### Repositories that would go, with their images",
            [_entry(finding, report) for finding in report.losses],
        )
    rest = [finding for finding in report.findings if finding.rule.name not in LOSSES]
    new = [finding for finding in rest if finding.news != "open"]
    still_open = [finding for finding in rest if finding.news == "open"]
    compared = still_open or report.fixed or any(finding.news for finding in report.findings)
    if new:
        yield "### New" if compared else "### Findings", [_entry(finding, report) for finding in new]
    if still_open:
        yield "### Still open", [_entry(finding, report) for finding in still_open]
    if report.fixed:
        yield "### Fixed", [_fixed(each) for each in report.fixed]


def _entry(finding: Reported, report: Report) -> str:
    place = f" {_code(f'{finding.place.file}:{finding.place.line}')}" if finding.place else ""
    rule = f"[{finding.rule.name}]({finding.rule.url})" if finding.rule.url else _code(finding.rule.name)
    head = f"- **{finding.rule.severity}** {finding.level} {rule}: {_code(report.title(finding.subject))}{place}"
    return f"{head}\n  {_code(finding.message)}"


def _fixed(fixed: Fixed) -> str:
    return f"- {fixed.severity} {_code(fixed.rule)}: {_code(fixed.resource)}\n  {_code(fixed.message)}"


def _code(text: str) -> str:
    """
    Return *text* as a code span: nothing in it is markup, a mention or a link.

    Source: CommonMark, "Code spans": it ends at a run of as many backticks as begin it.
    """
    line = " ".join(text.split())
    line = line if len(line) <= _LONGEST_MESSAGE else f"{line[: _LONGEST_MESSAGE - 1]}…"
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    padding = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{fence}{padding}{line or ' '}{padding}{fence}"


def _size(lines: Sequence[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)
