"""A secret without a value: what a pull-through cache rule names for its upstream's credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.documents import normalize, same_policy
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.table.names import unique
from sandbox.provider.tags import listed, retag, unlisted


def _create(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_secret",
        Name=inputs.get("name") or unique(inputs["namePrefix"]),
        Description=inputs.get("description"),
        KmsKeyId=inputs.get("kmsKeyId"),
        Tags=listed(inputs.get("tagsAll", {})),
    )
    secret = answer["ARN"]
    _put_policy(aws, secret, inputs)
    return secret, _read(aws, secret) or {}


def _put_policy(aws: Aws, secret: str, inputs: Mapping[str, Any]) -> None:
    if "policy" in inputs:
        aws.call("put_resource_policy", SecretId=secret, ResourcePolicy=normalize(inputs["policy"]))


def _read(aws: Aws, secret: str) -> State | None:
    found = aws.call("describe_secret", SecretId=secret)
    if found.get("DeletedDate"):
        return None  # gone for every purpose but its recovery
    return {
        "arn": found["ARN"],
        "description": found.get("Description"),
        "kmsKeyId": found.get("KmsKeyId"),
        "name": found["Name"],
        "policy": aws.call("get_resource_policy", SecretId=secret).get("ResourcePolicy"),
        "tagsAll": unlisted(found.get("Tags", [])),
    }


def _update(aws: Aws, secret: str, change: Change) -> None:
    new = change.new
    if change.of("description", "kmsKeyId"):
        description = new.get("description", "")
        aws.call("update_secret", SecretId=secret, Description=description, KmsKeyId=new.get("kmsKeyId"))
    if change.of("policy"):
        _put_policy(aws, secret, new)
    retag(aws, change, "SecretId", secret)


def _delete(aws: Aws, secret: str, old: Mapping[str, Any]) -> None:
    if _read(aws, secret) is not None:
        days = old.get("recoveryWindowInDays")
        how: State = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        aws.call("delete_secret", SecretId=secret, **how)


SECRET: Final = ResourceType(
    type_name="aws:secretsmanager/secret:Secret",
    service="secretsmanager",
    inputs={
        "description": Property(),
        "forceOverwriteReplicaSecret": Property(kind="boolean", default=False),
        "kmsKeyId": Property(),
        "name": Property(kept=True, replaces=True),
        "namePrefix": Property(kept=True, replaces=True),
        "policy": Property(kind="json", kept=True, same=same_policy),
        "recoveryWindowInDays": Property(kind="integer", default=30, between=(0, 30)),
        "replicas": Property(kind="set", kept=True, lacking=True),
        "type": Property(kept=True, lacking=True),
    },
    outputs=("arn",),
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    missing=frozenset({"ResourceNotFoundException"}),
    import_id="the ARN of the secret",
    autoname=Autoname(),
    tagged=True,
    sources=(
        "Terraform AWS provider, internal/service/secretsmanager/secret.go",
        "pulumi-aws, provider/autonaming.go",
        "pulumi_aws.secretsmanager.Secret",
    ),
)

ENTRIES: Final = (SECRET,)
