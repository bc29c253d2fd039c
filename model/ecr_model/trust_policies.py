"""Whom a role trusts in CI: the audience and the subject of the tokens that an OIDC provider issues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ecr_model.actions import is_like
from ecr_model.findings import Finding, echo, join
from ecr_model.policy.conditions import Condition
from ecr_model.policy.document import PolicyDocument
from ecr_model.policy.judgement import Judgement, judge_statements
from ecr_model.policy.limits import is_literal, present_keys
from ecr_model.policy.principals import Principal
from ecr_model.policy.statements import Statement

GITHUB = "token.actions.githubusercontent.com"
GITLAB = "gitlab.com"

_WEB_IDENTITY = "sts:assumerolewithwebidentity"
_CLUSTERS = ("oidc.eks.", "oidc-eks.")
"""
How the hosts begin by which EKS clusters issue tokens, to IPv4 alone and to IPv6 as well.

Source: EKS user guide, "View Amazon EKS networking requirements for VPC and subnets", IRSA OIDC Issuer URLs.
"""

_SERVICE_ACCOUNT = "system:serviceaccount:"
"""How the subjects of a cluster's own tokens begin. Source: Kubernetes documentation, "Managing Service Accounts"."""

_COMPARISONS = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike"})

_REPOSITORY_CLAIMS = ("repository", "repository_id", "project_id", "job_workflow_ref")
_REF_CLAIMS = ("ref", "environment", "job_workflow_ref")


def judge_ci_trust(document: PolicyDocument, *, pinned: bool = True, field: str = "policy") -> Judgement:
    """
    Judge that a role trusts a CI provider's tokens of one repository only.

    Statements that trust no OIDC provider, or the service accounts of a Kubernetes cluster, are not judged.

    Args:
        document: A trust policy.
        pinned: Ask for a branch, a tag or an environment beside the repository.
        field: Path of the policy.

    Source: IAM user guide, "Create a role for OpenID Connect federation"; GitHub docs, "OpenID Connect reference",
    for the subject; GitLab docs, "OpenID Connect (OIDC) Authentication Using ID Tokens".
    """

    def find(statement: Statement, path: str) -> Iterator[Finding]:
        for principal in statement.principals or ():
            if host := _provider(principal, statement):
                yield from _host_findings(statement, host, path, pinned=pinned)

    return judge_statements(document, field, ("Principal",), find)


def is_ci_trust(document: PolicyDocument) -> bool:
    """Tell whether a statement of *document* trusts the OIDC provider of some CI."""
    return any(
        bool(_provider(principal, statement))
        for statement in document.statements
        if statement.effect == "Allow"
        for principal in statement.principals or ()
    )


def _provider(principal: Principal, statement: Statement) -> str:
    """Return the host of the OIDC provider that *principal* is, "" when it is none of CI's."""
    takes_tokens = any(is_like(action.lower(), _WEB_IDENTITY) for action in statement.actions or ())
    if principal.kind == "everyone":
        return "*" if takes_tokens else ""
    host = principal.value.partition(":oidc-provider/")[2]
    return "" if host.startswith(_CLUSTERS) or _is_for_service_accounts(statement, host) else host


def _is_for_service_accounts(statement: Statement, host: str) -> bool:
    """Tell whether *host* is a cluster's, which may be anybody's: its subjects are no other provider's."""
    subjects = _compared(statement, host, "sub")
    return bool(subjects) and all(subject.startswith(_SERVICE_ACCOUNT) for subject in subjects)


def _host_findings(statement: Statement, host: str, path: str, *, pinned: bool) -> Iterator[Finding]:
    if host == "*":
        requirement = f"{statement.label} must name the identity provider whose tokens it takes"
        fix = f"name arn:aws:iam::<account id>:oidc-provider/{GITHUB} under Federated"
        yield Finding(join(path, "Principal"), "trust-provider", requirement, "'*'", fix)
        return
    claims = _claims(statement, host)
    place = join(path, "Condition") if statement.conditions else path
    if "aud" not in claims:
        yield Finding(
            place,
            "trust-audience",
            f"{statement.label} must compare {host}:aud with the audience that its tokens are for",
            _weak(statement, host, "aud"),
            f'add "StringEquals": {{"{host}:aud": "sts.amazonaws.com"}}',
        )
    yield from _subject_findings(statement, host, claims, place, pinned=pinned)


def _subject_findings(
    statement: Statement, host: str, claims: dict[str, tuple[str, ...]], place: str, *, pinned: bool
) -> Iterator[Finding]:
    has_repository = any(claim in claims for claim in _REPOSITORY_CLAIMS)
    needs_ref = pinned and not any(claim in claims for claim in _REF_CLAIMS)
    add = f'add "StringEquals": {{"{host}:sub": "{_SHAPES.get(host, "<the full subject>")}"}}'
    subjects = _compared(statement, host, "sub")
    if not subjects and not has_repository:
        requirement = f"{statement.label} must compare {host}:sub with the repository that it trusts"
        yield Finding(place, "trust-subject", requirement, _weak(statement, host, "sub"), add)
    elif not subjects and needs_ref:
        yield Finding(place, "trust-subject", f"{statement.label} must trust {_ONE_REF}", None, add)
    for subject in subjects:
        form = next((form for form in _FORMS if subject.startswith(form.prefix)), None)
        if form is None and host.partition("/")[0] == GITHUB:
            reason = _looseness(subject, repository=not has_repository, ref=needs_ref)
        elif form is None:
            reason = "" if is_literal(subject) or _names_repository(subject) else _ONE_REPOSITORY
        else:
            reason = form.looseness(subject, repository=not has_repository, ref=needs_ref)
        if reason:
            fix = f"write it as {form.example if form else _SHAPES.get(host, 'the full subject')}"
            yield Finding(place, "trust-subject", f"{statement.label} must trust {reason}", echo(subject), fix)


