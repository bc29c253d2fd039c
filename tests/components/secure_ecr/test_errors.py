from __future__ import annotations

import pulumi
import pytest
from ecr_model.findings import Finding, ModelError
from secure_ecr import DeclarationError, reported
from secure_ecr.errors import refuse

WRONG = Finding("app.name", "name", "must be given")
ODD = Finding("app.tags", "tags", "should be few", "51", severity="warning")


def test_raises_every_error_once_and_keeps_the_findings():
    twice = Finding("app.name", "another-rule", "must be given")

    with pytest.raises(DeclarationError) as refused:
        refuse([WRONG, ODD, twice, Finding("app.size", "size", "must be 1", "2")])

    assert str(refused.value) == "app.name: must be given\napp.size: must be 1, got 2"
    assert [finding.field for finding in refused.value.findings] == ["app.name", "app.size"]
    assert isinstance(refused.value, pulumi.RunError)


def test_shows_warnings_when_there_is_no_error(deploy):
    assert deploy(lambda: refuse([ODD, ODD])).log == ["warning: app.tags: should be few, got 51"]


def test_shows_a_doubt_once_whatever_its_path(deploy):
    def program():
        refuse([ODD])
        refuse([ODD.at("payments")])
        refuse([Finding("app.tags", "tags", "should be few", "52", severity="warning")])

    assert deploy(program).log == [
        "warning: app.tags: should be few, got 51",
        "warning: app.tags: should be few, got 52",
    ]


@pytest.mark.parametrize("error", [DeclarationError([WRONG]), ModelError([WRONG])], ids=["declaration", "model"])
def test_ends_a_program_after_the_findings_and_nothing_else(deploy, error):
    def program():
        with pytest.raises(SystemExit) as ended, reported():
            raise error
        return ended.value.code

    deployed = deploy(program)

    assert deployed.log == ["error: app.name: must be given"]
    assert deployed.outputs == 32


def test_leaves_other_errors_alone():
    with pytest.raises(ZeroDivisionError), reported():
        _ = 1 / 0
