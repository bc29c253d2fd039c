"""`secure-ecr access`: explain who may do what with a repository or a registry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import click
from ecr_model.actions import groups
from ecr_model.findings import Finding
from ecr_model.names import check_registry_id
from ecr_model.policy.document import PolicyDocument, read_policy
from ecr_model.policy.explanation import Explanation, Party, explain_statement
from ecr_model.policy.exposure import judge_cross_account, judge_public_access, judge_service_access
from ecr_model.policy.kinds import REGISTRY_POLICY, REPOSITORY_POLICY, PolicyKind
from ecr_model.policy.lockout import check_lockout
from ecr_model.policy.statements import Statement
from ecr_model.registry_access import check_registry_resources
from ecr_model.registry_policies import judge_registry_policy

from secure_ecr_ops.output import (
    Exit,
    exit_code,
    findings_as_json,
    json_option,
    print_findings,
    print_json,
    printable,
    read_answer,
    read_file,
    strict_option,
)
from secure_ecr_ops.wording import details, say


@click.group()
def access() -> None:
    """Explain who may do what with a repository or a registry."""


def _account_id(ctx: click.Context, param: click.Parameter, value: str) -> str:
    del ctx, param
    for finding in check_registry_id(value):
        raise click.BadParameter(finding.message)
    return value


@access.command()
@click.argument("policy", metavar="POLICY.json")
@click.option("--account", required=True, callback=_account_id, metavar="ID", help="The account that owns the policy.")
@click.option("--allow", multiple=True, metavar="NAME", help="Whom from outside is meant: an account, an organisation.")
@click.option("--registry", is_flag=True, help="It is a registry's policy; default: a repository's.")
@strict_option
@json_option
@click.pass_context
def explain(
    ctx: click.Context,
    policy: str,
    account: str,
    allow: Sequence[str],
    *,
    registry: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """
    Explain who may do what by a policy, limited by which condition, and what is wrong with it.

    POLICY.json is the policy itself, or what aws ecr get-repository-policy or get-registry-policy printed; it
    may be - for standard input. A grant to another account is a warning, unless --allow names the account, its
    organisation or a path in that; so is every action of ECR for an outsider in a registry's policy.
    """
    kind = REGISTRY_POLICY if registry else REPOSITORY_POLICY
    document, findings = _read(read_file(policy), kind)
    explanations = [_explain(statement, kind) for statement in document.statements] if document else []
    if document:
        findings += tuple(_judge(document, kind, account, allow))
    if as_json:
        statements = [_as_json(explanation, account, findings) for explanation in explanations]
        print_json({"statements": statements, "findings": findings_as_json(findings)})
    else:
        for explanation in explanations:
            click.echo(printable(say(explanation, lambda party: _name(party, account))))
            for line in details(explanation):
                click.echo(f"  {printable(line)}")
        print_findings(findings, source=policy)
    ctx.exit(exit_code(findings, strict=strict) if document else Exit.FAILED)


def _read(source: bytes, kind: PolicyKind) -> tuple[PolicyDocument | None, tuple[Finding, ...]]:
    """Read a policy, or the answer of ECR that a policy is in."""
    text = read_answer(source, "policyText", longest=kind.longest)
    return read_policy(source if text is None else text, kind, field="")


def _explain(statement: Statement, kind: PolicyKind) -> Explanation:
    """Return what *statement* amounts to in a policy of that *kind*: `*` is every action, also of public registries."""
    whole = explain_statement(statement)
    actions = tuple(action for action in whole.actions if action.partition(":")[0] in kind.services)
    return whole._replace(actions=actions, what=groups(actions))


def _judge(document: PolicyDocument, kind: PolicyKind, account_id: str, allowed: Sequence[str]) -> Iterator[Finding]:
    yield from judge_public_access(document, field="").findings
    yield from judge_service_access(document, field="").findings
    yield from check_lockout(document, kind, "")
    for writes in (False, True):
        outside = judge_cross_account(document, account_id=account_id, allowed=allowed, writes=writes, field="")
        fix = "remove the grant, or name it with --allow"
        yield from (replace(each, severity="warning", fix=fix) for each in outside.findings)
    if kind is REGISTRY_POLICY:
        wide = judge_registry_policy(document, account_id=account_id, field="")
        yield from (replace(each, severity="warning") for each in wide.findings)
        yield from check_registry_resources(document, "", account_id=account_id)


def _as_json(explanation: Explanation, account_id: str, findings: Sequence[Finding]) -> Mapping[str, object]:
    path = explanation.statement.path
    own = [
        finding for finding in findings if finding.field == path or finding.field.startswith((f"{path}.", f"{path}["))
    ]
    return {
        "statement": explanation.statement.sid or path,
        "field": path,
        "effect": explanation.effect,
        "who": [_party_as_json(party, account_id) for party in explanation.who],
        "but": [_party_as_json(party, account_id) for party in explanation.but],
        "what": explanation.what,
        "actions": explanation.actions,
        "resources": explanation.statement.resources,
        "not_resources": explanation.statement.not_resources,
        "limited_by": [str(condition) for condition in explanation.limited_by],
        "not_limited_by": [
            {"condition": str(condition), "reason": reason} for condition, reason in explanation.not_limited_by
        ],
        "findings": findings_as_json(own),
    }


def _party_as_json(party: Party, account_id: str) -> Mapping[str, object]:
    described = {"kind": party.kind, "name": party.name, "account": party.account, "source": party.source or None}
    return {**described, "own": party.is_of(account_id)}


def _name(party: Party, account_id: str) -> str:
    if party.is_of(account_id):
        return f"{party} (its own)"
    return f"{party} (another account)" if party.account else str(party)
