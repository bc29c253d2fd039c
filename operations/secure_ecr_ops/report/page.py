"""
The report as one page of HTML that needs nothing else: no network, no other file.

Whatever a message holds stays text: the template escapes it, and the page's own security policy lets no script run
but the one that it names by its hash.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from secure_ecr_ops.report.contents import SEVERITIES, Report, Reported, Rule, Subject
from secure_ecr_ops.report.replicas import draw_map
from secure_ecr_ops.report.statements import Line, read_lines

_FOLDER = "templates"


class Cell(NamedTuple):
    """
    What a control says of a row.

    Attributes:
        kind: `f` for mandatory findings, `a` for advisory ones, `p` for passed, `n` for nothing found here and
            something elsewhere in the stack, "" when it was not asked.
        number: Of findings.
    """

    kind: str
    number: int = 0


class Row(NamedTuple):
    """A repository with everything that belongs to it, or another resource."""

    title: str
    subjects: tuple[Subject, ...]
    cells: tuple[Cell, ...]
    findings: tuple[Reported, ...]
    lines: tuple[tuple[Line, tuple[Reported, ...]], ...]


def render_html(report: Report) -> str:
    """Return the report as the text of an HTML document."""
    environment = Environment(
        loader=PackageLoader(__package__, _FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _asset("report.css"), _asset("report.js")
    rules = _asked(report)
    return environment.get_template("report.html").render(
        report=report,
        rules=rules,
        rows=_rows(report, rules),
        map=draw_map(report.events),
        severities=SEVERITIES,
        time=datetime.fromtimestamp(report.events.time, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        mandatory=sum(finding.is_mandatory for finding in report.findings),
    )


def _asset(name: str) -> str:
    return files(__package__).joinpath(_FOLDER, name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return the hash of *text* as a content security policy names it. Source: W3C, "CSP Level 3", hash-source."""
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _asked(report: Report) -> tuple[Rule, ...]:
    """Return the rules that judged anything, in the order of the catalogue."""
    asked = {finding.rule.name for finding in report.findings}
    asked.update(control for passed in report.passed.values() for control in passed)
    return tuple(rule for name, rule in report.rules.items() if name in asked)


def _rows(report: Report, rules: Sequence[Rule]) -> list[Row]:
    groups: defaultdict[str, list[Subject]] = defaultdict(list)
    found: defaultdict[str, list[Reported]] = defaultdict(list)
    for finding in report.findings:
        found[finding.subject.urn].append(finding)
    for subject in report.subjects:
        if report.passed.get(subject.urn) or found[subject.urn]:
            groups[f"repository {subject.repository}" if subject.repository else subject.urn].append(subject)
    return [_row(subjects, found, report, rules) for subjects in groups.values()]


def _row(
    subjects: Sequence[Subject], found: Mapping[str, Sequence[Reported]], report: Report, rules: Sequence[Rule]
) -> Row:
    findings = [finding for subject in subjects for finding in found[subject.urn]]
    findings.sort(key=lambda finding: (SEVERITIES.index(finding.rule.severity), not finding.is_mandatory))
    passed = {control for subject in subjects for control in report.passed.get(subject.urn, ())}
    spared = {control for subject in subjects for control in report.spared.get(subject.urn, ())}
    cells = tuple(_cell(rule, findings, passed, spared) for rule in rules)
    lines = tuple(
        (line, tuple(finding for finding in found[subject.urn] if _is_about(finding, line)))
        for subject in subjects
        for line in read_lines(subject, report.events.latest(subject.urn))
    )
    return Row(subjects[0].title, tuple(subjects), cells, tuple(findings), lines)


def _cell(rule: Rule, findings: Sequence[Reported], passed: set[str], spared: set[str]) -> Cell:
    mine = [finding for finding in findings if finding.rule.name == rule.name]
    if mine:
        return Cell("f" if any(finding.is_mandatory for finding in mine) else "a", len(mine))
    return Cell("p" if rule.name in passed else "n" if rule.name in spared else "")


def _is_about(finding: Reported, line: Line) -> bool:
    path = finding.message.split(": ", 1)[0]
    return path == line.path or path.startswith((f"{line.path}.", f"{line.path}["))
