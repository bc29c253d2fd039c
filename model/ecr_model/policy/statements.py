"""Statements of policy documents: read whatever they hold, say all that is wrong, keep what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple, TypeVar

from ecr_model.actions import ACTIONS, LOGIN_ACTIONS, SERVICES, expand, is_like
from ecr_model.documents import member
from ecr_model.findings import echo, join
from ecr_model.policy.conditions import Condition, read_conditions
from ecr_model.policy.kinds import Presence
from ecr_model.policy.notes import Notes, read_texts
from ecr_model.policy.principals import Principal, read_principals
from ecr_model.shapes import alternatives

Effect = Literal["Allow", "Deny"]

_EFFECTS: dict[str, Effect] = {"allow": "Allow", "deny": "Deny"}
_ELEMENTS = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"),
    "Condition",
)
"""Source: IAM user guide, "Grammar of the IAM JSON policy language"."""

_FOLDED_ELEMENTS = {name.lower(): name for name in _ELEMENTS}


class Statement(NamedTuple):
    """
    What one statement of a policy says.

    An element that stands nowhere is None, which is not the same as one that names nothing.

    Attributes:
        path: Where it stands in its document, e.g. `Statement[0]`.
        unknown: Paths of the values in it that are not known yet; they are in no other attribute.
    """

    path: str
    effect: Effect
    sid: str | None = None
    principals: tuple[Principal, ...] | None = None
    not_principals: tuple[Principal, ...] | None = None
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What a message calls it: by its Sid, by its place in the document when it has none."""
        return f"statement {echo(self.sid)}" if self.sid else self.path

    def concerns(self, action: str) -> bool:
        """Tell whether it is about *action*, of whatever service, as far as its actions are known."""
        patterns = self.actions if self.not_actions is None else self.not_actions
        is_named = any(is_like(pattern.lower(), action.lower()) for pattern in patterns or ())
        return is_named == (self.not_actions is None)

    def unknown_in(self, *elements: str) -> tuple[str, ...]:
        """Return the paths in *elements* of the statement that are not known yet."""
        if not self.unknown:  # as in nearly every statement, of which this is asked time and again
            return ()
        paths = tuple(join(self.path, element) for element in elements)
        return tuple(path for path in self.unknown if path.startswith(paths))


def read_statement(value: object, path: str, notes: Notes) -> Statement | None:
    """
    Return what the statement *value* says, None when it is no statement at all; mistakes go to *notes*.

    A statement that AWS would refuse is read as the widest thing that it could have meant: an effect that is no
    effect counts as Allow, an element spelt in another case counts as that element.

    Source: IAM user guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference".
    """
    if notes.is_unknown(value, path):
        return None
    if not isinstance(value, Mapping):
        notes.add(path, "policy-statement", "must be an object", value)
        return None
    known_before = len(notes.unknown)
    elements = _read_elements(value, path, notes)
    _check_presence(elements, "Principal", path, notes, notes.kind.principal)
    _check_presence(elements, "Action", path, notes, "required")
    _check_presence(elements, "Resource", path, notes, notes.kind.resource)
    return Statement(
        path,
        _read_effect(elements, path, notes),
        _read_sid(elements, notes),
        principals=_read(read_principals, elements.get("Principal"), notes),
        not_principals=_read(read_principals, elements.get("NotPrincipal"), notes),
        actions=_read(_read_actions, elements.get("Action"), notes),
        not_actions=_read(_read_not_actions, elements.get("NotAction"), notes),
        resources=_read(_read_resources, elements.get("Resource"), notes),
        not_resources=_read(_read_resources, elements.get("NotResource"), notes),
        conditions=_read(read_conditions, elements.get("Condition"), notes) or (),
        unknown=tuple(notes.unknown[known_before:]),
    )


_Element = tuple[object, str]
"""The value of an element, and its path."""

_Read = TypeVar("_Read")


def _read(
    reader: Callable[[object, str, Notes], tuple[_Read, ...]], element: _Element | None, notes: Notes
) -> tuple[_Read, ...] | None:
    return None if element is None else reader(*element, notes)


def _read_elements(value: Mapping[object, object], path: str, notes: Notes) -> dict[str, _Element]:
    elements: dict[str, _Element] = {}
    for key, element in value.items():
        name = _FOLDED_ELEMENTS.get(key.lower()) if isinstance(key, str) else None
        place = join(path, name) if name and key == name else member(path, key)
        if name is None or key != name:
            fix = f"write {name!r}" if name else f"use {alternatives(_ELEMENTS)}"
            notes.add(place, "policy-element", "is no element of a statement", key, fix)
        if element is None:
            notes.add(place, "policy-element", "must not be null", element, "leave it out")
        elif name and (key == name or name not in value):
            elements[name] = (element, place)
    return elements


