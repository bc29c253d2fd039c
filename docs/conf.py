"""The site of `docs/`: `make site` writes it to dist/site, every warning an error (docs/adr/0011-site.md)."""

import re
from pathlib import Path

from sphinx.application import Sphinx

project = "secure-ecr"
author = "the authors of secure-ecr"
html_title = "secure-ecr"
root_doc = "docs/index"

# The source is the whole checkout: a link is the same in the site and where the repository is read
include_patterns = ["docs/**", "stacks/README.md", "examples/*/README.md", "CHANGELOG.md"]
exclude_patterns = [".*", "benchmarks", "components", "dist", "model", "operations", "policies", "sandbox", "tests"]

extensions = ["myst_parser"]
myst_heading_anchors = 3
smartquotes = False  # a quoted value is to be copied as it is

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["site"]  # the page at the root, which leads to docs/index.html
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
nitpicky = True


def lead_to_pages(app: Sphinx, document: str, source: list[str]) -> None:
    """Make of a link to a folder one to the README in it, which the repository shows there by itself."""
    folder = Path(app.srcdir, document).parent

    def page(link: re.Match[str]) -> str:
        is_shown = (folder / link[1] / "README.md").is_file()
        return f"]({link[1].rstrip('/')}/README.md)" if is_shown else link[0]

    source[0] = re.sub(r"\]\(([^)#:\s]+)\)", page, source[0])


def setup(app: Sphinx) -> None:
    """Connect what is above."""
    app.connect("source-read", lead_to_pages)
