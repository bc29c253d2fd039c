"""`secure-ecr lifecycle`: check a policy, simulate it on images, forecast what it leaves."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from ecr_model.findings import Finding, ModelError, errors
from ecr_model.forecast import Family, Forecast, families_of
from ecr_model.forecast import forecast as forecast_images
from ecr_model.lifecycle import (
    LifecyclePolicy,
    check_lifecycle_document,
    check_lifecycle_safety,
    parse_lifecycle_document,
)
from ecr_model.lifecycle.rules import LONGEST_TEXT
from ecr_model.simulator import Simulation

from secure_ecr_ops.output import (
    Exit,
    Failure,
    console,
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
from secure_ecr_ops.source import Source, live_repository, read_images, source_options

T = TypeVar("T")

_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_PUSH = re.compile(rf"(?P<tag>[^=]+)=(?P<rate>{_NUMBER})(?::(?P<size>{_NUMBER})(?P<unit>B|kB|MB|GB)?)?")
_UNITS = {None: 1, "B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}
_NO_PUSHES = Finding(
    "--push",
    "forecast-pushes",
    "should be given where nothing was pushed in the last 30 days",
    fix="add --push TAG=RATE, or nothing new is forecast",
    severity="warning",
)


@click.group()
def lifecycle() -> None:
    """Check, simulate and forecast lifecycle policies."""


@lifecycle.command()
@click.argument("policy", metavar="POLICY.json")
@click.option("--protect", multiple=True, metavar="TAG", help="Warn of rules that can delete images tagged so: v*.")
@strict_option
@json_option
@click.pass_context
def check(ctx: click.Context, policy: str, protect: Sequence[str], *, strict: bool, as_json: bool) -> None:
    """
    Check a lifecycle policy document: what ECR refuses, and what was probably not meant.

    POLICY.json is the policy itself, or what aws ecr get-lifecycle-policy printed; it may be - for standard input.
    """
    document = _read_policy(policy)
    findings = check_lifecycle_document(document, "")
    if not errors(findings):
        findings += check_lifecycle_safety(parse_lifecycle_document(document, ""), protected_tags=protect)
    _print(findings, policy, as_json=as_json)
    ctx.exit(exit_code(findings, strict=strict))


@lifecycle.command()
@click.option("--policy", metavar="POLICY.json", help="Default: the policy of the live repository.")
@source_options
@click.option("--explain", multiple=True, metavar="IMAGE", help="Say why an image goes or stays: a tag, v*, a digest.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="Show so many images that go.")
@json_option
def simulate(policy: str | None, explain: Sequence[str], limit: int, *, as_json: bool, **options: Any) -> None:
    """
    Tell which images a policy would expire or archive, by which rule, and what keeps the others.

    Nothing is deleted or moved. Exits 0 whatever would go. With --repository the manifests of indexes are read, and
    ECR may record that as a pull of each: where rules go by pulls, register the caller's role as a pull-time update
    exclusion.
    """
    # imports Rich
    from secure_ecr_ops.preview import (  # noqa: PLC0415 -- see above
        explanations,
        find_unknown,
        preview_as_json,
        print_preview,
    )

    source = Source(**options)
    if not (source.images_file or source.repository):
        raise click.UsageError("--images or --repository is needed")
    rules = _policy(policy, source, as_json=as_json)
    images = _or_exit(lambda: read_images(source), source.images_file, as_json=as_json)
    simulation = Simulation(rules, images.images, now=images.now, children=images.children)
    explained, unknown = explanations(simulation, explain), find_unknown(simulation, explain)
    if as_json:
        print_json(preview_as_json(simulation, unknown) | ({"explanations": explained} if explain else {}))
        return
    print_preview(simulation, limit=limit)
    for each in explained:
        name = ", ".join(each["imageTags"]) or each["imageDigest"]
        click.echo(printable(f"{name}: {each['explanation']}"))
    print_findings(unknown)


@lifecycle.command()
@click.option("--policy", metavar="POLICY.json", help="Default: the policy of the live repository.")
@source_options
@click.option("pushes", "--push", multiple=True, metavar="TAG=RATE[:SIZE]", help="Pushes in a day: dev-*=12:300MB.")
@click.option("--days", default=180, show_default=True, type=click.IntRange(1, 3650), help="How far to look.")
@click.option("--svg", metavar="FILE", help="Write the plot as a picture.")
@json_option
def forecast(
    policy: str | None, pushes: Sequence[str], days: int, svg: str | None, *, as_json: bool, **options: Any
) -> None:
    """
    Tell how many images and bytes a policy leaves, day by day, and where that settles.

    A TAG with * gives each image its own tag, one without moves to the newest image, and "untagged" is none.
    Without --push the rates are those of the images in the last 30 days.
    """
    source = Source(**options)
    if not (pushes or source.images_file or source.repository):
        raise click.UsageError("--push, --images or --repository is needed")
    families = [_family(push) for push in pushes]
    rules = _policy(policy, source, as_json=as_json)
    images = _or_exit(lambda: read_images(source), source.images_file, as_json=as_json)
    families = families or list(families_of(images.images, images.now, images.children))
    result = _or_exit(
        lambda: forecast_images(
            rules, families, days=days, images=images.images, children=images.children, now=images.now
        ),
        as_json=as_json,
    )
    today = Simulation(rules, images.images, now=images.now, children=images.children)
    warnings = (*(today.warnings() if images.images else ()), *(() if families else (_NO_PUSHES,)))
    if svg:
        _write_svg(result, svg)
    if as_json:
        print_json(
            {
                "days": [day._asdict() for day in result.days],
                "settlesOn": result.settles_on,
                "warnings": findings_as_json(warnings),
            }
        )
    else:
        _print_forecast(result)
        print_findings(warnings)


def _family(push: str) -> Family:
    """Return what `dev-*=12:300MB` says."""
    match = _PUSH.fullmatch(push)
    if not match:
        raise click.BadParameter(f"{push!r} must be TAG=RATE or TAG=RATE:SIZE, like dev-*=12:300MB")
    size = float(match["size"] or 0) * _UNITS[match["unit"]]
    return Family(match["tag"], float(match["rate"]), int(size))


def _read_policy(path: str) -> str | bytes:
    content = read_file(path)
    text = read_answer(content, "lifecyclePolicyText", longest=LONGEST_TEXT)
    return content if text is None else text


def _policy(path: str | None, source: Source, *, as_json: bool) -> LifecyclePolicy:
    """Return the policy of the file or of the live repository; print what is wrong with it and exit."""
    if path == source.images_file == "-":
        raise click.UsageError("--policy and --images cannot both be standard input")
    if path is not None:
        document = _read_policy(path)
        return _or_exit(lambda: parse_lifecycle_document(document, ""), path, as_json=as_json)
    if not source.repository:
        raise click.UsageError("--policy is needed")
    text = live_repository(source).lifecycle_policy()
    return _or_exit(lambda: parse_lifecycle_document(text, ""), source.repository, as_json=as_json)


def _or_exit(read: Callable[[], T], name: str | None = None, *, as_json: bool) -> T:
    """Return what *read* returns, or print what it finds wrong and exit: nothing can be done with the input."""
    try:
        return read()
    except ModelError as error:
        _print(error.findings, name or "", as_json=as_json)
        sys.exit(Exit.FAILED)


def _print(findings: Sequence[Finding], source: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"findings": findings_as_json(findings)})
    elif findings:
        print_findings(findings, source=source)
    else:
        click.echo(f"{source}: nothing found")


def _write_svg(result: Forecast, path: str) -> None:
    from secure_ecr_ops.plots import draw_svg  # noqa: PLC0415 -- imports the plotting libraries

    try:
        Path(path).write_text(draw_svg(result), encoding="utf-8")
    except OSError as error:
        raise Failure(f"{path}: must be writable: {error.strerror}") from error


def _print_forecast(result: Forecast) -> None:
    from rich.filesize import decimal  # noqa: PLC0415 -- imports Rich

    from secure_ecr_ops.plots import draw_text  # noqa: PLC0415 -- imports the plotting libraries

    out = console()
    colour = out.color_system is not None and not out.no_color
    if any(day.images or day.archived_images for day in result.days):
        click.echo(draw_text(result, width=shutil.get_terminal_size().columns, colour=colour), color=colour)
    last = result.days[-1]
    settles = "they do not settle" if result.settles_on is None else f"they settle on day {result.settles_on}"
    click.echo(f"after {last.day} days: {last.images} images ({decimal(last.size)}); {settles}")
    if last.archived_images:
        click.echo(f"and {last.archived_images} in the archive ({decimal(last.archived_size)})")
