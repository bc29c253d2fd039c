"""`secure-ecr pack`: find the policy pack, check its configuration."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click
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

_FOLDERS = {
    "PulumiPolicy.yaml": ("secure_ecr_policies", "policypack"),
    "PulumiPlugin.yaml": ("secure_ecr", "pulumiplugin"),
}
"""Where a manifest lies: beside this package in a checkout, in this folder of the package where a wheel has put it."""


_UNUSABLE = frozenset({"setting-type", "exemption"})
"""Rules about the shape of a configuration: the engine, or the pack, refuses what breaks them."""


@click.group()
def pack() -> None:
    """Find the policy pack, and check its configuration."""


@pack.command()
@click.option("--plugin", is_flag=True, help="The folder of the components for other languages instead.")
@json_option
def path(*, plugin: bool, as_json: bool) -> None:
    """
    Print the folder of the policy pack.

    pulumi preview --policy-pack "$(secure-ecr pack path)"

    pulumi package add "$(secure-ecr pack path --plugin)"
    """
    manifest = "PulumiPlugin.yaml" if plugin else "PulumiPolicy.yaml"
    package, inside = _FOLDERS[manifest]
    # Found and not imported: the components cost seconds, and this package is to know nothing of them.
    spec = find_spec(package)
    home = Path(spec.origin).parent if spec and spec.origin else Path(package)
    folder = next((each for each in (home.parent, home / inside) if (each / manifest).is_file()), None)
    if folder is None:
        raise Failure(f"{manifest}: must be installed with {package}; install secure-ecr anew")
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

    The engine passes over what is misspelt. CONFIG.json may be - for standard input. Exits 2, as for no JSON at all,
    where nothing could use it: a value of the wrong type, an incomplete exemption.
    """
    value, findings = read_document(read_file(configuration), field="", longest=MAX_CHARACTERS)
    if value is not None:
        findings += check_configuration(value)
    if as_json:
        print_json({"findings": findings_as_json(findings)})
    else:
        print_findings(findings, source=configuration)
    is_usable = value is not None and not any(finding.rule in _UNUSABLE for finding in findings)
    ctx.exit(exit_code(findings) if is_usable else Exit.FAILED)
