"""
Time what stands before every answer, and print what it is held to: imports, `--help`, the reading of one policy.

Processes run some times and the fastest counts; an import less what the interpreter takes to do nothing. `ecr_model`
imports nothing by itself, so the module that takes longest stands for it, with everything that it needs. A policy is
read and explained as `secure-ecr access explain` does it.
"""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
import ecr_model
from ecr_model.policy.document import read_policy
from ecr_model.policy.explanation import explain_statement
from ecr_model.policy.exposure import judge_cross_account, judge_public_access
from ecr_model.policy.kinds import REPOSITORY_POLICY
from rich.console import Console
from rich.table import Table

ACCOUNT = "111122223333"
LONGEST_POLICY = 10_240
MOST_IMPORT = 1.1
PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


def policy_text(first: int = 0) -> str:
    """
    Return a repository policy just below ECR's limit: grants to accounts, roles and organisations.

    Args:
        first: Number of the first statement: another one makes a policy of which no statement was seen before.
    """
    statements: list[dict[str, object]] = []
    text = ""
    while True:
        number = first + len(statements)
        account = f"{444455556666 + number:012}"
        condition = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{account}:role/deploy-*"}}
        organization = {"StringEquals": {"aws:PrincipalOrgID": f"o-a1b2c3{number:04}"}}
        principals: tuple[object, ...] = (
            {"AWS": f"arn:aws:iam::{account}:root"},
            {"AWS": [f"arn:aws:iam::{account}:role/ci"]},
            "*",
        )
        principal = principals[number % 3]
        statements.append(
            {
                "Sid": f"Grant{number}",
                "Effect": "Allow",
                "Principal": principal,
                "Action": PULL,
                "Condition": organization if principal == "*" else condition,
            }
        )
        longer = json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
        if len(longer) > LONGEST_POLICY:
            return text
        text = longer


def explain(text: str) -> int:
    """Read the policy *text*, explain each statement and judge the whole; return how many statements it has."""
    policy, _ = read_policy(text, REPOSITORY_POLICY)
    if policy is None:
        raise click.ClickException("the policy of this benchmark is wrong")
    explanations = [explain_statement(statement) for statement in policy.statements]
    judge_public_access(policy)
    judge_cross_account(policy, account_id=ACCOUNT)
    return len(explanations)


def process_milliseconds(*arguments: str, rounds: int) -> float:
    """Return the wall time of the fastest of some Python processes."""
    return min(_process_milliseconds(arguments) for _ in range(rounds))


def _process_milliseconds(arguments: Sequence[str]) -> float:
    # an installed package has its byte code, whatever a container says of writing it
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)
    return (time.perf_counter() - started) * 1000


def import_ratio(rounds: int) -> float:
    """Return how long a component's import takes against the SDK's; they take turns, as a slow minute hits both."""
    statements = ("import pulumi, pulumi_aws.ecr", "from secure_ecr import SecureRepository")
    turns = [[_process_milliseconds(("-c", statement)) for statement in statements] for _ in range(rounds)]
    sdk, component = map(min, zip(*turns, strict=True))
    return component / sdk


def explain_milliseconds(rounds: int) -> float:
    """Return the wall time of the fastest explanation of some policies, none of which was seen before."""
    times = []
    for number in range(rounds):
        text = policy_text(first=100 * number)
        started = time.perf_counter()
        explain(text)
        times.append(time.perf_counter() - started)
    return min(times) * 1000


@click.command()
@click.option("--rounds", default=10, show_default=True, type=click.IntRange(1))
def main(rounds: int) -> None:
    """Time every case and exit 1 when one is over its limit."""
    text = policy_text()
    modules = [module.name for module in pkgutil.walk_packages(ecr_model.__path__, "ecr_model.")]
    command = str(Path(sys.executable).with_name("secure-ecr"))
    nothing = process_milliseconds("-c", "pass", rounds=rounds)
    imports = {module: process_milliseconds("-c", f"import {module}", rounds=3) for module in modules}
    slowest = max(imports, key=lambda module: imports[module])
    imports[slowest] = process_milliseconds("-c", f"import {slowest}", rounds=rounds)
    cases = (
        (f"import {slowest}, with all it needs", imports[slowest] - nothing, 30),
        ("secure-ecr --help, as a whole process", process_milliseconds(command, "--help", rounds=rounds), 250),
        (
            f"explain a policy of {len(text):,} characters, {explain(text)} statements",
            explain_milliseconds(rounds),
            2,
        ),
    )
    table = Table("what", "milliseconds", "limit")
    for what, milliseconds, limit in cases:
        table.add_row(what, f"{milliseconds:.1f}", str(limit))
    ratio = import_ratio(2 * rounds)
    Console().print(
        table, f"import SecureRepository against pulumi and pulumi_aws.ecr: {ratio:.2f}, at most {MOST_IMPORT}"
    )
    sys.exit(ratio > MOST_IMPORT or any(milliseconds > limit for _, milliseconds, limit in cases))


if __name__ == "__main__":
    main()
