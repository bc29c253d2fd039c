from pathlib import Path

from secure_ecr_policies.pack.documentation import render

PAGE = Path(__file__).parents[4] / "docs" / "controls.md"


def test_the_page_is_that_of_the_controls():
    """`python -m secure_ecr_policies.pack.documentation > docs/controls.md` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == render()
