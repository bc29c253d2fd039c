"""The map of what is copied where."""

import json

import pytest
from ecr_model.replication import Destination
from secure_ecr_ops.report.events import read_events
from secure_ecr_ops.report.replicas import Edge, Map, Node, draw_map

HERE = Destination("eu-central-1", "this account")
WEST = Destination("eu-west-1", "111122223333")
NORTH = Destination("eu-north-1", "111122223333")


def drawn(run):
    return draw_map(read_events([("events", run.text.encode())]))


def rule(*regions, prefixes=()):
    return {
        "__defaults": [],
        "destinations": [{"region": region, "registryId": "111122223333", "__defaults": []} for region in regions],
        **({"repositoryFilters": [{"filter": p, "filterType": "PREFIX_MATCH"} for p in prefixes]} if prefixes else {}),
    }


def replicates(run, *rules, name="r", op="create", **inputs):
    configuration = {"replicationConfiguration": {"__defaults": [], "rules": list(rules)}, **inputs}
    return run.does(op, run.urn(name, "ReplicationConfiguration"), new=configuration)


def test_a_run_without_replication_has_no_map(run):
    assert drawn(run) == Map((), (), 792, 52, ())


def test_a_source_and_its_destinations(run):
    found = drawn(replicates(run, rule("eu-west-1", "eu-north-1", prefixes=["b/", "a/", "c/"]), rule("eu-west-1")))

    assert found == Map(
        (Node(HERE, 0, 40), Node(NORTH, 576, 0), Node(WEST, 576, 80)),
        (
            Edge(HERE, NORTH, ("a/", "b/", "c/"), "M216 66 C356 66 436 26 576 26", "a/, b/ and 1 more", 562, 18),
            Edge(HERE, WEST, (), "M216 66 C356 66 436 106 576 106", "every repository", 562, 124),
        ),
        792,
        132,
        (),
    )


def test_two_prefixes_are_shown_on_an_edge(run):
    assert [edge.label for edge in drawn(replicates(run, rule("eu-west-1", prefixes=["b/", "a/"]))).edges] == ["a/, b/"]


def test_rules_for_one_destination_are_one_edge(run):
    replicates(run, rule("eu-west-1", prefixes=["b/"]), rule("eu-west-1", prefixes=["a/", "b/"]))

    assert [edge.prefixes for edge in drawn(run).edges] == [("a/", "b/")]


def test_registries_that_copy_to_each_other_stand_in_one_column(run):
    replicates(run, rule("eu-west-1", prefixes=["a/"]), region="eu-north-1", name="north")
    replicates(run, rule("eu-north-1", prefixes=["a/"]), region="eu-west-1", name="west")
    for event in run.events[1:]:
        event["resourcePreEvent"]["metadata"]["old"] = {"id": "111122223333", "inputs": {}}
    found = drawn(run)

    assert found.nodes == (Node(NORTH, 0, 0), Node(WEST, 0, 80))
    assert [(edge.source, edge.to, edge.path) for edge in found.edges] == [
        (NORTH, WEST, "M216 26 C356 26 356 106 216 106"),
        (WEST, NORTH, "M216 106 C356 106 356 26 216 26"),
    ]


def test_labels_of_edges_to_one_registry_do_not_cover_each_other(run):
    replicates(run, rule("eu-west-1"), region="eu-north-1", name="one")
    replicates(run, rule("eu-west-1"), region="eu-south-1", name="two")

    assert [edge.y for edge in drawn(run).edges] == [84, 42]


@pytest.mark.parametrize(
    ("inputs", "region"),
    [({"region": "ap-south-1"}, "ap-south-1"), ({}, "eu-central-1")],
    ids=["its-own", "of-the-configuration"],
)
def test_the_region_of_the_source(run, inputs, region):
    assert drawn(replicates(run, rule("eu-west-1"), **inputs)).nodes[0].registry.region == region


def test_region_and_account_of_the_provider(run):
    provider = "urn:pulumi:prod::shop::pulumi:providers:aws::registry"
    role = json.dumps([{"roleArn": "arn:aws:iam::444455556666:role/deployment"}])
    run.does("create", provider, new={"region": "ap-south-1", "assumeRoles": role})
    run.does(
        "create",
        run.urn("r", "ReplicationConfiguration"),
        new={"replicationConfiguration": {"rules": [rule("eu-west-1")]}},
        provider=f"{provider}::04da6b54",
    )

    assert drawn(run).nodes[0].registry == Destination("ap-south-1", "444455556666")


@pytest.mark.parametrize("value", [None, "04da6b54-80e4-46f7-96ec-b56ff0331ba9", {"rules": "x"}, 3])
def test_what_nobody_can_read_yet_is_named(run, value):
    run.does("create", run.urn("r", "ReplicationConfiguration"), new={"replicationConfiguration": value})

    assert drawn(run).unknown == ("r",)


def test_a_configuration_that_is_deleted_copies_nothing(run):
    run.does(
        "delete",
        run.urn("r", "ReplicationConfiguration"),
        old={"replicationConfiguration": {"rules": [rule("eu-west-1")]}},
    )

    assert drawn(run).nodes == ()


def test_a_real_run_knows_the_account(report_of):
    found = draw_map(report_of("shop.jsonl").events)

    assert [node.registry for node in found.nodes] == [
        Destination("eu-central-1", "123456789012"),
        Destination("eu-north-1", "210987654321"),
        Destination("eu-west-1", "123456789012"),
    ]
