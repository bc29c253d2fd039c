"""`secure-ecr pack`: find the policy pack, check its configuration."""

from __future__ import annotations

from pathlib import Path

import click
import secure_ecr_policies
from ecr_model.documents import read_document
from secure_ecr_policies.pack.configuration import MAX_CHARACTERS, check_configuration

from secure_ecr_ops.output import (
    Exit,
    Failure,
    exit_code,
    findings_as_json,
    json_option,
    print_findings,
    print_json,
    read_file,
)

_PACKAGE = Path(secure_ecr_policies.__file__).parent
_FOLDERS = (_PACKAGE.parent, _PACKAGE / "policypack")
"""Where the pack's manifest lies: beside the package in a checkout, inside it where a wheel has put it."""


@click.group()
def pack() -> None:
    """Find the policy pack, and check its configuration."""


@pack.command()
@json_option
def path(*, as_json: bool) -> None:
    """
    Print the folder of the policy pack.

    pulumi preview --policy-pack "$(secure-ecr pack path)"
    """
    folder = next((folder for folder in _FOLDERS if (folder / "PulumiPolicy.yaml").is_file()), None)
    if folder is None:
        raise Failure("PulumiPolicy.yaml: must be installed with secure_ecr_policies; install secure-ecr anew")
    if as_json:
        print_json({"path": str(folder)})
    else:
        click.echo(folder)


@pack.command()
@click.argument("configuration", metavar="CONFIG.json")
@json_option
@click.pass_context
def check(ctx: click.Context, configuration: str, *, as_json: bool) -> None:
    """
    Check a configuration of the policy pack: the controls and settings in it, and their values.

    The engine passes over what is misspelt. CONFIG.json may be - for standard input.
    """
    value, findings = read_document(read_file(configuration), field="", longest=MAX_CHARACTERS)
    if value is not None:
        findings += check_configuration(value)
    if as_json:
        print_json({"findings": findings_as_json(findings)})
    else:
        print_findings(findings, source=configuration)
    ctx.exit(Exit.FAILED if value is None else exit_code(findings))