def _check_presence(elements: Mapping[str, _Element], name: str, path: str, notes: Notes, presence: Presence) -> None:
    """Check that *name* or its opposite stands where one of them must, and not both."""
    given = [element for element in (name, f"Not{name}") if element in elements]
    rule = f"policy-{name.lower()}"
    if presence == "forbidden":
        for element in given:
            _, place = elements[element]
            notes.miss(place, rule, f"must not stand in a {notes.kind.name}", "remove it")
    elif len(given) > 1:
        notes.miss(path, rule, f"must have {name} or Not{name}, not both", f"remove Not{name}")
    elif presence == "required" and not given:
        notes.miss(path, rule, f"must have {name} or Not{name}", f"add {name}")


def _read_effect(elements: Mapping[str, _Element], path: str, notes: Notes) -> Effect:
    if "Effect" not in elements:
        notes.miss(path, "policy-effect", "must have Effect", "add 'Allow' or 'Deny'")
        return "Allow"
    effect, place = elements["Effect"]
    if notes.is_unknown(effect, place):
        return "Allow"
    meant = _EFFECTS.get(effect.lower()) if isinstance(effect, str) else None
    if meant is None or effect != meant:
        fix = f"write {meant!r}" if meant else ""
        notes.add(place, "policy-effect", "must be 'Allow' or 'Deny'", effect, fix)
    return meant or "Allow"


def _read_sid(elements: Mapping[str, _Element], notes: Notes) -> str | None:
    sid, place = elements.get("Sid", (None, ""))
    if sid is None or notes.is_unknown(sid, place):
        return None
    if not isinstance(sid, str):
        notes.add(place, "policy-sid", "must be a text", sid, "quote it")
        return None
    return sid


def _read_resources(value: object, path: str, notes: Notes) -> tuple[str, ...]:
    return tuple(text for _, text in read_texts(value, path, notes, "policy-resource"))


def _read_actions(value: object, path: str, notes: Notes) -> tuple[str, ...]:
    return tuple(_read_action_names(value, path, notes, notes.kind.without_effect))


def _read_not_actions(value: object, path: str, notes: Notes) -> tuple[str, ...]:
    return tuple(_read_action_names(value, path, notes, frozenset()))


def _read_action_names(value: object, path: str, notes: Notes, without_effect: AbstractSet[str]) -> Iterator[str]:
    for place, action in read_texts(value, path, notes, "policy-action"):
        yield action
        is_any = action in ("*", "*:*")
        if not is_any and _check_action_name(action, place, notes):
            _check_action_effect(action, place, notes, without_effect)


def _check_action_name(action: str, path: str, notes: Notes) -> bool:
    """Check the form of *action*, and tell whether there is more to check: an action of ECR by that form."""
    service, colon, name = action.partition(":")
    kind = notes.kind
    if service in kind.services and name:
        return service in SERVICES
    if not (colon and name) or not service.replace("-", "").isalnum():
        notes.add(path, "policy-action", "must be 'service:Action'", action, _action_fix(action, notes))
        return False
    if kind.services and service.lower() not in kind.services:
        requirement = f"must be an action of {alternatives(kind.services)} in a {kind.name}"
        notes.add(path, "policy-action", requirement, action, "remove it: it has no effect here")
        return False
    return service.lower() in SERVICES


def _check_action_effect(action: str, path: str, notes: Notes, without_effect: AbstractSet[str]) -> None:
    """Check that the *action* of ECR exists, and is one that this kind of policy can grant."""
    actions = expand(action)
    if not actions:
        notes.add(path, "policy-action", "must be an action that ECR has", action, _action_fix(action, notes))
    elif all(known in without_effect for known in actions):
        where = " on the resource '*'" if actions == LOGIN_ACTIONS else ""
        requirement = f"must be an action that a {notes.kind.name} can grant"
        notes.add(path, "policy-action", requirement, action, f"remove it, and grant it by IAM{where}")


def _action_fix(action: str, notes: Notes) -> str:
    service = (notes.kind.services or SERVICES)[0]
    known = [name for name in ACTIONS if name.startswith(f"{service}:")]
    near = notes.nearest(action if ":" in action else f"{service}:{action}", known)
    return f"write {near!r}" if near else ""
