"""Who follows the tutorial gets what it shows."""

from __future__ import annotations

import pytest

from sandbox.guides import TUTORIAL, replayed, there
from sandbox.transcripts import stable

pytestmark = pytest.mark.acceptance


def test_the_tutorial_can_be_followed_and_shows_what_is_said(checkout, first_up):
    """`python -m sandbox run sandbox.guides tutorial` writes what is shown anew."""
    assert first_up.returncode == 0, first_up.stdout
    stack = checkout.path / "stacks" / "Pulumi.local.yaml"
    declared, tutorial = stack.read_text(encoding="utf-8"), TUTORIAL.read_text(encoding="utf-8")

    try:
        followed = replayed(tutorial, there(checkout.path))
        left = stack.read_text(encoding="utf-8")
    finally:
        stack.write_text(declared, encoding="utf-8")

    assert stable(followed) == stable(tutorial)
    assert left == declared
    assert checkout.server() is None
