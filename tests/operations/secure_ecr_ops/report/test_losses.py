"""Repositories that the steps of a preview would delete."""

import pytest
from secure_ecr_ops.report.events import read_events
from secure_ecr_ops.report.losses import LOSSES, Loss, find_losses

KEPT = "and the update fails halfway if it holds images: ECR refuses to delete them without forceDelete"
GONE = "and forceDelete lets ECR delete its images"
PUBLIC = "urn:pulumi:prod::shop::aws:ecrpublic/repository:Repository::gallery"


def losses(run):
    return list(find_losses(read_events([("events", run.text.encode())])))


@pytest.mark.parametrize(
    ("keys", "old", "message"),
    [
        pytest.param(
            ["encryptionConfigurations"],
            {"name": "a", "forceDelete": True},
            "encryptionConfigurations: must not change: the update deletes the repository 'a' and creates it anew, "
            f"{GONE}; leave the encryption as it is, or encrypt a repository of another name and copy",
            id="encryption",
        ),
        pytest.param(
            ["name", "region"],
            {"name": "a"},
            "name, region: must not change: the update deletes the repository 'a' and creates it anew, "
            f"{KEPT}; keep the name, or create the other repository beside this one and copy the images",
            id="name",
        ),
        pytest.param(
            ["encryptionConfigurations[0].kmsKey"],
            {"name": "a"},
            "encryptionConfigurations[0].kmsKey: must not change: the update deletes the repository 'a' and creates it "
            f"anew, {KEPT}; leave the encryption as it is, or encrypt a repository of another name and copy",
            id="path",
        ),
        pytest.param(
            [],
            {"name": "a"},
            f"an input: must not change: the update deletes the repository 'a' and creates it anew, {KEPT};"
            " leave it as it is",
            id="no-reason-given",
        ),
    ],
)
def test_a_replacement_says_which_input_forces_it(run, keys, old, message):
    for op in ("delete-replaced", "replace", "create-replacement"):
        run.does(op, old=old, new={"name": "b"}, keys=keys)

    assert losses(run) == [Loss(run.urn("api"), "repository-replaced", message)]


def test_a_deletion_is_a_loss(run):
    run.does("delete", old={"name": "a"}).does("delete", PUBLIC, old={"repositoryName": "g", "forceDelete": True})

    fix = "keep it in the program, or set the resource option retain_on_delete first"
    start = "must not be deleted: the program declares"
    assert losses(run) == [
        Loss(run.urn("api"), "repository-deleted", f"{start} 'a' no more, {KEPT}; {fix}"),
        Loss(PUBLIC, "repository-deleted", f"{start} 'g' no more, {GONE}; {fix}"),
    ]


def test_a_repository_that_moves_without_an_alias_is_told_where_it_went(run):
    run.does("create", run.urn("component"), new={"name": "a"}).does("delete", old={"name": "a"})

    assert losses(run)[0].message.endswith(
        "; 'component' has the same name: give it an alias of this URN, or let it adopt this"
    )


@pytest.mark.parametrize("op", ["same", "update", "create", "import", "refresh", "read", "delete-replaced"])
def test_other_steps_lose_nothing(run, op):
    assert losses(run.does(op, old={"name": "a"}, new={"name": "a"})) == []


def test_what_the_engine_forgets_instead_of_deleting_is_no_loss(run):
    assert losses(run.does("delete", old={"name": "a"}, retainOnDelete=True)) == []


def test_policies_hold_no_images(run):
    assert losses(run.does("replace", run.urn("p", "RepositoryPolicy"), old={"policy": "{}"})) == []


def test_a_real_preview_loses_four(report_of):
    found = report_of("shop.jsonl", "shop.steps.json").losses

    assert [(loss.rule.name, loss.subject.title, loss.rule.severity, loss.level) for loss in found] == [
        ("repository-replaced", "shop/api", "critical", "advisory"),
        ("repository-replaced", "shop/base-images", "critical", "advisory"),
        ("repository-deleted", "shop/old", "critical", "advisory"),
        ("repository-replaced", "shop/web", "critical", "advisory"),
    ]
    assert "the repository 'shop/base' and creates it anew" in found[1].message


def test_losses_are_rules_of_the_report():
    assert set(LOSSES) == {"repository-deleted", "repository-replaced"}
