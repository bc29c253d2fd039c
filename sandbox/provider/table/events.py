"""Rules of EventBridge and their targets: what a finding or a push sets off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws, AwsError
from sandbox.provider.documents import normalize, same_json
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.table.names import unique
from sandbox.provider.tags import listed, retag, unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/events"
_OVERRIDES: Final = "pulumi-aws, provider/resource_overrides.go"
_MISSING: Final = frozenset({"ResourceNotFoundException"})
_DEFAULT_BUS: Final = "default"
# API shape RuleState.
_STATES: Final = ("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")


# Rules


def _create_rule(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    name = inputs.get("name") or unique(inputs["namePrefix"])
    _put_rule(aws, name, inputs, Tags=listed(inputs.get("tagsAll", {})))
    bus = inputs["eventBusName"]
    rule = name if bus == _DEFAULT_BUS else f"{bus}/{name}"
    return rule, _read_rule(aws, rule)


def _put_rule(aws: Aws, name: str, inputs: Mapping[str, Any], **more: Any) -> None:
    state = inputs.get("state")
    if state is None and "isEnabled" in inputs:
        state = "ENABLED" if inputs["isEnabled"] else "DISABLED"
    aws.call(
        "put_rule",
        Name=name,
        Description=inputs.get("description"),
        EventBusName=inputs["eventBusName"],
        EventPattern=normalize(inputs["eventPattern"]) if "eventPattern" in inputs else None,
        RoleArn=inputs.get("roleArn"),
        ScheduleExpression=inputs.get("scheduleExpression"),
        State=state,
        **more,
    )


def _bus_and_name(rule: str) -> tuple[str, str]:
    bus, _, name = rule.rpartition("/")
    return bus or _DEFAULT_BUS, name


def _read_rule(aws: Aws, rule: str) -> State:
    bus, name = _bus_and_name(rule)
    found = aws.call("describe_rule", Name=name, EventBusName=bus)
    return {
        "arn": found["Arn"],
        "description": found.get("Description"),
        "eventBusName": bus,
        "eventPattern": found.get("EventPattern"),
        "isEnabled": found["State"] != "DISABLED",
        "name": name,
        "roleArn": found.get("RoleArn"),
        "scheduleExpression": found.get("ScheduleExpression"),
        "state": found["State"],
        "tagsAll": unlisted(aws.call("list_tags_for_resource", ResourceARN=found["Arn"])["Tags"]),
    }


def _update_rule(aws: Aws, rule: str, change: Change) -> State:
    if change.names - {"forceDestroy", "tags", "tagsAll"}:
        kept = {"state": change.old.get("state")} if "isEnabled" not in change.new else {}
        _put_rule(aws, _bus_and_name(rule)[1], kept | dict(change.new))
    retag(aws, change, "ResourceARN", change.old["arn"])
    return _read_rule(aws, rule)


def _delete_rule(aws: Aws, rule: str, old: Mapping[str, Any]) -> None:
    bus, name = _bus_and_name(rule)
    aws.call("delete_rule", Name=name, EventBusName=bus, Force=old.get("forceDestroy") or None)


RULE: Final = ResourceType(
    type_name="aws:cloudwatch/eventRule:EventRule",
    service="events",
    inputs={
        "description": Property(),
        "eventBusName": Property(default=_DEFAULT_BUS, replaces=True),
        "eventPattern": Property(kind="json", same=same_json),
        "forceDestroy": Property(kind="boolean", default=False),
        "isEnabled": Property(kind="boolean", kept=True),
        "name": Property(kept=True, replaces=True),
        "namePrefix": Property(kept=True, replaces=True),
        "roleArn": Property(),
        "scheduleExpression": Property(),
        "state": Property(kept=True, values=_STATES),
    },
    outputs=("arn",),
    create=_create_rule,
    read=_read_rule,
    update=_update_rule,
    delete=_delete_rule,
    missing=_MISSING,
    import_id="the name of the rule, after that of a bus other than the default one, `bus/rule`",
    autoname=Autoname(longest=64),
    tagged=True,
    sources=(f"{_TERRAFORM}/rule.go", f"{_OVERRIDES} (name)", "pulumi_aws.cloudwatch.EventRule"),
)


# Targets

_TEXTS: Final = {"arn": "Arn", "input": "Input", "inputPath": "InputPath", "roleArn": "RoleArn"}
_OBJECTS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "deadLetterConfig": ("DeadLetterConfig", {"arn": "Arn"}),
    "inputTransformer": ("InputTransformer", {"inputPaths": "InputPathsMap", "inputTemplate": "InputTemplate"}),
    "retryPolicy": (
        "RetryPolicy",
        {"maximumEventAgeInSeconds": "MaximumEventAgeInSeconds", "maximumRetryAttempts": "MaximumRetryAttempts"},
    ),
    "sqsTarget": ("SqsParameters", {"messageGroupId": "MessageGroupId"}),
}
_LACKING: Final = (
    "appsyncTarget",
    "batchTarget",
    "ecsTarget",
    "httpTarget",
    "kinesisTarget",
    "redshiftTarget",
    "runCommandTargets",
    "sagemakerPipelineTarget",
)


def _put_target(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    bus, rule, identifier = inputs["eventBusName"], inputs["rule"], inputs["targetId"]
    target = {api: inputs[name] for name, api in _TEXTS.items() if inputs.get(name)}
    for name, (api, members) in _OBJECTS.items():
        if given := inputs.get(name):
            target[api] = {key: _plain(given[member]) for member, key in members.items() if member in given}
    aws.call("put_targets", Rule=rule, EventBusName=bus, Targets=[{"Id": identifier, **target}])
    return _target_id(bus, rule, identifier), {}


def _plain(value: Any) -> Any:
    return {key: each for key, each in value.items() if key != "__defaults"} if isinstance(value, Mapping) else value


def _target_id(bus: str, rule: str, target: str) -> str:
    return "-".join([*([] if bus == _DEFAULT_BUS else [bus]), rule, target])


def _read_target(aws: Aws, identifier: str) -> State | None:
    """Return the target of that id; all its parts may hold hyphens, so each way to take it apart is tried."""
    for bus, rule, target in _parts(identifier):
        try:
            found = aws.call("list_targets_by_rule", Rule=rule, EventBusName=bus)["Targets"]
        except AwsError as error:
            if error.code not in _MISSING:
                raise
            continue
        for each in found:
            if each["Id"] == target:
                return _described(bus, rule, each)
    return None


def _parts(identifier: str) -> Iterator[tuple[str, str, str]]:
    if "/" in identifier:  # as `pulumi import` takes it
        rule, _, target = identifier.rpartition("/")
        yield *_bus_and_name(rule), target
        return
    words = identifier.split("-")
    for split in range(len(words) - 1, 0, -1):
        left, target = words[:split], "-".join(words[split:])
        yield _DEFAULT_BUS, "-".join(left), target
        for bus in range(1, split):
            yield "-".join(left[:bus]), "-".join(left[bus:]), target


def _described(bus: str, rule: str, said: Mapping[str, Any]) -> State:
    objects = {
        name: {member: said[api][key] for member, key in members.items() if key in said[api]} if said.get(api) else None
        for name, (api, members) in _OBJECTS.items()
    }
    named = {"eventBusName": bus, "id": _target_id(bus, rule, said["Id"]), "rule": rule, "targetId": said["Id"]}
    return {name: said.get(api) for name, api in _TEXTS.items()} | objects | named


def _update_target(aws: Aws, _identifier: str, change: Change) -> None:
    _put_target(aws, change.new)


def _remove_target(aws: Aws, _identifier: str, old: Mapping[str, Any]) -> None:
    aws.call(
        "remove_targets",
        Rule=old["rule"],
        EventBusName=old["eventBusName"],
        Ids=[old["targetId"]],
        Force=old.get("forceDestroy") or None,
    )


TARGET: Final = ResourceType(
    type_name="aws:cloudwatch/eventTarget:EventTarget",
    service="events",
    inputs={
        **{name: Property(kind="object", lacking=True) for name in _LACKING},
        "arn": Property(required=True),
        "deadLetterConfig": Property(kind="object", fields={"arn": Property()}),
        "eventBusName": Property(default=_DEFAULT_BUS, replaces=True),
        "forceDestroy": Property(kind="boolean", default=False),
        "input": Property(),
        "inputPath": Property(),
        "inputTransformer": Property(
            kind="object",
            fields={"inputPaths": Property(kind="map"), "inputTemplate": Property(required=True)},
        ),
        "retryPolicy": Property(
            kind="object",
            fields={
                "maximumEventAgeInSeconds": Property(kind="integer", between=(0, 86400)),
                "maximumRetryAttempts": Property(kind="integer", between=(0, 185)),
            },
        ),
        "roleArn": Property(),
        "rule": Property(required=True, replaces=True),
        "sqsTarget": Property(kind="object", fields={"messageGroupId": Property()}),
        "targetId": Property(kept=True, replaces=True),
    },
    create=_put_target,
    read=_read_target,
    update=_update_target,
    delete=_remove_target,
    missing=_MISSING,
    import_id="the names of the rule and of the target, `rule/target`, after that of a bus other than the default one",
    autoname=Autoname(property="targetId", longest=64),  # made up to 255 characters, then refused beyond what AWS takes
    sources=(f"{_TERRAFORM}/target.go", f"{_OVERRIDES} (targetId)", "pulumi_aws.cloudwatch.EventTarget"),
)

ENTRIES: Final = (RULE, TARGET)
