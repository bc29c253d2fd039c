"""`secure-ecr name`: check names of repositories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click
from ecr_model.conventions import NamingConvention, parse_naming_convention
from ecr_model.findings import ModelError, errors
from ecr_model.names import check_repository_name, logical_name

from secure_ecr_ops.output import (
    exit_code,
    findings_as_json,
    json_option,
    print_findings,
    print_json,
    printable,
    strict_option,
)


@click.group()
def name() -> None:
    """Check names of repositories."""


def _convention(ctx: click.Context, param: click.Parameter, value: str | None) -> NamingConvention | None:
    del ctx, param
    try:
        return None if value is None else parse_naming_convention(value, "pattern")
    except ModelError as error:
        raise click.BadParameter("; ".join(finding.message for finding in error.findings)) from error


@name.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option(
    "--convention", callback=_convention, metavar="PATTERN", help="What names must look like, as {team}/{service}."
)
@strict_option
@json_option
@click.pass_context
def check(
    ctx: click.Context, names: Sequence[str], convention: NamingConvention | None, *, strict: bool, as_json: bool
) -> None:
    """Check that each NAME is one that a private repository can have, and tell what a stack calls it."""
    checked = [
        (each, check_repository_name(each, f"names[{index}]", convention=convention))
        for index, each in enumerate(names)
    ]
    findings = [finding for _, found in checked for finding in found]
    if as_json:
        described = [{"name": each, "logical_name": None if errors(f) else logical_name(each)} for each, f in checked]
        print_json({"names": described, "findings": findings_as_json(findings)})
    else:
        for each, found in checked:
            print_findings([replace(finding, field="") for finding in found], source=each)
            if not errors(found):
                click.echo(f"{printable(each)}: a stack calls it {logical_name(each)}")
    ctx.exit(exit_code(findings, strict=strict))
