"""The site: it can be built, nothing in it leads nowhere, and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from sandbox import layout

EXTERNAL = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def build(source, site):
    options = ("--fail-on-warning", "--keep-going", "--quiet", "--fresh-env")
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *options, "-c", str(source / "docs"), str(source), str(site)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


class Page(HTMLParser):
    """What a page refers to, what it loads, and what can be referred to in it."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loaded, self.anchors = [], [], {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.anchors.add(attributes.get("id", ""))
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif attributes.get("http-equiv") == "refresh":
            self.links.append(attributes["content"].partition("url=")[2])
        elif tag != "a":
            self.loaded += [attributes[name] for name in ("src", "href") if attributes.get(name)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = build(layout.ROOT, folder)
    assert (done.returncode, done.stdout) == (0, "")
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def test_has_every_document(pages, site):
    written = {path.relative_to(site).with_suffix(".md").as_posix() for path in pages}
    documents = {path.relative_to(layout.ROOT).as_posix() for path in (layout.ROOT / "docs").rglob("*.md")}

    assert written >= {*documents, "stacks/README.md", "CHANGELOG.md"}


def test_no_link_leads_nowhere(pages):
    dead = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if parts.scheme or parts.netloc:
                continue
            anchors = pages[target].anchors if target in pages else {""}
            if not target.is_file() or unquote(parts.fragment) not in anchors:
                dead.append(f"{path.name}: {link}")

    assert dead == []


def test_loads_nothing_from_elsewhere(pages, site):
    loaded = [name for page in pages.values() for name in page.loaded if EXTERNAL.match(name)]
    styles = [
        f"{path.name}: {found}"
        for path in site.rglob("*.css")
        for found in re.findall(r"(?:url\(|@import )[\"']?((?:https?:)?//[^\"')]*)", path.read_text(encoding="utf-8"))
    ]

    assert (loaded, styles) == ([], [])


def test_leads_from_its_root_to_the_first_page(site, pages):
    assert pages[site / "index.html"].links == ["docs/index.html", "docs/index.html"]


def small_site(folder, line):
    """Write a site of two pages, the first with *line* and, unless that is empty, a way to the second."""
    docs = folder / "docs"
    for name in ("site", "static", "inner"):
        (docs / name).mkdir(parents=True)
    shutil.copy(layout.ROOT / "docs" / "conf.py", docs)
    shutil.copy(layout.ROOT / "docs" / "static" / "site.css", docs / "static")
    contents = "```{toctree}\ninner/README\n```\n" if line else ""
    (docs / "index.md").write_text(f"# Title\n\n{line}\n\n{contents}", encoding="utf-8")
    (docs / "inner" / "README.md").write_text("# Other\n", encoding="utf-8")
    return build(folder, folder / "built")


def test_leads_from_a_folder_to_the_page_in_it(tmp_path):
    done = small_site(tmp_path, "[x](inner), [y](inner/)")

    assert (done.returncode, done.stdout) == (0, "")
    assert Page(tmp_path / "built" / "docs" / "index.html").links.count("inner/README.html") >= 2


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        pytest.param("[x](nowhere.md)", "'myst' cross-reference target not found: 'nowhere.md'", id="no-such-page"),
        pytest.param(
            "[x](inner/README.md#nothing)",
            "local id not found in doc 'docs/inner/README': 'nothing'",
            id="no-such-heading",
        ),
        pytest.param("[x](static)", "'myst' cross-reference target not found: 'static'", id="a-folder-without-a-page"),
        pytest.param("![x](nowhere.svg)", "image file not readable: docs/nowhere.svg", id="no-such-picture"),
        pytest.param("", "document isn't included in any toctree", id="not-in-the-contents"),
    ],
)
def test_refuses_what_leads_nowhere(tmp_path, line, complaint):
    done = small_site(tmp_path, line)

    assert done.returncode == 1
    assert complaint in done.stdout


MARKDOWN = sorted(
    Path(name)
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=layout.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
)


@pytest.mark.parametrize("name", MARKDOWN, ids=str)
def test_every_relative_link_of_a_document_is_to_a_file(name):
    """The site does not have them all, and the repository is read without it."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", (layout.ROOT / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [urlsplit(link) for link in re.findall(r"\]\(([^)\s]+)\)", text)]

    assert [
        link.path
        for link in links
        if not link.scheme and link.path and not (layout.ROOT / name.parent / link.path).exists()
    ] == []
