"""Log groups: where containers write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.difference import DEFAULTS
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.table.names import unique
from sandbox.provider.tags import removed

_CLASSES: Final = ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY")
"""Source: CloudWatch Logs API reference, `CreateLogGroup`, logGroupClass."""


def _create(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    name = inputs.get("name") or unique(inputs["namePrefix"])
    aws.call(
        "create_log_group",
        logGroupName=name,
        logGroupClass=inputs.get("logGroupClass"),
        tags=_tags(inputs),
    )
    _put_retention(aws, name, inputs)
    return name, _read(aws, name) or {}


def _tags(inputs: Mapping[str, Any]) -> dict[str, str] | None:
    return {key: value for key, value in inputs.get("tagsAll", {}).items() if key != DEFAULTS} or None


def _put_retention(aws: Aws, name: str, inputs: Mapping[str, Any]) -> None:
    if days := inputs.get("retentionInDays"):
        aws.call("put_retention_policy", logGroupName=name, retentionInDays=days)


def _read(aws: Aws, name: str) -> State | None:
    for found in aws.call("describe_log_groups", logGroupNamePrefix=name)["logGroups"]:
        if found["logGroupName"] == name:
            arn = found["arn"].removesuffix(":*")
            return {
                "arn": arn,
                "logGroupClass": found.get("logGroupClass", "STANDARD"),
                "name": name,
                "retentionInDays": found.get("retentionInDays", 0),
                "tagsAll": aws.call("list_tags_for_resource", resourceArn=arn)["tags"],
            }
    return None


def _update(aws: Aws, name: str, change: Change) -> None:
    if change.of("retentionInDays"):
        if not change.new.get("retentionInDays"):
            aws.call("delete_retention_policy", logGroupName=name)
        _put_retention(aws, name, change.new)
    if change.of("tagsAll"):
        arn = change.old["arn"]
        if gone := removed(change):
            aws.call("untag_resource", resourceArn=arn, tagKeys=gone)
        if tags := _tags(change.new):
            aws.call("tag_resource", resourceArn=arn, tags=tags)


def _delete(aws: Aws, name: str, old: Mapping[str, Any]) -> None:
    if not old.get("skipDestroy"):
        if tags := _tags(old):  # moto would give them to the next group of that name
            aws.call("untag_resource", resourceArn=old["arn"], tagKeys=list(tags))
        aws.call("delete_log_group", logGroupName=name)


LOG_GROUP: Final = ResourceType(
    type_name="aws:cloudwatch/logGroup:LogGroup",
    service="logs",
    inputs={
        "deletionProtectionEnabled": Property(kind="boolean", kept=True, lacking=True),
        "kmsKeyId": Property(lacking=True),
        "logGroupClass": Property(kept=True, replaces=True, values=_CLASSES),
        "name": Property(kept=True, replaces=True),
        "namePrefix": Property(kept=True, replaces=True),
        "retentionInDays": Property(kind="integer", default=0),
        "skipDestroy": Property(kind="boolean", default=False),
    },
    outputs=("arn",),
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    missing=frozenset({"ResourceNotFoundException"}),
    import_id="the name of the log group",
    autoname=Autoname(longest=512),
    tagged=True,
    sources=(
        "Terraform AWS provider, internal/service/logs/group.go",
        "pulumi-aws, provider/autonaming.go",
        "pulumi_aws.cloudwatch.LogGroup",
    ),
)

ENTRIES: Final = (LOG_GROUP,)
