"""What a report says, whatever its format: the findings of a run, each with its control, its resource and its line."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from secure_ecr_policies.catalogue import CONTROLS
from secure_ecr_policies.pack.control import Control
from secure_ecr_policies.pack.resource import LIFECYCLE_POLICY, REPOSITORY, REPOSITORY_POLICY

from secure_ecr_ops.output import Failure
from secure_ecr_ops.report.events import PACK, Events, Place, Urn, Violation, plain
from secure_ecr_ops.report.losses import LOSSES, PUBLIC_REPOSITORY, REPOSITORIES, find_losses

SEVERITIES = ("critical", "high", "medium", "low")
"""Most severe first."""

News = Literal["new", "open"]

_NAMING = {
    REPOSITORY: "name",
    PUBLIC_REPOSITORY: "repositoryName",
    REPOSITORY_POLICY: "repository",
    LIFECYCLE_POLICY: "repository",
}
"""The input that holds the name of the repository that a resource is, or belongs to."""

_ADVISORY = ("advisory", "warning")
"""Whatever else a level may be counts as mandatory. Source: Pulumi SDK, `apitype.PolicyEvent`, and its comment."""

_UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a text that is not known yet. Source: Pulumi SDK, `rpc.UNKNOWN`."""


class Rule(NamedTuple):
    """
    What a finding breaks: a control of the pack, a rule of this report, or a policy of another pack.

    Attributes:
        name: Its name, the same for ever.
        description: What it asks for, in a sentence; "" for another pack's.
        severity: One of SEVERITIES.
        reason: Why it is asked for.
        remediation: What to do.
        url: A page about it.
        also_known_as: Ids of the same demand elsewhere.
    """

    name: str
    description: str = ""
    severity: str = "medium"
    reason: str = ""
    remediation: str = ""
    url: str = ""
    also_known_as: tuple[str, ...] = ()


class Subject(NamedTuple):
    """
    The resource that a finding is about.

    Attributes:
        urn: Its URN; "" is the stack.
        type: Its token, e.g. `aws:ecr/repository:Repository`.
        name: Its logical name.
        repository: Name in ECR of the repository that it is, or belongs to; "" when it is none or nobody knows.
    """

    urn: str
    type: str
    name: str
    repository: str = ""

    @property
    def title(self) -> str:
        """The repository's name where there is one, else the logical name."""
        return self.repository or self.name or "the stack"


