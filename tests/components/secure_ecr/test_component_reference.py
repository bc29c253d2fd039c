"""The reference of the components is that of their source."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
import secure_ecr
from secure_ecr.arguments import hints
from secure_ecr.component_reference import _inside, render
from secure_ecr.estate import Estate
from secure_ecr.plugin import COMPONENTS, args_type
from secure_ecr.reference import sentences

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "components.md"


def section(title):
    """Return what the page says below the heading *title*."""
    return render().split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_page_is_that_of_the_components():
    """`make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_public_component_has_a_section():
    titled = [line.removeprefix("## ") for line in render().splitlines() if line.startswith("## ")]

    assert titled == [*(component.__name__ for component in COMPONENTS), "Objects in the arguments"]
    assert {f"{name}Args" for name in titled[:-1]} == {name for name in secure_ecr.__all__ if name.endswith("Args")}


def test_says_of_an_argument_what_it_is_what_it_means_and_what_it_must_be():
    rows = [line for line in section("RepositoryKey").splitlines() if line.startswith("| `")]

    assert rows[2] == (
        "| `rotation_days` | whole number | Days between rotations of the key material, 90 to 2560; absent, 365. "
        "Must be 90 to 2560 days. |"
    )
    assert rows[-1] == "| `alias_name` | Alias of the key, for people; repositories take the ARN. |"


def test_says_which_arguments_are_required_and_which_may_be_outputs():
    rows = {
        line.split("`")[1]: line.split("|")[2].strip()
        for line in section("PushRole").splitlines()
        if line.startswith("| `") and line.count("|") == 4
    }

    assert rows == {
        "repository_arns": "list of text, or an output, required",
        "trust": "[PushTrustArgs](#pushtrustargs), required",
        "role_name": "text",
        "signing_profile_arns": "list of text, or an output",
        "create_on_push": "true or false",
    }


ROOTS = (Estate, *map(args_type, COMPONENTS))
SCHEMAS = {schema.__name__: schema for root in ROOTS for schema in (root, *_inside(root))}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_says_of_every_argument_what_its_absence_means(schema):
    texts, alternatives = sentences(schema), "exactly one" in inspect.getdoc(schema).lower()
    silent = [key for key in hints(schema) if key not in schema.__required_keys__ and "bsent" not in texts[key]]

    assert silent == [] or alternatives


def test_describes_every_key_of_every_component():
    for component in COMPONENTS:
        text = section(component.__name__)
        assert [key for key in args_type(component).__annotations__ if f"| `{key}` |" not in text] == []
