"""The verdict of a control: pass, fail, exempt, not applicable or not evaluated, and the words for it."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ecr_model.findings import Finding

from secure_ecr_policies.pack.control import Control, NotApplicableError, StackRemarks, Unevaluated
from secure_ecr_policies.pack.exemptions import Exemption, read_exemptions
from secure_ecr_policies.pack.record import Record, Use
from secure_ecr_policies.pack.resource import STACK, Resource
from secure_ecr_policies.pack.settings import Settings, check_settings
from secure_ecr_policies.pack.stack import Stack
from secure_ecr_policies.pack.values import top_level

Outcome = Literal["pass", "fail", "exempt", "not applicable", "not evaluated"]


@dataclass(frozen=True, slots=True)
class Message:
    """What an operator reads, and the URN of the resource that it is about; "" is the stack."""

    text: str
    urn: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What a control says of a resource or of a stack.

    Attributes:
        outcome: The verdict.
        violations: What is reported at the control's level.
        warnings: What is reported as an advisory, whatever that level: values known at the update only.
    """

    outcome: Outcome
    violations: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether nothing was judged and nothing is said of it; that must not count as passed."""
        return self.outcome in ("not applicable", "not evaluated") and not (self.violations or self.warnings)


NOT_APPLICABLE = Verdict("not applicable")
_PASSED = Verdict("pass")


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What becomes of one remark."""

    message: Message
    outcome: Literal["fail", "exempt", "not evaluated"]
    is_violation: bool
    exemption: Exemption | None = None


def judge(
    control: Control,
    subject: Resource | Stack,
    settings: Settings,
    exemptions: tuple[Exemption, ...],
    record: Record,
) -> Verdict:
    """
    Return what *control* says of *subject*, and note in *record* what the exemptions silenced.

    It never raises: a control that fails is a violation of its own, after what it had found before.
    """
    try:
        rulings = [
            _rule(resource, remark, exemptions, settings, record)
            for resource, remark in _guard(control, subject, settings)
        ]
    except NotApplicableError:
        return NOT_APPLICABLE
    record.note_judged(control.name)
    if exemptions:
        _note_uses(subject, exemptions, rulings, record)
    if not rulings:
        return _PASSED
    outcomes = {ruling.outcome for ruling in rulings}
    warns = settings.text("unknown") == "warn"
    return Verdict(
        next(outcome for outcome in _WORST_FIRST if outcome in outcomes),
        tuple(ruling.message for ruling in rulings if ruling.is_violation),
        tuple(r.message for r in rulings if r.outcome == "not evaluated" and not r.is_violation and warns),
    )


_WORST_FIRST: tuple[Outcome, ...] = ("fail", "not evaluated", "exempt")


def _guard(control: Control, subject: Resource | Stack, settings: Settings) -> StackRemarks:
    try:
        if isinstance(subject, Stack):
            if control.judge_stack:
                yield from control.judge_stack(subject, settings)
        elif control.judge:
            for remark in control.judge(subject, settings):
                yield subject, remark
    except NotApplicableError:
        raise
    except Exception as error:  # noqa: BLE001 -- an exception that leaves a policy aborts the whole operation
        yield (None if isinstance(subject, Stack) else subject), _defect(error)


def _defect(error: Exception) -> Finding:
    # the error's own text may repeat a value of the resource, and that may be a secret
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {Path(last.filename).name} line {last.lineno}"
    requirement = f"the control itself failed, so nothing more is judged here ({where})"
    return Finding("", "control-defect", requirement, fix="report it together with the declaration")


def _rule(
    resource: Resource | None,
    remark: Finding | Unevaluated,
    exemptions: tuple[Exemption, ...],
    settings: Settings,
    record: Record,
) -> _Ruling:
    message = Message(_words(remark, resource), resource.urn if resource else "")
    is_unknown = isinstance(remark, Unevaluated)
    if is_unknown and settings.text("unknown") != "block":
        return _Ruling(message, "not evaluated", is_violation=False)
    granted = [exemption for exemption in exemptions if resource and exemption.covers(resource)]
    for exemption in granted:
        if not exemption.is_over(record.today()):
            return _Ruling(message, "exempt", is_violation=False, exemption=exemption)
    if granted:
        message = Message(f"{message.text}; the exemption has expired ({granted[0]})", message.urn)
    return _Ruling(message, "not evaluated" if is_unknown else "fail", is_violation=True)


def _words(remark: Finding | Unevaluated, resource: Resource | None) -> str:
    if not (resource and top_level(remark.field) in resource.secrets):
        return str(remark)
    if isinstance(remark, Finding):
        return f"{remark.field}: breaks the rule {remark.rule}; {_HIDDEN}"
    # why it is not may name the value
    return str(remark if remark == Unevaluated(remark.field) else replace(remark, why=_HIDDEN))


_HIDDEN = "the value is a secret, so nothing of it is shown"


def _note_uses(
    subject: Resource | Stack, exemptions: tuple[Exemption, ...], rulings: list[_Ruling], record: Record
) -> None:
    resources = subject.resources if isinstance(subject, Stack) else (subject,)
    for exemption in exemptions:
        for resource in filter(exemption.covers, resources):
            about = [ruling for ruling in rulings if ruling.message.urn == resource.urn]
            silenced = tuple(ruling.message.text for ruling in about if ruling.exemption == exemption)
            record.note_use(Use(exemption, resource, silenced, is_needed=bool(about)))


class Examiner:
    """
    A control with its configuration, as one run of the pack asks it.

    Attributes:
        control: The control.
        record: What the run notes.
        types: Tokens of the resources to show to it: its own, and the root of the stack, where it
            says once what is wrong with its configuration.
    """

    def __init__(self, control: Control, record: Record) -> None:
        self.control = control
        self.record = record
        self.types = frozenset({*control.types, STACK})
        self._configuration: Mapping[str, object] = {}
        self._settings = Settings(control.settings, {})
        self._exemptions: tuple[Exemption, ...] = ()

    def verdict(self, subject: Resource | Stack, configuration: Mapping[str, object]) -> Verdict:
        """Return the verdict on *subject* under *configuration*, the control's own block of it."""
        # four threads share an examiner, but a run has one configuration: to read it twice does no harm
        if configuration is not self._configuration and configuration != self._configuration:
            self._settings = Settings(self.control.settings, configuration)
            entries = self._settings.objects("exemptions")
            self._exemptions = read_exemptions(entries, self.control.name)
            self.record.declare(entries)
            self._configuration = configuration
        verdict = NOT_APPLICABLE
        if isinstance(subject, Stack) or subject.type in self.control.types:
            verdict = judge(self.control, subject, self._settings, self._exemptions, self.record)
        if isinstance(subject, Stack) or subject.type == STACK:
            urn = "" if isinstance(subject, Stack) else subject.urn
            found = check_settings(self.control.settings, configuration)
            if wrong := tuple(Message(str(finding.at("configuration")), urn) for finding in found):
                return replace(verdict, outcome="fail", violations=wrong + verdict.violations)
        return verdict
