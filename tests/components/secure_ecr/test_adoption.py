"""How a repository that exists takes its place below a component."""

from __future__ import annotations

import pulumi
import pytest
from secure_ecr.adoption import adoption_options, check_adoption
from secure_ecr.errors import DeclarationError

URN = "urn:pulumi:prod::shop::shop:index:Registry$aws:ecr/repository:Repository::app"


def test_asks_for_nothing_when_nothing_is_adopted():
    assert adoption_options({}, "app", "app.adopt") == {}


@pytest.mark.parametrize(
    ("way", "named"),
    [("import_id", "team/app"), ("logical_name", "old"), ("urn", URN)],
    ids=["import", "logical-name", "urn"],
)
def test_has_the_creation_refused_at_preview_and_before_anything_is_deleted(deploy, way, named):
    made = []

    deploy(lambda: made.append(adoption_options({way: named}, "app", "app.adopt")))

    [options] = made
    [hook] = options["hooks"].before_create
    assert options["delete_before_replace"] is False
    assert (hook.name, hook.opts.on_dry_run) == (f"app adopts {named}", True)
    with pytest.raises(DeclarationError) as refused:
        hook(pulumi.ResourceHookArgs("urn", "", "app", "aws:ecr/repository:Repository"))
    assert str(refused.value) == (
        f"app.adopt.{way}: must name a repository that is as these arguments say: this would be a new one, got"
        f" '{named}'; compare its name, Region, encryption type and key with repository_name, region,"
        " adopt.encryption_type and kms_key_arn; remove adopt where nothing is to be adopted"
    )


def test_judges_a_long_urn_in_no_time():
    """A pattern that could split a URN in many ways would try them all."""
    urn = "urn:pulumi:a::b::" + "$$:$$:$$" * 100

    [finding] = check_adoption({"urn": urn})

    assert finding.requirement == "must be the URN of an aws.ecr.Repository"
