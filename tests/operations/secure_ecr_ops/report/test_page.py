"""The report as a page, and the page in a browser."""

import re
from html.parser import HTMLParser

import pytest
from playwright.sync_api import sync_playwright
from secure_ecr_ops.report.contents import Fixed, with_news
from secure_ecr_ops.report.page import render_html

from sandbox import browser

NASTY = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> & '"
MANY = 5000


class Links(HTMLParser):
    """Everything that a page may fetch: what it links to by a click is not fetched."""

    def __init__(self):
        super().__init__()
        self.fetched = []

    def handle_starttag(self, tag, attrs):
        names = ("src", "srcset", "data", "poster", "action", "background", "xlink:href")
        self.fetched += [value for name, value in attrs if name in names or (tag == "link" and name == "href")]


@pytest.fixture(scope="module")
def chromium():
    """Start the browser that `make test` has found or installed."""
    path = browser.find()
    assert path, "no browser: run `make test`, which installs one, or `python -m sandbox browser`"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(browser.FLAGS))
        yield running
        running.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """Return what opens a report's page and fails on whatever the page complains of or asks for."""
    pages = []

    def open_page(report):
        path = tmp_path / "report.html"
        path.write_text(render_html(report), encoding="utf-8")
        page = chromium.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: request.url == path.as_uri() or page.complaints.append(request.url))
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        assert page.complaints == []
        page.close()


