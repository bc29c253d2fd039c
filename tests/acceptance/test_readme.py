"""What the README shows is what a person gets."""

from __future__ import annotations

import pytest

from sandbox import layout
from sandbox.transcripts import README, REJECTED, UP, block, findings, shorten, stable

pytestmark = pytest.mark.acceptance


def test_the_transcript_of_make_up_is_what_a_fresh_clone_says(first_up):
    assert stable(shorten(first_up.stdout)) == stable(block(UP, README.read_text(encoding="utf-8")))


def test_the_transcript_of_a_rejected_preview_is_what_the_pack_says(deployed):
    said = deployed.sandboxed(
        f"pulumi stack init try --non-interactive && {REJECTED} --non-interactive; pulumi stack rm --yes --stack try",
        cwd=deployed.path / "examples" / "rejected",
    )

    assert stable(findings(said.stdout)) == stable(block(REJECTED, README.read_text(encoding="utf-8")))


def test_every_make_target_the_readme_names_exists(checkout):
    listed = checkout.make("help").stdout
    readme = (layout.ROOT / "README.md").read_text(encoding="utf-8")
    named = {word for line in readme.splitlines() for word in line.split("`") if word.startswith("make ")}

    assert {command for command in named if f"make {command.split()[1]} " not in listed} - {"make -s env"} == set()
