"""What a statement amounts to: who may do what, and which of its conditions limit that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from ecr_model.actions import Group, expand, groups
from ecr_model.names import REGISTRY_ID
from ecr_model.policy.conditions import Condition
from ecr_model.policy.document import PolicyDocument
from ecr_model.policy.limits import (
    LIMITING_KEYS,
    RESOURCE_ACCOUNT,
    Limit,
    present_keys,
    selected,
    spared,
    weakness,
)
from ecr_model.policy.principals import Kind, Principal
from ecr_model.policy.statements import Effect, Statement

PartyKind = Literal[
    "public",
    "organization",
    "organization-path",
    "account",
    "principal",
    "service",
    "endpoint",
    "vpc",
    "address",
]
"""
Who a party is. `public` is everybody with an AWS account; `endpoint`, `vpc` and `address` are everybody who
comes that way; `principal` is one role, user, session or identity provider.
"""


class Party(NamedTuple):
    """
    Somebody whom a statement names.

    Attributes:
        kind: What the name is the name of.
        name: An id, an ARN, a host name or an address range; `*` for the public; of endpoints also whose they are.
        account: The account the party lives in, or acts for; None when it is in none, in many, or in one that
            the name hides.
        source: On whose behalf a service must come: an account id, an ARN, an organisation's id or path; ""
            for anybody's.
    """

    kind: PartyKind
    name: str
    account: str | None = None
    source: str = ""

    def __str__(self) -> str:
        if self.kind == "service":
            name = "any service" if self.name == "*" else f"service {self.name}"
            return f"{name} on behalf of {self.source}" if self.source else name
        if self.kind == "public":
            return "everyone"
        if self.kind == "endpoint" and not self.name.startswith("vpce-"):
            return f"any endpoint of {self.name}"
        if self.kind == "principal":
            return "every principal" if self.name == "*" else self.name
        return f"{self.kind.replace('-', ' ')} {self.name}"

    def is_of(self, account_id: str | None) -> bool:
        """Tell whether the party lives in the account *account_id*, the one that owns the policy."""
        if self.kind == "endpoint":
            return False
        if RESOURCE_ACCOUNT.lower() in (self.name.lower(), self.source.lower()):
            return True
        return self.account is not None and self.account == account_id


class Explanation(NamedTuple):
    """
    What one statement amounts to.

    Attributes:
        statement: The statement itself.
        label: Its Sid, quoted, or its place in the document.
        effect: Whether it allows or denies.
        who: Everybody whom it concerns; for NotPrincipal the public.
        what: Groups of the actions that it concerns.
        actions: The actions of ECR that it concerns, wildcards expanded.
        limited_by: Conditions that limit who; of a Deny all, since each makes it narrower.
        not_limited_by: The other conditions, each with the reason why it does not limit who.
        but: Whom it does not concern among *who*: by NotPrincipal, and in a Deny by negated conditions.
    """

    statement: Statement
    label: str
    effect: Effect
    who: tuple[Party, ...]
    what: tuple[Group, ...]
    actions: tuple[str, ...]
    limited_by: tuple[Condition, ...]
    not_limited_by: tuple[tuple[Condition, str], ...]
    but: tuple[Party, ...] = ()

    @property
    def deeds(self) -> str:
        """The rest of a sentence that lets somebody: `pull and push`, `do anything`, `in` when nothing is known."""
        return "do anything" if _EVERYTHING.issubset(self.actions) else say_what(self.what)


def explain(document: PolicyDocument) -> tuple[Explanation, ...]:
    """Return what each statement of *document* amounts to, in their order."""
    return tuple(explain_statement(statement) for statement in document.statements)


@lru_cache(maxsize=1024)  # five rules ask it of each statement, and a stack repeats its statements by the hundred
def explain_statement(statement: Statement) -> Explanation:
    """Return what *statement* amounts to."""
    actions = granted_actions(statement)
    if statement.effect == "Allow":
        limited_by, not_limited_by = split_conditions(statement)
        narrowing = limited_by
    else:
        limited_by, not_limited_by = statement.conditions, ()
        narrowing = tuple(c._replace(values=names) for c in limited_by if (names := selected(c)) is not None)
    return Explanation(
        statement,
        statement.label,
        statement.effect,
        _parties(statement, narrowing),
        groups(actions),
        actions,
        limited_by,
        not_limited_by,
        _spared(statement),
    )


def granted_actions(statement: Statement) -> tuple[str, ...]:
    """
    Return the actions of ECR that *statement* concerns, wildcards expanded, in the order of the alphabet.

    Source: IAM user guide, "IAM JSON policy elements: Action" and "NotAction".
    """
    if statement.not_actions is not None:
        spared = {action for pattern in statement.not_actions for action in expand(pattern)}
        return tuple(action for action in expand("*") if action not in spared)
    patterns = statement.actions or ()
    if len(patterns) == 1:
        return expand(patterns[0])
    return tuple(sorted({action for pattern in patterns for action in expand(pattern)}))


def split_conditions(
    statement: Statement,
) -> tuple[tuple[Condition, ...], tuple[tuple[Condition, str], ...]]:
    """Return the conditions that limit who, and the others with the reason why they do not."""
    if not statement.conditions:
        return (), ()
    present = present_keys(statement.conditions)
    judged = [(condition, weakness(condition, present)) for condition in statement.conditions]
    return (
        tuple(condition for condition, reason in judged if not reason),
        tuple((condition, reason) for condition, reason in judged if reason),
    )


def _parties(statement: Statement, narrowing: Sequence[Condition]) -> tuple[Party, ...]:
    if statement.principals is None:
        return (PUBLIC,)
    if not narrowing:
        return tuple(dict.fromkeys(_party(principal) for principal in statement.principals))
    conditions = sorted(narrowing, key=_width) if len(narrowing) > 1 else narrowing
    parties: dict[Party, None] = {}
    for principal in statement.principals:
        parties.update(dict.fromkeys(_narrow(principal, conditions)))
    return tuple(parties)


def _spared(statement: Statement) -> tuple[Party, ...]:
    parties = [_party(principal) for principal in statement.not_principals or ()]
    if statement.effect == "Deny":
        parties += [_limited_party(c, value) for c in statement.conditions for value in spared(c)]
    return tuple(dict.fromkeys(parties))


PUBLIC = Party("public", "*")
_EVERYTHING = frozenset(expand("ecr:*"))

_NARROWEST_FIRST: tuple[Limit, ...] = (
    "principal",
    "account",
    "source",
    "service",
    "any-service",
    "organization-path",
    "organization",
    "endpoint",
    "vpc",
    "address",
)
_WIDTHS = {key: (_NARROWEST_FIRST.index(limit), place) for place, (key, limit) in enumerate(LIMITING_KEYS.items())}
"""How wide the conditions on a key are: all of a statement must hold, so that the narrowest tells who is left."""

_NARROWED_BY: Mapping[Kind, Sequence[Limit]] = {
    "everyone": _NARROWEST_FIRST,
    "service": ("source",),
    "account": ("principal",),
}
_ACCOUNT = 4  # its place in an ARN


def _party(principal: Principal) -> Party:
    """Return the party that *principal* is when no condition narrows it."""
    if principal.kind == "everyone":
        return PUBLIC
    if principal.kind == "account":
        return Party("account", principal.account or principal.value, principal.account)
    if principal.type == "Service":
        return Party("service", principal.value)
    return Party("principal", principal.value, principal.account)


def _width(condition: Condition) -> tuple[object, ...]:
    """Return how wide *condition* is among others; of two on one key the order of a document must not decide."""
    values = sorted(set(condition.values))
    return *_WIDTHS[condition.name], len(values), str(condition.operator), values


def _narrow(principal: Principal, conditions: Sequence[Condition]) -> tuple[Party, ...]:
    """Return the parties that the first of *conditions* about one such as *principal* leaves of it."""
    kind = "service" if principal.type == "Service" and principal.kind != "everyone" else principal.kind
    limits = _NARROWED_BY.get(kind, ())
    condition = next((c for c in conditions if LIMITING_KEYS[c.name] in limits), None)
    if condition is None:
        return (_party(principal),)
    service = principal.value if kind == "service" else "*"
    parties = (_limited_party(condition, value, service) for value in condition.values)
    if kind == "account":
        return tuple(party for party in parties if party.account == principal.account) or (_party(principal),)
    return tuple(parties)


def _limited_party(condition: Condition, value: str, service: str = "*") -> Party:
    limit = LIMITING_KEYS[condition.name]
    elements = value.split(":")
    account = elements[_ACCOUNT] if value.startswith("arn:") and len(elements) > _ACCOUNT else value
    known = account if REGISTRY_ID.is_match(account) else None
    if limit == "source":
        return Party("service", service, known, value)
    if limit == "endpoint":
        return Party("endpoint", value)
    if limit == "any-service":
        return Party("service", "*")
    return Party(limit, value, known)


def say_what(what: Sequence[Group]) -> str:
    """Return the groups *what* as words of a sentence: `pull and push`, `in` for none."""
    deeds = [group for group in what if group != "authenticate"]
    if not deeds:
        return "authenticate" if what else "in"
    *first, last = deeds
    return f"{', '.join(first)} and {last}" if first else last


def say_grant(explanation: Explanation, who: str) -> str:
    """Return *who* with the actions of the statement, and with the conditions that do, and do not, limit who comes."""
    limits = [f", limited by {condition}" for condition in explanation.limited_by]
    if explanation.not_limited_by:
        reasons = "; ".join(f"{condition} {reason}" for condition, reason in explanation.not_limited_by)
        limits.append(f" and a condition that limits nobody: {reasons}")
    return f"{who} with {say_actions(explanation)}{''.join(limits) or ' and no condition'}"


def say_actions(explanation: Explanation) -> str:
    """Return the actions of the statement as it writes them, the first few of many."""
    statement = explanation.statement
    if statement.not_actions is not None:
        return f"every action but {say_list(statement.not_actions)}"
    return say_list(statement.actions or explanation.actions) or "no action that is known"


def say_list(names: Sequence[str]) -> str:
    """Return the first few of *names*, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


_SHOWN = 5  # names of a list that a message repeats
