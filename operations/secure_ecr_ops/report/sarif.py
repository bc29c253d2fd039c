"""
The report as SARIF 2.1.0, for code scanning.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub documentation, "SARIF support
for code scanning": which properties it reads, and that it drops a result without a physical location.
"""

from __future__ import annotations

from urllib.parse import quote

from ecr_model import __version__
from sarif_pydantic import (
    ArtifactLocation,
    Invocation,
    Level,
    Location,
    LogicalLocation,
    Message,
    PhysicalLocation,
    Region,
    ReportingConfiguration,
    ReportingDescriptor,
    Result,
    Run,
    Sarif,
    Tool,
    ToolDriver,
)

from secure_ecr_ops.report.contents import Report, Reported, Rule
from secure_ecr_ops.report.events import PROJECT

FINGERPRINT = "secureEcr/v1"

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""What GitHub reads as critical (over 9.0), high (7.0 to 8.9), medium (4.0 to 6.9) and low."""

_NEWS = {"new": "new", "open": "unchanged"}


def render_sarif(report: Report, folder: str) -> str:
    """
    Return the report as the text of a SARIF log.

    What a baseline had and is fixed is left out: a reader that does not know `baselineState` would show it as open.

    Args:
        report: The report.
        folder: The project's folder in the repository, `examples/shop`; "" when it is the repository's root.
    """
    broken = {finding.rule.name for finding in report.findings}
    rules = [rule for name, rule in report.rules.items() if name in broken]
    indexes = {rule.name: index for index, rule in enumerate(rules)}
    driver = ToolDriver(name="secure-ecr", semantic_version=__version__, rules=[_rule(rule) for rule in rules])
    run = Run(
        tool=Tool(driver=driver),
        invocations=[_invocation(report)],
        results=[_result(finding, report, indexes[finding.rule.name], folder) for finding in report.findings],
        # several stacks of one commit are several analyses
        automation_details={"id": f"secure-ecr/{report.project}/{report.stack}/"},
    )
    log = Sarif(runs=[run], schema_uri=_SCHEMA)
    return f"{log.model_dump_json(by_alias=True, exclude_none=True, indent=2, ensure_ascii=True)}\n"


def _rule(rule: Rule) -> ReportingDescriptor:
    description = rule.description or rule.name
    known = f"Also known as: {', '.join(rule.also_known_as)}" if rule.also_known_as else ""
    text = "\n\n".join(part for part in (rule.reason, rule.remediation, known) if part) or description
    return ReportingDescriptor(
        id=rule.name,
        name=rule.name,
        short_description=Message(text=description),
        full_description=Message(text=rule.reason or description),
        help=Message(text=text),
        help_uri=rule.url or None,
        default_configuration=ReportingConfiguration(level="error"),
        properties={"security-severity": _SCORES[rule.severity], "tags": ["security", rule.severity]},
    )


def _result(finding: Reported, report: Report, index: int, folder: str) -> Result:
    place = finding.place or PROJECT
    subject = finding.subject
    return Result(
        rule_id=finding.rule.name,
        rule_index=index,
        level=Level.ERROR if finding.is_mandatory else Level.WARNING,
        message=Message(text=f"{report.title(subject)}: {finding.message}"),
        locations=[
            Location(
                physical_location=PhysicalLocation(
                    artifact_location=ArtifactLocation(uri=quote(place.below(folder)), uri_base_id="%SRCROOT%"),
                    region=Region(start_line=place.line),
                ),
                logical_locations=[
                    LogicalLocation(name=subject.title, fully_qualified_name=subject.urn or None, kind="resource")
                ],
            )
        ],
        partial_fingerprints={FINGERPRINT: finding.fingerprint},
        # the library's model has no such field, and passes on what it does not know
        **({"baselineState": _NEWS[finding.news]} if finding.news else {}),
    )


def _invocation(report: Report) -> Invocation:
    notifications = [{"level": "error", "message": {"text": error}} for error in report.errors]
    return Invocation(
        execution_successful=not report.errors,
        # not in the library's model either
        **({"toolExecutionNotifications": notifications} if notifications else {}),
    )
