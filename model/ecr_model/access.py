"""
Who may use a repository: the declaration `access`, and the repository policy that grants it.

    {"pull": [{"account_id": "111122223333"}, {"organization_id": "o-a1b2c3d4e5"}],
     "push": [{"role_arn": "arn:aws:iam::111122223333:role/ci"}],
     "administer": [],
     "statements": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:DeleteRepository"}]}

A role is granted as its account, with the condition that the caller is the role: ECR refuses a policy that
names a role which does not exist yet, and a role that was deleted would stay in it as an id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ecr_model.findings import Finding, echo, errors, join, refuse
from ecr_model.grants import CAPABILITIES, LAMBDA, Capability, Grantee, GranteeKind, grant_statements
from ecr_model.names import REGISTRY_ID, check_registry_id
from ecr_model.policy.document import PolicyDocument, check_sids, render_policy
from ecr_model.policy.exposure import judge_public_access, judge_service_access
from ecr_model.policy.kinds import REPOSITORY_POLICY
from ecr_model.policy.lockout import check_lockout
from ecr_model.policy.notes import Notes, entries_at
from ecr_model.policy.principals import ROLE_ARN, SERVICE_NAME
from ecr_model.policy.statements import Statement, read_statement
from ecr_model.shapes import Text, alternatives, check_keys, is_list

_ROLE_ARN = ROLE_ARN._replace(
    rule="access-role", requirement="must be the ARN of a role, as arn:aws:iam::111122223333:role/ci"
)

ORGANIZATION_ID = Text(
    "access-organization", "must be an organisation's id, as o-a1b2c3d4e5", r"o-[a-z0-9]{10,32}", 12, 34
)
"""Source: API shape `OrganizationId` of AWS Organizations."""

ORGANIZATION_PATH = Text(
    "access-organization-path",
    "must be a path in an organisation, as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111",
    r"o-[a-z0-9]{10,32}/r-[0-9a-z]{4,32}(?:/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}){0,5}(?:/\*?)?",
    19,
    460,
)
"""Source: IAM user guide, "Understand the AWS Organizations entity path"; units are at most five deep."""

SOURCE_ARN = Text(
    "access-source",
    "must be an account id, an organisation's id, or an ARN with an account id in it",
    r"arn:aws(?:-[a-z]+)*:[a-z0-9-]+:[a-z0-9*-]*:[0-9]{12}:[^\s]+",
    24,
    1024,
)

_GRANT_KEYS: tuple[GranteeKind, ...] = ("account_id", "role_arn", "organization_id", "organization_path", "service")


class Access(NamedTuple):
    """What a declaration `access` grants, and the statements that it adds as they are."""

    pull: tuple[Grantee, ...] = ()
    push: tuple[Grantee, ...] = ()
    administer: tuple[Grantee, ...] = ()
    statements: tuple[Statement, ...] = ()


def check_access(declaration: object, field: str = "access") -> tuple[Finding, ...]:
    """
    Return why *declaration* grants nothing that can or should be granted.

    Its `statements` are checked as strictly: the grammar of repository policies, and nobody let in who is not
    known. A policy longer than ECR takes is found here too.
    """
    findings = check_keys(declaration, field, "access-key", optional=(*CAPABILITIES, "statements"))
    if not isinstance(declaration, Mapping):
        return findings
    findings += tuple(
        finding
        for capability in CAPABILITIES
        for finding in _check_grants(declaration.get(capability), join(field, capability), capability)
    )
    statements, notes = _read_raw(declaration)
    document = PolicyDocument(statements)
    findings += tuple(finding.at(field) for finding in notes.findings)
    findings += tuple(
        Finding(join(field, path), "access-unknown", "must be known when the policy is made") for path in notes.unknown
    )
    findings += judge_public_access(document, field=field).findings
    findings += judge_service_access(document, field=field).findings
    findings += tuple(check_lockout(document, REPOSITORY_POLICY, field))
    if not errors(findings):
        findings += _check_policy(_parse(declaration, statements), field)
    return findings


def parse_access(declaration: object, field: str = "access") -> Access:
    """Return what *declaration* grants, or raise ModelError with all that is wrong with it."""
    refuse(check_access(declaration, field))
    if not isinstance(declaration, Mapping):  # for the type checker: refuse has raised
        return Access()
    return _parse(declaration, _read_raw(declaration)[0])


def render_repository_policy(
    access: Access, *, partition: str, account_id: str, region: str | None = None
) -> str | None:
    """
    Return the canonical text of the policy that grants *access*, None when nothing is granted.

    Statements come in the order pull, push, administer, then those of the declaration in theirs; the Sids of
    the former say whom they are for and do not change when a grantee is added. A grant to Lambda is the statement
    that Lambda would add itself, Sid included: a function that is created then leaves the policy as it is.

    Args:
        access: A parsed declaration.
        partition: The partition of the repository.
        account_id: The account of the repository.
        region: The Region of the repository, for grants to Lambda; None names functions of every Region.

    Raises:
        ModelError: An ARN is of another partition, or of functions in another Region.

    Source: ECR user guide, "Private repository policy examples"; Lambda developer guide, "Amazon ECR cross-account
    permissions", for the two statements of a function in another account.
    """
    refuse((*check_access_partition(access, partition), *_check_functions(access, partition, region)))
    document = _document(access, partition, account_id, region)
    return render_policy(document, partition=partition) if document.statements else None


def _check_grants(value: object, field: str, capability: Capability) -> Iterator[Finding]:
    if value is None:
        return
    if not is_list(value):
        yield Finding(field, "access-grants", "must be a list of grants", echo(value))
        return
    for index, grant in enumerate(value):
        path = f"{field}[{index}]"
        yield from check_keys(grant, path, "access-key", optional=(*_GRANT_KEYS, "source"))
        if isinstance(grant, Mapping):
            yield from _check_grant(grant, path, capability)


def _check_grant(grant: Mapping[str, object], path: str, capability: Capability) -> Iterator[Finding]:
    given = [key for key in _GRANT_KEYS if grant.get(key) is not None]
    if len(given) != 1:
        requirement = f"must have one of {alternatives(_GRANT_KEYS)}"
        got = ", ".join(given) if given else None
        yield Finding(path, "access-grant", requirement, got, "write one entry for each" if given else "")
    for key in given:
        yield from _check_name(key, grant[key], join(path, key))
    source = grant.get("source")
    if "service" in given:
        service = grant["service"] if isinstance(grant["service"], str) else "service"
        yield from _check_source(service, source, join(path, "source"), capability)
    elif source is not None:
        yield Finding(join(path, "source"), "access-source", "must stand beside 'service'", echo(source))


def _check_name(key: str, value: object, path: str) -> tuple[Finding, ...]:
    if key == "account_id":
        return check_registry_id(value, path)
    if key == "role_arn":
        fix = ""
        if isinstance(value, str) and ":assumed-role/" in value:
            fix = "write the ARN of the role itself, not of one of its sessions"
        elif isinstance(value, str) and "*" in value:
            fix = "name each role"
        return _ROLE_ARN.check(value, path, fix=fix)
    if key == "organization_id":
        return ORGANIZATION_ID.check(value, path)
    if key == "organization_path":
        is_whole = isinstance(value, str) and "/r-" not in value
        fix = "grant to the whole organisation by organization_id" if is_whole else ""
        return ORGANIZATION_PATH.check(value, path, fix=fix)
    return SERVICE_NAME.check(value, path)


def _check_source(service: str, source: object, path: str, capability: Capability) -> Iterator[Finding]:
    """Check on whose behalf *service* comes; Lambda has rules of its own."""
    if source is None:
        requirement = f"must be given: anybody's {service} could come otherwise"
        yield Finding(path, "access-source", requirement, fix="write an account id or an ARN")
    elif not isinstance(source, str):
        yield from REGISTRY_ID.check(source, path, fix="put it in quotes")
    elif not any(kind.is_match(source) for kind in (REGISTRY_ID, ORGANIZATION_ID, SOURCE_ARN)):
        yield Finding(path, "access-source", SOURCE_ARN.requirement, echo(source))
    elif service == LAMBDA and capability != "pull":
        yield Finding(path, "access-lambda", f"must not let Lambda {capability}: it can only pull", echo(source))
    elif service == LAMBDA and ORGANIZATION_ID.is_match(source):
        requirement = "must be an account id or the ARN of functions: Lambda needs the account granted as well"
        yield Finding(path, "access-lambda", requirement, echo(source))
    elif service == LAMBDA and not REGISTRY_ID.is_match(source) and source.split(":")[2] != "lambda":
        requirement = "must be the ARN of functions, as arn:aws:lambda:eu-west-1:111122223333:function:*"
        yield Finding(path, "access-lambda", requirement, echo(source))


def _read_raw(declaration: Mapping[str, object]) -> tuple[tuple[Statement, ...], Notes]:
    notes = Notes(REPOSITORY_POLICY)
    raw = declaration.get("statements")
    if raw is None:
        return (), notes
    read = (read_statement(entry, path, notes) for path, entry in entries_at(raw, "statements"))
    return tuple(statement for statement in read if statement is not None), notes


def _parse(declaration: Mapping[str, object], statements: tuple[Statement, ...]) -> Access:
    grants = {capability: _parse_grants(declaration.get(capability)) for capability in CAPABILITIES}
    return Access(grants["pull"], grants["push"], grants["administer"], statements)


def _parse_grants(value: object) -> tuple[Grantee, ...]:
    grants = value if is_list(value) else ()
    return tuple(
        dict.fromkeys(
            Grantee(key, str(grant[key]), str(grant.get("source") or ""))
            for grant in grants
            if isinstance(grant, Mapping)
            for key in _GRANT_KEYS
            if grant.get(key) is not None
        )
    )


def _check_policy(access: Access, field: str) -> tuple[Finding, ...]:
    """Check what shows only in the policy as a whole: its Sids, and its length in the commonest partition."""
    document = _document(access, partition="aws", account_id="")
    notes = Notes(REPOSITORY_POLICY)
    check_sids(document.statements, notes)
    length = len(render_policy(document))
    if length > REPOSITORY_POLICY.longest:
        requirement = f"must make a policy of at most {REPOSITORY_POLICY.longest:,} characters"
        fix = "grant to organisations or their paths instead of single accounts"
        notes.findings.append(Finding("", "access-length", requirement, f"{length:,} characters", fix))
    return tuple(finding.at(field) for finding in notes.findings)


def check_access_partition(access: Access, partition: str, field: str = "access") -> Iterator[Finding]:
    """Yield the ARNs that another partition than the repository's has: ECR finds no such principal."""
    for capability in CAPABILITIES:
        for grantee in _grantees(access, capability):
            for arn in (grantee.name, grantee.source):
                if arn.startswith("arn:") and arn.split(":")[1] != partition:
                    yield _foreign(join(field, capability), arn, partition)
    for statement in access.statements:
        for principal in (*(statement.principals or ()), *(statement.not_principals or ())):
            if principal.partition not in (None, partition):
                yield _foreign(join(field, statement.path), principal.value, partition)


def _check_functions(access: Access, partition: str, region: str | None) -> Iterator[Finding]:
    """Yield the functions in another Region than *region*: Lambda pulls from its own alone."""
    for grantee in access.pull if region else ():
        _, home, _, place, *_ = (*grantee.source.split(":"), "", "", "")
        if grantee.name == LAMBDA and home == partition and place not in {region, "*"}:
            requirement = f"must be of functions in {region!r}, where the images are"
            yield Finding("access.pull", "access-lambda", requirement, echo(grantee.source))


def _foreign(field: str, arn: str, partition: str) -> Finding:
    return Finding(field, "access-partition", f"must be of the partition {partition!r}", echo(arn))


def _grantees(access: Access, capability: Capability) -> tuple[Grantee, ...]:
    return {"pull": access.pull, "push": access.push, "administer": access.administer}[capability]


def _document(access: Access, partition: str, account_id: str, region: str | None = None) -> PolicyDocument:
    granted = (
        statement
        for capability in CAPABILITIES
        for statement in grant_statements(
            _grantees(access, capability), capability, partition=partition, account_id=account_id, region=region
        )
    )
    return PolicyDocument((*granted, *access.statements))