@dataclass(frozen=True, slots=True)
class Reported:
    """
    One finding.

    Attributes:
        rule: What it breaks.
        subject: Which resource breaks it.
        message: What is wrong, and what to do.
        is_mandatory: Whether it refuses the update.
        fingerprint: The same in every run as long as the finding is the same.
        place: The line that declares the resource; None when the engine did not say.
        news: How it compares with a baseline; None without one.
    """

    rule: Rule
    subject: Subject
    message: str
    is_mandatory: bool
    fingerprint: str
    place: Place | None = None
    news: News | None = None

    @property
    def level(self) -> str:
        """`mandatory` or `advisory`."""
        return "mandatory" if self.is_mandatory else "advisory"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A finding of the baseline that is no more."""

    rule: str
    severity: str
    resource: str
    message: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Report:
    """
    Everything that a format may print.

    Attributes:
        project: Of the run; "" when it has no resources.
        stack: Of the run.
        version: Of the policy pack.
        findings: Most severe first.
        fixed: What a baseline had and this run has not.
        errors: Why the run failed, where it was not for a violation: not everything was judged.
        rules: All rules that a finding can break, by name.
        subjects: All resources of the run, in the order of their names.
        passed: By URN, the controls that judged the resource and found nothing, also those that join resources.
        spared: By URN, the controls that found something elsewhere in the stack and nothing about the resource.
        events: What the engine said.
        namesakes: URNs of the resources whose title another of their type has too, as one of another Region.
    """

    project: str
    stack: str
    version: str
    findings: tuple[Reported, ...]
    fixed: tuple[Fixed, ...]
    errors: tuple[str, ...]
    rules: Mapping[str, Rule]
    subjects: tuple[Subject, ...]
    passed: Mapping[str, Sequence[str]]
    spared: Mapping[str, Sequence[str]]
    events: Events
    namesakes: frozenset[str] = frozenset()

    def title(self, subject: Subject) -> str:
        """Return the title of *subject*, with its logical name where that tells it from another."""
        return f"{subject.title} ({subject.name})" if subject.urn in self.namesakes else subject.title

    @property
    def losses(self) -> tuple[Reported, ...]:
        """The findings about repositories that would go with their images."""
        return tuple(finding for finding in self.findings if finding.rule.name in LOSSES)

    @property
    def is_refused(self) -> bool:
        """Whether a mandatory finding is there, or the run itself failed."""
        return bool(self.errors) or any(finding.is_mandatory for finding in self.findings)

    def count(self, severity: str) -> int:
        """Return how many findings are of *severity*."""
        return sum(finding.rule.severity == severity for finding in self.findings)


def build_report(events: Events) -> Report:
    """
    Return what *events* amount to.

    The severity of a finding is its control's: an event may come from a run under another version of the pack.

    Raises:
        Failure: The run was not under this pack.
    """
    if PACK not in events.packs:
        got = " and ".join(events.packs)
        raise Failure(f'the run must be under the policy pack {PACK}, got {got}; add "$(secure-ecr pack path)"')
    rules = {control.name: _rule(control) for control in CONTROLS}
    rules |= {name: Rule(name, *loss) for name, loss in LOSSES.items()}
    found = [*map(_judged, events.violations), *(_Found(*loss, is_mandatory=False) for loss in find_losses(events))]
    for violation in events.violations:
        severity = violation.severity if violation.severity in SEVERITIES else "medium"
        rules.setdefault(violation.rule, Rule(violation.rule, severity=severity))
    subjects = {urn: _subject(urn, events) for urn in _urns(events)}
    findings = _sorted(_reported(found, rules, subjects, events))
    errors = tuple(events.errors)
    if events.has_failed and not errors and not any(finding.is_mandatory for finding in findings):
        errors = ("the engine says that the run failed, and not why",)
    first = next((Urn.parse(urn) for urn in subjects if urn), Urn("", "", "", ""))
    ordered = tuple(sorted(subjects.values(), key=lambda subject: (subject.title, subject.type, subject.urn)))
    version, judged = events.packs[PACK], set(events.passed.get("", ()))
    passed = _with_joined(events.passed, ordered, judged)
    spared = _with_joined({}, ordered, {finding.rule.name for finding in findings}, findings)
    titles = Counter((subject.type, subject.title) for subject in ordered)
    namesakes = frozenset(subject.urn for subject in ordered if titles[subject.type, subject.title] > 1)
    return Report(
        *(first.project, first.stack, version, findings, (), errors, rules, ordered, passed, spared, events, namesakes)
    )


def _with_joined(
    by_urn: Mapping[str, Sequence[str]],
    subjects: Iterable[Subject],
    names: Collection[str],
    findings: Iterable[Reported] = (),
) -> dict[str, tuple[str, ...]]:
    """Return *by_urn* with those of *names* that join resources, for each resource that they judge and do not name."""
    named = {(finding.rule.name, finding.subject.urn) for finding in findings}
    joined = [control for control in CONTROLS if control.name in names and control.subjects]
    added = {
        subject.urn: [
            control.name
            for control in joined
            if subject.type in control.subjects and (control.name, subject.urn) not in named
        ]
        for subject in subjects
    }
    return {
        urn: (*by_urn.get(urn, ()), *added.get(urn, ()))
        for urn in (*by_urn, *added)
        if by_urn.get(urn) or added.get(urn)
    }


def _rule(control: Control) -> Rule:
    return Rule(
        control.name,
        control.description,
        control.severity,
        control.reason or "",
        control.remediation,
        control.url,
        control.also_known_as,
    )


class _Found(NamedTuple):
    """A finding before its fingerprint."""

    urn: str
    rule: str
    message: str
    is_mandatory: bool


def _judged(violation: Violation) -> _Found:
    return _Found(violation.urn, violation.rule, violation.message, violation.level not in _ADVISORY)


def _reported(
    found: Iterable[_Found], rules: Mapping[str, Rule], subjects: Mapping[str, Subject], events: Events
) -> Iterator[Reported]:
    seen: Counter[tuple[str, ...]] = Counter()
    for urn, name, text, is_mandatory in found:
        rule = rules[name]
        # the engine prints the description above each message, and so does every format
        message = text.removeprefix(rule.description).strip()
        identity = (name, urn, message.split(": ", 1)[0])
        number, seen[identity] = seen[identity], seen[identity] + 1
        digest = hashlib.sha256("\0".join((*identity, str(number))).encode()).hexdigest()[:32]
        yield Reported(rule, subjects[urn], message, is_mandatory, digest, events.places.get(urn))


def _sorted(findings: Iterable[Reported]) -> tuple[Reported, ...]:
    def key(finding: Reported) -> tuple[int, bool, str, str, str]:
        title = finding.subject.title
        rank = SEVERITIES.index(finding.rule.severity)
        return rank, not finding.is_mandatory, title, finding.rule.name, finding.message

    return tuple(sorted(findings, key=key))


def with_news(report: Report, baseline: Mapping[str, Fixed]) -> Report:
    """
    Return *report* with each finding marked as new or still open, and what *baseline* alone has as fixed.

    Nothing counts as fixed after a run that failed: it may not have come to where the finding was.
    """
    marked = (replace(each, news="open" if each.fingerprint in baseline else "new") for each in report.findings)
    now = {finding.fingerprint for finding in report.findings}
    known = {} if report.errors else baseline
    fixed = (each for fingerprint, each in known.items() if fingerprint not in now)
    ordered = sorted(fixed, key=lambda each: (SEVERITIES.index(each.severity), each.resource, each.rule))
    return replace(report, findings=tuple(marked), fixed=tuple(ordered))


def _urns(events: Events) -> list[str]:
    told = (*events.steps, *(violation.urn for violation in events.violations), *events.passed)
    return list(dict.fromkeys(told))


def _subject(urn: str, events: Events) -> Subject:
    parts = Urn.parse(urn)
    inputs = events.latest(urn).inputs
    name = inputs.get(_NAMING.get(parts.type, ""))
    if isinstance(name, str) and name != _UNKNOWN_TEXT:
        return Subject(urn, parts.type, parts.name, plain(name))
    return Subject(urn, parts.type, parts.name, parts.name if parts.type in REPOSITORIES else "")