_ONE_REPOSITORY = "one repository"
_ONE_REF = "a branch, a tag or an environment, not all of a repository"


class _Form(NamedTuple):
    """How one provider composes a subject: *prefix*, the project, a colon, one of *refs*, a name."""

    prefix: str
    refs: tuple[str, ...]
    example: str

    def looseness(self, subject: str, *, repository: bool, ref: bool) -> str:
        """Return what *subject* should pin and does not, "" when it pins all that is asked for."""
        project, _, rest = subject.removeprefix(self.prefix).partition(":")
        owner, slash, name = project.partition("/")
        if repository and not (is_literal(owner) and slash and is_literal(name)):
            return _ONE_REPOSITORY
        names = (rest.removeprefix(kind) for kind in self.refs if rest.startswith(kind))
        if ref and not any(is_literal(name[:1]) for name in names):
            return _ONE_REF
        return ""


_FORMS = (
    _Form(
        "repo:",
        ("environment:", "ref:refs/heads/", "ref:refs/tags/"),
        "repo:ORG/REPO:environment:production",
    ),
    _Form(
        "project_path:",
        ("ref_type:branch:ref:", "ref_type:tag:ref:"),
        "project_path:GROUP/PROJECT:ref_type:branch:ref:main",
    ),
)
"""
Source: GitHub docs, "OpenID Connect reference", Example subject claims; GitLab docs, "OpenID Connect (OIDC)
Authentication Using ID Tokens", `sub`.
"""

_ID_KEYS = frozenset({"pipeline", "project", "project_id", "repository_id", "workspace"})
_WORKFLOW_KEYS = ("job_workflow_ref", "workflow_ref")
_NAME_KEYS = frozenset({"repo", "repository", *_WORKFLOW_KEYS})
"""
What comes before the id of a repository, or of what stands for one, in a subject that is composed of keys and values;
and before a name, which begins with its owner's: a workflow's with that of its repository.

Source: Buildkite docs, "OIDC with AWS"; CircleCI docs, "Using OpenID Connect tokens in jobs"; HCP Terraform docs,
"Workload identity tokens"; Spacelift docs, "Amazon Web Services (AWS)"; Pulumi docs, "Configuring OpenID Connect for
AWS"; GitHub docs, "OpenID Connect reference", Customizing the subject claims.
"""


def _names_repository(subject: str) -> bool:
    """Tell whether a *subject* of no form that is known as a whole is of one repository surely."""
    if re.match(r"\{[^{}*?$]+\}", subject):
        return True  # Bitbucket's begins with the repository's id in braces
    parts = re.split("[:/]", subject)
    # Spacelift has one stack of a name, Pulumi one in each project
    ids = _ID_KEYS if "project" in parts else _ID_KEYS | {"stack"}
    return any(key in ids and is_literal(value) for key, value in pairwise(parts)) or any(
        key in _NAME_KEYS and is_literal(value) for key, value in pairwise(subject.split(":"))
    )


def _looseness(subject: str, *, repository: bool, ref: bool) -> str:
    """
    Return what a *subject* that GitHub was told to compose should pin and does not, "" when it pins all asked for.

    It is of claims that its owner chose: all of it can be fixed, and nothing of it say which repository.

    Source: GitHub docs, "OpenID Connect reference", Customizing the subject claims.
    """
    if repository and not _names_repository(subject):
        return _ONE_REPOSITORY
    return "" if not ref or any(_names_ref(*pair) for pair in pairwise(subject.split(":"))) else _ONE_REF


def _names_ref(key: str, value: str) -> bool:
    """Tell whether a claim *key* of GitHub's with this *value* is of a branch, a tag, an environment or a workflow."""
    claim = f"{key}:{value}"
    names = (claim.removeprefix(kind) for kind in _FORMS[0].refs if claim.startswith(kind))
    return any(is_literal(name[:1]) for name in names) or (key in _WORKFLOW_KEYS and is_literal(value))


_SHAPES = {GITHUB: _FORMS[0].example, GITLAB: _FORMS[1].example}


def _compared(statement: Statement, host: str, claim: str) -> tuple[str, ...]:
    """Return the values that the *claim* of a token must be one of, none when every token passes."""
    present = present_keys(statement.conditions)
    return tuple(
        value
        for condition in statement.conditions
        if condition.name == f"{host}:{claim}".lower() and not _is_weak(condition, present)
        for value in condition.values
    )


def _claims(statement: Statement, host: str) -> dict[str, tuple[str, ...]]:
    """Return the claims of which only fixed values pass."""
    prefix = f"{host}:".lower()
    names = [c.name.removeprefix(prefix) for c in statement.conditions if c.name.startswith(prefix)]
    compared = {name: _compared(statement, host, name) for name in names}
    return {name: values for name, values in compared.items() if values and all(map(is_literal, values))}


def _is_weak(condition: Condition, present: frozenset[str]) -> bool:
    operator = condition.operator
    needs_key = operator.if_exists or operator.quantifier == "ForAllValues"
    return operator.base not in _COMPARISONS or (needs_key and condition.name not in present)


def _weak(statement: Statement, host: str, claim: str) -> str | None:
    found: Sequence[Condition] = [c for c in statement.conditions if c.name == f"{host}:{claim}".lower()]
    return str(found[0]) if found else None
