"""The command `secure-ecr report`."""

from __future__ import annotations

from pathlib import Path

import click

from secure_ecr_ops.output import Exit, Failure, json_option, read_file, strict_option
from secure_ecr_ops.report.contents import Report, build_report, with_news
from secure_ecr_ops.report.document import read_baseline, render_json
from secure_ecr_ops.report.events import read_events

_LARGEST_EVENTS = 1 << 30  # bytes: a large stack's, with every policy's answer for every resource

FORMATS = ("markdown", "html", "sarif", "junit", "codequality", "json")


@click.command()
@click.argument("events", metavar="EVENTS")
@click.option("--steps", metavar="PREVIEW.json", help="What pulumi preview --json printed: it has the lines.")
@click.option("--format", "form", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True)
@click.option("--baseline", metavar="REPORT.json", help="An earlier report in JSON: what is new, what is fixed.")
@click.option("--folder", metavar="FOLDER", default="", help="Of the project in its repository, for paths of files.")
@click.option("--output", metavar="FILE", help="Write there; default: standard output.")
@strict_option
@json_option
@click.pass_context
def report(
    ctx: click.Context,
    events: str,
    steps: str | None,
    form: str,
    *,
    baseline: str | None,
    folder: str,
    output: str | None,
    strict: bool,
    as_json: bool,
) -> None:
    """
    Report what the policy pack found, in a format that other tools read.

    EVENTS is what a preview streams (PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json), what it logs
    (PULUMI_DEBUG_COMMANDS=true pulumi preview --event-log EVENTS), or what pulumi policy analyze --json prints; it
    may be - for standard input. Exits 1 when a mandatory finding is there, or the run itself failed.
    """
    if as_json and ctx.get_parameter_source("form") is not click.core.ParameterSource.DEFAULT and form != "json":
        raise click.UsageError("--json and --format exclude each other")
    sources = [(path, read_file(path, largest=_LARGEST_EVENTS)) for path in (events, steps) if path is not None]
    contents = build_report(read_events(sources))
    if baseline is not None:
        contents = with_news(contents, read_baseline(read_file(baseline, largest=_LARGEST_EVENTS), baseline))
    _write(_rendered(contents, "json" if as_json else form, folder), output)
    is_found = contents.is_refused or (strict and bool(contents.findings))
    ctx.exit(Exit.FOUND if is_found else Exit.FINE)


def _rendered(contents: Report, form: str, folder: str) -> str:
    # each format brings a library of its own, and a run needs one
    if form == "json":
        return render_json(contents)
    if form == "sarif":
        from secure_ecr_ops.report.sarif import render_sarif  # noqa: PLC0415 -- see above

        return render_sarif(contents, folder.strip("/"))
    if form == "junit":
        from secure_ecr_ops.report.junit import render_junit  # noqa: PLC0415 -- see above

        return render_junit(contents)
    if form == "codequality":
        from secure_ecr_ops.report.codequality import render_code_quality  # noqa: PLC0415 -- as the others

        return render_code_quality(contents, folder.strip("/"))
    if form == "html":
        from secure_ecr_ops.report.page import render_html  # noqa: PLC0415 -- see above

        return render_html(contents)
    from secure_ecr_ops.report.markdown import render_markdown  # noqa: PLC0415 -- as the others

    return render_markdown(contents)


def _write(text: str, path: str | None) -> None:
    if path is None:
        click.echo(text.encode(), nl=False)  # bytes: whatever the terminal can show, the text is UTF-8
        return
    try:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Failure(f"{path}: must be writable: {error.strerror}") from error