def many(run):
    for number in range(MANY // 5):
        urn = run.urn(f"repository-{number}")
        run.does("create", urn, new={"name": f"team/service-{number}"}).passes("ecr-repository-name", urn=urn)
        for control in ("ecr-access-public", "ecr-repository-deletion", "ecr-repository-encryption"):
            run.finds("policy: must be closed", control, urn)
        run.finds("a: b", "ecr-repository-scan-on-push", urn, level="advisory")
        run.finds("c: d", "ecr-repository-scan-on-push", urn, level="advisory")
    return run.report


def cells(page, row):
    return [text.strip() for text in page.locator(f"table.matrix tr[data-row='{row}'] td").all_inner_texts()]


def test_the_page_fetches_nothing(report_of):
    links = Links()
    links.feed(render_html(report_of("shop.jsonl", "shop.steps.json")))

    assert links.fetched == []


def test_no_style_or_script_stands_outside_what_the_page_allows(report_of):
    text = render_html(report_of("shop.jsonl", "shop.steps.json"))

    assert not re.search(r"<[^>]+ (style|on\w+)=", text)
    assert text.count("<script") == text.count("<style") == 1
    assert re.search(r"default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';", text)


def test_the_matrix_has_a_row_for_each_repository_and_a_column_for_each_control(opened, report_of):
    page = opened(report_of("rejected.jsonl", "rejected.steps.json"))
    controls = page.locator("table.matrix thead th.turned").all_text_contents()
    row = dict(zip(controls, cells(page, 1), strict=True))

    assert page.locator("table.matrix tbody th").all_inner_texts() == ["payments/api", "the stack"]
    assert row == {
        "ecr-repository-name": "✓",
        "ecr-repository-tag-immutability": "✗",
        "ecr-repository-encryption": "✗",
        "ecr-repository-customer-key": "✗",
        "ecr-repository-deletion": "✗ 2",
        "ecr-lifecycle-grammar": "✗",
        "ecr-policy-well-formed": "✓",
        "ecr-access-public": "✗",
        "ecr-access-cross-account": "✓",
        "ecr-access-cross-account-write": "✓",
        "ecr-access-service": "✓",
        "exemption-listed": "",
        "exemption-invalid": "",
    }
    assert page.locator(".verdict").inner_text() == "Refused"
    assert page.locator(".counts li").all_inner_texts() == [
        "1\ncritical",
        "3\nhigh",
        "3\nmedium",
        "0\nlow",
        "7\nmandatory",
    ]


def test_a_control_that_joins_resources_says_of_each_what_it_found(opened, run):
    api, web = run.urn("api"), run.urn("web")
    for urn in (api, web):
        run.does("create", urn, new={"name": f"shop/{urn[-3:]}"})
    run.finds("must have a lifecycle policy", "ecr-repository-lifecycle", web).passes("ecr-repository-scanning", urn="")
    page = opened(run.report)

    assert page.locator("table.matrix thead th.turned").all_text_contents() == [
        "ecr-repository-scanning",
        "ecr-repository-lifecycle",
    ]
    assert page.locator("table.matrix tbody th").all_inner_texts() == ["shop/api", "shop/web", "the stack"]
    assert [cells(page, row) for row in (1, 2, 3)] == [["✓", "·"], ["✓", "✗"], ["✓", ""]]


@pytest.mark.parametrize("width", [320, 390, 1400])
def test_the_page_is_as_wide_as_its_window(opened, report_of, width):
    page = opened(report_of("shop.jsonl", "shop.steps.json"))
    page.set_viewport_size({"width": width, "height": 844})
    page.locator("details.row").evaluate_all("(rows) => rows.forEach((row) => { row.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_details_name_the_statement_and_the_line(opened, report_of):
    page = opened(report_of("rejected.jsonl", "rejected.steps.json"))
    statement = page.locator("table.statements tbody tr").nth(0)

    assert page.locator(".finding code").nth(0).inner_text() == "__main__.py:9"
    assert [text.replace("\n", " ").strip() for text in statement.locator("td").all_inner_texts()] == [
        "policy.Statement[0]",
        (
            "statement 'Everyone' allows everyone to pull by ecr:BatchGetImage, ecr:GetDownloadUrlForLayer not limited"
            " by StringNotEquals aws:PrincipalOrgID o-a1b2c3d4e5, which is negated: it holds for everyone else"
        ),
        "critical ecr-access-public",
    ]


def test_repositories_of_one_name_are_told_apart_in_their_row(opened, run):
    for name in ("eu", "us"):
        run.does("create", run.urn(name), new={"name": "api"}).finds("a: b", urn=run.urn(name))
    page = opened(run.report)
    page.locator("details.row").evaluate_all("(rows) => rows.forEach((row) => { row.open = true; })")

    assert page.locator("details.row summary b").all_inner_texts() == ["api"]
    assert page.locator(".finding p:first-child").all_inner_texts() == [
        "low mandatory ecr-repository-name eu",
        "low mandatory ecr-repository-name us",
    ]


def test_what_loses_images_is_said_before_everything_else(opened, report_of):
    page = opened(report_of("shop.jsonl", "shop.steps.json"))

    assert page.locator("main h2").all_inner_texts()[0] == "Repositories that would go, with their images"
    assert page.locator(".alert li b").all_inner_texts() == ["shop/api", "shop/base-images", "shop/old", "shop/web"]


def test_the_map_shows_nodes_edges_and_a_table(opened, report_of):
    page = opened(report_of("shop.jsonl", "shop.steps.json"))

    assert page.locator("svg .region").all_text_contents() == ["eu-central-1", "eu-north-1", "eu-west-1"]
    assert page.locator("svg path.edge").count() == 2
    assert page.locator("svg .label").all_text_contents() == ["shop/", "shop/"]
    assert page.locator("table.copies tbody tr").all_inner_texts() == [
        "shop/\t123456789012 in eu-central-1\t210987654321 in eu-north-1",
        "shop/\t123456789012 in eu-central-1\t123456789012 in eu-west-1",
    ]


def test_filters_narrow_rows_and_findings(opened, report_of):
    page = opened(report_of("shop.jsonl", "shop.steps.json"))

    def shown():
        return page.locator("#shown").inner_text()

    assert shown() == "16 findings in 4 of 5 rows"
    page.locator("#text").fill("shop/web public")
    assert shown() == "1 finding in 1 of 5 rows"
    page.locator("#text").fill("")
    page.locator("#mandatory").check()
    assert shown() == "12 findings in 3 of 5 rows"
    for severity in ("high", "medium", "low"):
        page.locator(f"[name=severity][value={severity}]").uncheck()
    assert shown() == "1 finding in 1 of 5 rows"
    assert page.locator("tr[data-row]:visible th").all_inner_texts() == ["shop/web"]
    page.locator("#open").uncheck()
    assert shown() == "1 finding in 2 of 5 rows"


def test_the_page_can_be_used_with_the_keyboard_alone(opened, report_of):
    page = opened(report_of("shop.jsonl", "shop.steps.json"))
    focused = "document.activeElement.id || document.activeElement.textContent.trim()"

    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Skip to the findings"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "text"
    page.keyboard.type("shop/web")
    page.locator("tr[data-row]:visible th a").focus()
    page.keyboard.press("Enter")
    assert page.locator("details:visible[open] summary b").all_inner_texts() == ["shop/web"]
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    assert page.locator("details:visible[open]").count() == 0


def test_nothing_found_is_said_and_needs_no_filter(opened, run):
    page = opened(run.report)

    assert page.locator(".verdict").inner_text() == "Passed"
    assert page.locator(".good").inner_text() == "No findings."
    assert page.locator(".filter").count() == 0


def test_everything_passed_shows_every_row(opened, run):
    run.does("create", new={"name": "payments/api"}).passes("ecr-repository-name")
    page = opened(run.report)

    assert page.locator(".good").inner_text() == "No findings: every control passed."
    assert page.locator("#shown").inner_text() == "0 findings in 1 of 1 rows"
    assert page.locator("tr[data-row]:visible").count() == 1


def test_5000_findings_open_and_filter_in_a_moment(opened, run):
    page = opened(many(run))

    assert page.locator("#shown").inner_text() == "5,000 findings in 1,000 of 1,000 rows"
    seconds = page.evaluate(
        "() => { const begun = performance.now(); const text = document.getElementById('text');"
        "text.value = 'service-999'; text.dispatchEvent(new Event('input', {bubbles: true}));"
        "return (performance.now() - begun) / 1000; }"
    )
    assert page.locator("#shown").inner_text() == "5 findings in 1 of 1,000 rows"
    assert seconds < 5


def test_messages_are_text(opened, run):
    urn = run.urn(NASTY)
    run.does("create", urn, new={"name": NASTY}).finds(NASTY, urn=urn).fails(NASTY)
    page = opened(run.report)

    assert page.title() == "secure-ecr: shop prod"
    assert page.locator(".finding .message").inner_text() == NASTY
    assert page.locator("img").count() == 0


def test_a_baseline_marks_what_is_new_and_lists_what_is_fixed(opened, run):
    gone = Fixed("ecr-access-public", "critical", "web", "policy: open", "0")
    page = opened(with_news(run.finds("a").report, {"0": gone}))

    assert page.locator(".finding .news").all_inner_texts() == ["new"]
    assert page.locator("section:has(#fixed) li").all_inner_texts() == [
        "critical ecr-access-public, web\n\npolicy: open"
    ]


def test_text_has_enough_contrast(opened, report_of):
    page = opened(report_of("shop.jsonl", "shop.steps.json"))
    colours = page.evaluate(
        "() => [...document.querySelectorAll('.badge, .quiet, .f, .a, .p, .verdict, a, .message')].map((element) => {"
        "let behind = element; let back;"
        "do { back = getComputedStyle(behind).backgroundColor; behind = behind.parentElement; }"
        "while (back === 'rgba(0, 0, 0, 0)' && behind);"
        "return [getComputedStyle(element).color, back]; })"
    )

    assert min(contrast(*pair) for pair in {tuple(pair) for pair in colours}) >= 4.5


def contrast(one, other):
    """Return the ratio of luminances. Source: W3C, WCAG 2.2, "contrast ratio"."""

    def luminance(colour):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
