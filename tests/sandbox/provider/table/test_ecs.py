from __future__ import annotations

import json

from sandbox.provider.table.ecs import CLUSTER, SERVICE, TASK_DEFINITION, same_containers

CONTAINERS = json.dumps([{"name": "api", "image": "api@sha256:1", "essential": True}, {"name": "agent", "image": "a"}])


def test_what_ecs_fills_into_containers_is_no_difference(make):
    tasks = make(TASK_DEFINITION, family="api", memory="512", containerDefinitions=CONTAINERS)

    assert TASK_DEFINITION.read(tasks.aws, "api")["containerDefinitions"] != tasks.inputs["containerDefinitions"]
    assert tasks.changes_after_refresh() == []


def test_another_image_is_a_difference():
    assert not same_containers(CONTAINERS, CONTAINERS.replace("sha256:1", "sha256:2"))


def test_the_newest_revision_stays_when_an_older_one_goes(make):
    older = make(TASK_DEFINITION, family="shop", memory="512", containerDefinitions=CONTAINERS)
    newer = make(TASK_DEFINITION, family="shop", memory="1024", containerDefinitions=CONTAINERS)
    TASK_DEFINITION.delete(older.aws, older.id, older.state)

    assert TASK_DEFINITION.read(newer.aws, "shop")["revision"] == newer.state["revision"] == 2


def test_a_revision_that_is_to_stay_stays(make):
    tasks = make(TASK_DEFINITION, family="kept", memory="512", containerDefinitions=CONTAINERS, skipDestroy=True)
    TASK_DEFINITION.delete(tasks.aws, tasks.id, tasks.state)

    assert TASK_DEFINITION.read(tasks.aws, "kept")["arn"] == tasks.state["arn"]


def test_a_service_without_a_count_runs_nothing(make):
    cluster = make(CLUSTER, name="shop")
    tasks = make(TASK_DEFINITION, family="web", memory="512", containerDefinitions=CONTAINERS)
    given = {"cluster": cluster.id, "name": "web", "taskDefinition": tasks.state["arn"]}
    service = make(SERVICE, **given, desiredCount=2)
    service.update(given)

    assert SERVICE.read(service.aws, service.id)["desiredCount"] == 0
    assert service.changes_after_refresh() == []
