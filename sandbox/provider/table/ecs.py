"""Clusters, task definitions and services: what pulls images and runs them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.documents import normalize
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.tags import listed, retag, unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/ecs"
_TAG: Final = ("key", "value")


def _update_tags(aws: Aws, arn: str, change: Change) -> None:
    retag(aws, change, "resourceArn", arn, members=_TAG)


# Clusters


def _create_cluster(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_cluster",
        clusterName=inputs["name"],
        settings=_settings(inputs),
        tags=listed(inputs.get("tagsAll", {}), *_TAG),
    )
    arn = answer["cluster"]["clusterArn"]
    return arn, _read_cluster(aws, arn) or {}


def _settings(inputs: Mapping[str, Any]) -> list[State] | None:
    return [{"name": each["name"], "value": each["value"]} for each in inputs.get("settings", [])] or None


def _read_cluster(aws: Aws, cluster: str) -> State | None:
    for found in aws.call("describe_clusters", clusters=[cluster], include=["SETTINGS", "TAGS"])["clusters"]:
        if found["status"] == "ACTIVE":
            return {
                "arn": found["clusterArn"],
                "id": found["clusterArn"],
                "name": found["clusterName"],
                "settings": found.get("settings") or None,
                "tagsAll": unlisted(found.get("tags", []), *_TAG),
            }
    return None


def _update_cluster(aws: Aws, cluster: str, change: Change) -> None:
    if change.of("settings"):
        aws.call("update_cluster", cluster=cluster, settings=_settings(change.new))
    _update_tags(aws, cluster, change)


def _delete_cluster(aws: Aws, cluster: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_cluster", cluster=cluster)


CLUSTER: Final = ResourceType(
    type_name="aws:ecs/cluster:Cluster",
    service="ecs",
    inputs={
        "configuration": Property(kind="object", lacking=True),
        "name": Property(kept=True, replaces=True),
        "serviceConnectDefaults": Property(kind="object", lacking=True),
        "settings": Property(
            kind="set",
            kept=True,
            fields={
                "name": Property(required=True, values=("containerInsights",)),
                "value": Property(required=True),
            },
        ),
    },
    outputs=("arn",),
    create=_create_cluster,
    read=_read_cluster,
    update=_update_cluster,
    delete=_delete_cluster,
    missing=frozenset({"ClusterNotFoundException"}),
    import_id="the name of the cluster",
    autoname=Autoname(),
    tagged=True,
    sources=(f"{_TERRAFORM}/cluster.go", "pulumi-aws, provider/autonaming.go", "pulumi_aws.ecs.Cluster"),
)


# Task definitions

_TASK_TEXTS: Final = ("cpu", "executionRoleArn", "ipcMode", "memory", "networkMode", "pidMode", "taskRoleArn")
_CONTAINER_DEFAULTS: Final = {
    "cpu": 0,
    "environment": [],
    "essential": True,
    "mountPoints": [],
    "portMappings": [],
    "volumesFrom": [],
}
"""Source: ECS API reference, `ContainerDefinition`; terraform-provider-aws, `containerDefinitionsAreEquivalent`."""


def same_containers(one: str, other: str) -> bool:
    """Return whether two lists of container definitions say the same: what ECS fills in does not count."""
    return _containers(one) == _containers(other)


def _containers(text: str) -> str:
    containers = json.loads(text)
    return normalize(
        [
            {key: value for key, value in each.items() if value != _CONTAINER_DEFAULTS.get(key)}
            for each in sorted(containers, key=lambda each: str(each.get("name")))
        ]
    )


def _register(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    platform = inputs.get("runtimePlatform", {})
    aws.call(
        "register_task_definition",
        family=inputs["family"],
        containerDefinitions=json.loads(normalize(inputs["containerDefinitions"])),
        requiresCompatibilities=inputs.get("requiresCompatibilities"),
        runtimePlatform={key: platform[key] for key in _PLATFORM if key in platform} or None,
        tags=listed(inputs.get("tagsAll", {}), *_TAG),
        **{key: inputs[key] for key in _TASK_TEXTS if key in inputs},
    )
    return inputs["family"], _read_task_definition(aws, inputs["family"]) or {}


def _read_task_definition(aws: Aws, family: str) -> State | None:
    """Read the newest revision, as with `trackLatest`: an id does not name one."""
    family = family.rpartition("/")[2].partition(":")[0]
    revisions = aws.call("list_task_definitions", familyPrefix=family, status="ACTIVE", sort="ASC")
    own = [arn for arn in revisions["taskDefinitionArns"] if arn.rpartition("/")[2].partition(":")[0] == family]
    if not own:
        return None
    newest = max(own, key=lambda arn: int(arn.rpartition(":")[2]))
    answer = aws.call("describe_task_definition", taskDefinition=newest, include=["TAGS"])
    found = answer["taskDefinition"]
    return {
        **{key: found.get(key) for key in _TASK_TEXTS},
        "arn": newest,
        "arnWithoutRevision": newest.rpartition(":")[0],
        "containerDefinitions": normalize(found["containerDefinitions"]),
        "family": family,
        "id": family,
        "requiresCompatibilities": found.get("requiresCompatibilities") or None,
        "revision": found["revision"],
        "runtimePlatform": found.get("runtimePlatform") or None,
        "tagsAll": unlisted(answer.get("tags", []), *_TAG),
    }


def _update_task_definition(aws: Aws, _family: str, change: Change) -> None:
    _update_tags(aws, change.old["arn"], change)


def _deregister(aws: Aws, _family: str, old: Mapping[str, Any]) -> None:
    if not old.get("skipDestroy"):
        aws.call("deregister_task_definition", taskDefinition=old["arn"])


_PLATFORM: Final = ("cpuArchitecture", "operatingSystemFamily")

TASK_DEFINITION: Final = ResourceType(
    type_name="aws:ecs/taskDefinition:TaskDefinition",
    service="ecs",
    inputs={
        "containerDefinitions": Property(kind="json", required=True, replaces=True, same=same_containers),
        "cpu": Property(replaces=True),
        "enableFaultInjection": Property(kind="boolean", lacking=True),
        "ephemeralStorage": Property(kind="object", lacking=True),
        "executionRoleArn": Property(replaces=True),
        "family": Property(required=True, replaces=True),
        "ipcMode": Property(replaces=True, values=("host", "none", "task")),
        "memory": Property(replaces=True),
        "networkMode": Property(kept=True, replaces=True, values=("awsvpc", "bridge", "host", "none")),
        "pidMode": Property(replaces=True, values=("host", "task")),
        "placementConstraints": Property(kind="set", lacking=True),
        "proxyConfiguration": Property(kind="object", lacking=True),
        "requiresCompatibilities": Property(kind="set", replaces=True),
        "runtimePlatform": Property(
            kind="object",
            replaces=True,
            fields={name: Property() for name in _PLATFORM},
        ),
        "skipDestroy": Property(kind="boolean", default=False),
        "taskRoleArn": Property(replaces=True),
        "trackLatest": Property(kind="boolean", default=False),
        "volumes": Property(kind="set", lacking=True),
    },
    outputs=("arn", "arnWithoutRevision", "revision"),
    create=_register,
    read=_read_task_definition,
    update=_update_task_definition,
    delete=_deregister,
    missing=frozenset({"ClientException"}),
    import_id="the ARN of the task definition",
    identifier=("family",),
    tagged=True,
    sources=(f"{_TERRAFORM}/task_definition.go", "pulumi_aws.ecs.TaskDefinition"),
)


# Services


def _create_service(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_service",
        cluster=inputs.get("cluster"),
        desiredCount=inputs.get("desiredCount", 0),
        launchType=inputs.get("launchType"),
        networkConfiguration=_network(inputs),
        platformVersion=inputs.get("platformVersion"),
        propagateTags=inputs.get("propagateTags"),
        schedulingStrategy=inputs["schedulingStrategy"],
        serviceName=inputs["name"],
        tags=listed(inputs.get("tagsAll", {}), *_TAG),
        taskDefinition=inputs.get("taskDefinition"),
    )
    arn = answer["service"]["serviceArn"]
    return arn, _read_service(aws, arn) or {}


def _network(inputs: Mapping[str, Any]) -> State | None:
    given = inputs.get("networkConfiguration")
    if not given:
        return None
    place: State = {name: given[name] for name in ("securityGroups", "subnets") if name in given}
    place.setdefault("securityGroups", [])
    place["assignPublicIp"] = "ENABLED" if given.get("assignPublicIp") else "DISABLED"
    return {"awsvpcConfiguration": place}


def _read_service(aws: Aws, service: str) -> State | None:
    cluster, name = service.split("/")[-2:]
    for found in aws.call("describe_services", cluster=cluster, services=[name], include=["TAGS"])["services"]:
        if found["status"] != "INACTIVE":
            return {
                "arn": found["serviceArn"],
                "cluster": found["clusterArn"],
                "desiredCount": found["desiredCount"],
                "id": found["serviceArn"],
                "launchType": found.get("launchType"),
                "name": found["serviceName"],
                "networkConfiguration": _placed(found.get("networkConfiguration")),
                "platformVersion": found.get("platformVersion"),
                "propagateTags": found.get("propagateTags"),
                "schedulingStrategy": found["schedulingStrategy"],
                "tagsAll": unlisted(found.get("tags", []), *_TAG),
                "taskDefinition": found.get("taskDefinition"),
            }
    return None


def _placed(said: Mapping[str, Any] | None) -> State | None:
    if not said:
        return None
    place = said["awsvpcConfiguration"]
    return {
        "assignPublicIp": place.get("assignPublicIp") == "ENABLED",
        "securityGroups": place.get("securityGroups") or None,
        "subnets": place["subnets"],
    }


def _update_service(aws: Aws, service: str, change: Change) -> State | None:
    new = change.new
    if change.names - {"tags", "tagsAll", "forceDelete"}:
        aws.call(
            "update_service",
            cluster=change.old["cluster"],
            desiredCount=new.get("desiredCount", 0),
            networkConfiguration=_network(new),
            platformVersion=new.get("platformVersion"),
            propagateTags=new.get("propagateTags"),
            service=service,
            taskDefinition=new.get("taskDefinition"),
        )
    _update_tags(aws, service, change)
    return _read_service(aws, service)


def _delete_service(aws: Aws, service: str, old: Mapping[str, Any]) -> None:
    if old.get("desiredCount"):
        aws.call("update_service", cluster=old["cluster"], service=service, desiredCount=0)
    aws.call("delete_service", cluster=old["cluster"], service=service, force=bool(old.get("forceDelete")))


SERVICE: Final = ResourceType(
    type_name="aws:ecs/service:Service",
    service="ecs",
    inputs={
        "alarms": Property(kind="object", lacking=True),
        "availabilityZoneRebalancing": Property(kept=True, lacking=True),
        "capacityProviderStrategies": Property(kind="set", lacking=True),
        "cluster": Property(kept=True, replaces=True),
        "deploymentCircuitBreaker": Property(kind="object", lacking=True),
        "deploymentConfiguration": Property(kind="object", kept=True, lacking=True),
        "deploymentController": Property(kind="object", lacking=True),
        "deploymentMaximumPercent": Property(kind="integer", default=200, lacking=True),
        "deploymentMinimumHealthyPercent": Property(kind="integer", default=100, lacking=True),
        "desiredCount": Property(kind="integer"),
        "enableEcsManagedTags": Property(kind="boolean", lacking=True),
        "enableExecuteCommand": Property(kind="boolean", lacking=True),
        "forceDelete": Property(kind="boolean"),
        "forceNewDeployment": Property(kind="boolean", lacking=True),
        "healthCheckGracePeriodSeconds": Property(kind="integer", lacking=True),
        "iamRole": Property(kept=True, lacking=True),
        "launchType": Property(kept=True, replaces=True, values=("EC2", "EXTERNAL", "FARGATE", "MANAGED_INSTANCES")),
        "loadBalancers": Property(kind="set", lacking=True),
        "name": Property(kept=True, replaces=True),
        "networkConfiguration": Property(
            kind="object",
            fields={
                "assignPublicIp": Property(kind="boolean", default=False),
                "securityGroups": Property(kind="set"),
                "subnets": Property(kind="set", required=True),
            },
        ),
        "orderedPlacementStrategies": Property(kind="list", lacking=True),
        "placementConstraints": Property(kind="set", lacking=True),
        "platformVersion": Property(kept=True),
        "propagateTags": Property(kept=True, values=("NONE", "SERVICE", "TASK_DEFINITION")),
        "schedulingStrategy": Property(default="REPLICA", replaces=True, values=("DAEMON", "REPLICA")),
        "serviceConnectConfiguration": Property(kind="object", lacking=True),
        "serviceRegistries": Property(kind="object", lacking=True),
        "sigintRollback": Property(kind="boolean", lacking=True),
        "taskDefinition": Property(),
        "triggers": Property(kind="map", kept=True, lacking=True),
        "volumeConfiguration": Property(kind="object", lacking=True),
        "vpcLatticeConfigurations": Property(kind="set", lacking=True),
        "waitForSteadyState": Property(kind="boolean", default=False, lacking=True),
    },
    outputs=("arn",),
    create=_create_service,
    read=_read_service,
    update=_update_service,
    delete=_delete_service,
    missing=frozenset({"ClusterNotFoundException", "ServiceNotFoundException"}),
    import_id="the names of the cluster and of the service, `cluster/service`",
    autoname=Autoname(),
    tagged=True,
    sources=(f"{_TERRAFORM}/service.go", "pulumi-aws, provider/autonaming.go", "pulumi_aws.ecs.Service"),
)

ENTRIES: Final = (CLUSTER, TASK_DEFINITION, SERVICE)
