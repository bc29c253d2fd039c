"""The report as a comment on a pull request."""

import pytest
from markdown_it import MarkdownIt
from secure_ecr_ops.report.contents import Fixed, with_news
from secure_ecr_ops.report.markdown import LONGEST, render_markdown


def rules_url(report):
    return report.rules["ecr-repository-name"].url


def test_a_comment_whole(run):
    run.does("create", new={"name": "payments/api"}).finds("name: must be short").finds("c: d", level="advisory")
    report = run.report

    assert render_markdown(report) == (
        "<!-- secure-ecr report -->\n"
        "## secure-ecr: `shop/prod` refused\n\n"
        "2 findings (2 low), 1 mandatory.\n\n"
        "### Findings\n\n"
        f"- **low** mandatory [ecr-repository-name]({rules_url(report)}): `payments/api`\n"
        "  `name: must be short`\n"
        f"- **low** advisory [ecr-repository-name]({rules_url(report)}): `payments/api`\n"
        "  `c: d`\n"
    )


def test_repositories_of_one_name_are_told_apart(run):
    for name in ("eu", "us"):
        run.does("create", run.urn(name), new={"name": "api"}).finds("a: b", urn=run.urn(name))

    entries = [line for line in render_markdown(run.report).splitlines() if line.startswith("- ")]

    assert [entry.rpartition(": ")[2] for entry in entries] == ["`api (eu)`", "`api (us)`"]


def test_a_comment_against_a_baseline(run):
    report = run.finds("a: b").finds("c: d").finds("no", "tags", policyPackName="house").report
    known = Fixed("ecr-repository-name", "low", "api", "a: b", report.findings[1].fingerprint)
    gone = Fixed("ecr-access-public", "critical", "web", "policy: open", "0")

    assert render_markdown(with_news(report, {known.fingerprint: known, "0": gone})) == (
        "<!-- secure-ecr report -->\n"
        "## secure-ecr: `shop/prod` refused\n\n"
        "3 findings (1 medium, 2 low), 3 mandatory; 2 new, 1 fixed.\n\n"
        "### New\n\n"
        "- **medium** mandatory `house/tags`: `api`\n"
        "  `no`\n"
        f"- **low** mandatory [ecr-repository-name]({rules_url(report)}): `api`\n"
        "  `c: d`\n\n"
        "### Still open\n\n"
        f"- **low** mandatory [ecr-repository-name]({rules_url(report)}): `api`\n"
        "  `a: b`\n\n"
        "### Fixed\n\n"
        "- critical `ecr-access-public`: `web`\n"
        "  `policy: open`\n"
    )


def test_nothing_found_is_two_lines(run):
    assert render_markdown(run.report) == "<!-- secure-ecr report -->\n## secure-ecr: passed\n\nNo findings.\n"


def test_what_loses_images_and_what_failed_come_first(report_of, run):
    text = render_markdown(report_of("shop.jsonl"))
    headings = [line for line in text.splitlines() if line.startswith("#")]
    failed = render_markdown(run.fails("no key").finds("a").report).splitlines()

    assert headings == [
        "## secure-ecr: `shop/prod` refused",
        "### Repositories that would go, with their images",
        "### Findings",
    ]
    assert text.count("[repository-replaced](") == 3
    assert failed[5:8] == ["### The run failed, so not everything was judged", "", "- `no key`"]


def test_the_line_of_the_program_is_named(report_of):
    assert ": `payments/api` `__main__.py:9`\n" in render_markdown(report_of("rejected.jsonl", "rejected.steps.json"))


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("@everybody see #1 and https://example.com", id="mention"),
        pytest.param("<script>alert(1)</script> <!--", id="html"),
        pytest.param("`code` and ``` fence", id="backticks"),
        pytest.param("`", id="one-backtick"),
        pytest.param("* _a_ [b](c) | d \\", id="markup"),
        pytest.param("a\n\n# heading\n- item", id="lines"),
        pytest.param("&lt; &amp;", id="entities"),
    ],
)
def test_a_message_is_one_code_span(run, message):
    report = run.finds(message).report
    tokens = MarkdownIt("commonmark").parse(render_markdown(report))
    (item,) = [token for token in tokens if token.type == "inline" and "\n" in token.content]

    assert [child.content for child in item.children if child.type == "code_inline"] == [
        "api",
        " ".join(report.findings[0].message.split()),
    ]
    assert {child.type for child in item.children} == {
        "text", "strong_open", "strong_close", "link_open", "link_close", "code_inline", "softbreak",
    }  # fmt: skip


@pytest.mark.parametrize("words", ["w" * 400, "é" * 400, "🐳" * 400, "`" * 400], ids=["ascii", "two", "four", "ticks"])
def test_5000_findings_fit_and_the_worst_are_kept(run, words):
    run.finds("z: worst", "ecr-access-public")
    for number in range(5000):
        run.finds(f"{number}: {words}", urn=run.urn(f"repository-{number}"))
    text = render_markdown(run.report)

    assert LONGEST - 5000 < len(text.encode()) <= LONGEST
    assert "z: worst" in text
    shown = text.count("- **low**")
    assert f"… and {5000 - shown:,} more: `--format html` shows all." in text


def test_a_message_is_cut_before_it_drives_out_the_others(run):
    text = render_markdown(run.finds("x" * 70_000).finds("second", level="advisory").report)

    assert "`second`" in text
    assert "x" * 1199 + "…`" in text


def test_the_longest_message_is_not_cut(run):
    assert f"`{'x' * 1200}`" in render_markdown(run.finds("x" * 1200).report)
