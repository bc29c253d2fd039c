"""Functions made of an image: what AWS Lambda pulls by the policy of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.difference import DEFAULTS
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.tags import removed

_PLAIN: Final = {"description": "Description", "memorySize": "MemorySize", "role": "Role", "timeout": "Timeout"}


def _create(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    name = inputs["name"]
    aws.call(
        "create_function",
        FunctionName=name,
        Architectures=inputs.get("architectures"),
        Code={"ImageUri": inputs["imageUri"]} if "imageUri" in inputs else {},
        PackageType=inputs["packageType"],
        Tags=_tags(inputs),
        **_configuration(inputs),
    )
    return name, _read(aws, name)


def _configuration(inputs: Mapping[str, Any]) -> State:
    given: State = {api: inputs[name] for name, api in _PLAIN.items() if name in inputs}
    variables = inputs.get("environment", {}).get("variables", {})
    named = {key: value for key, value in variables.items() if key != DEFAULTS}
    return given | ({"Environment": {"Variables": named}} if named else {})


def _tags(inputs: Mapping[str, Any]) -> dict[str, str] | None:
    return {key: value for key, value in inputs.get("tagsAll", {}).items() if key != DEFAULTS} or None


def _read(aws: Aws, name: str) -> State:
    found = aws.call("get_function", FunctionName=name)
    said, arn = found["Configuration"], found["Configuration"]["FunctionArn"]
    home = f"{arn.split(':')[1]}:apigateway:{aws.region}:lambda:path"
    invoke = f"arn:{home}/2015-03-31/functions/{arn}"
    return {
        **{each: said.get(api) or None for each, api in _PLAIN.items()},
        "architectures": said["Architectures"],
        "arn": arn,
        "environment": {"variables": said["Environment"]["Variables"]} if said.get("Environment") else None,
        "imageUri": found["Code"].get("ImageUri"),
        "invokeArn": f"{invoke}/invocations",
        "lastModified": said["LastModified"],
        "name": name,
        "packageType": said["PackageType"],
        "qualifiedArn": f"{arn}:{said['Version']}",
        "qualifiedInvokeArn": f"{invoke}:{said['Version']}/invocations",
        "responseStreamingInvokeArn": (f"arn:{home}/2021-11-15/functions/{arn}/response-streaming-invocations"),
        "sourceCodeSize": said["CodeSize"],
        "tagsAll": found.get("Tags", {}),
        "version": said["Version"],
    }


def _update(aws: Aws, name: str, change: Change) -> State:
    if change.of("imageUri", "architectures"):
        aws.call(
            "update_function_code",
            FunctionName=name,
            Architectures=change.new.get("architectures"),
            ImageUri=change.new.get("imageUri"),
        )
    if change.of("environment", *_PLAIN):
        emptied = {"Description": "", "Environment": {"Variables": {}}}
        aws.call("update_function_configuration", FunctionName=name, **emptied | _configuration(change.new))
    if change.of("tagsAll"):
        arn = change.old["arn"]
        if gone := removed(change):
            aws.call("untag_resource", Resource=arn, TagKeys=gone)
        if tags := _tags(change.new):
            aws.call("tag_resource", Resource=arn, Tags=tags)
    return _read(aws, name)


def _delete(aws: Aws, name: str, old: Mapping[str, Any]) -> None:
    if not old.get("skipDestroy"):
        aws.call("delete_function", FunctionName=name)


FUNCTION: Final = ResourceType(
    type_name="aws:lambda/function:Function",
    service="lambda",
    inputs={
        "architectures": Property(kind="list", kept=True),
        "capacityProviderConfig": Property(kind="object", lacking=True),
        "code": Property(lacking=True),
        "codeSha256": Property(kept=True, lacking=True),
        "codeSigningConfigArn": Property(lacking=True),
        "deadLetterConfig": Property(kind="object", lacking=True),
        "description": Property(),
        "durableConfig": Property(kind="object", lacking=True),
        "environment": Property(kind="object", fields={"variables": Property(kind="map")}),
        "ephemeralStorage": Property(kind="object", kept=True, lacking=True),
        "fileSystemConfig": Property(kind="object", lacking=True),
        "handler": Property(lacking=True),
        "imageConfig": Property(kind="object", lacking=True),
        "imageUri": Property(),
        "kmsKeyArn": Property(lacking=True),
        "layers": Property(kind="list", lacking=True),
        "loggingConfig": Property(kind="object", kept=True, lacking=True),
        "memorySize": Property(kind="integer", default=128, between=(128, 32768)),
        "name": Property(kept=True, replaces=True),
        "packageType": Property(default="Zip", replaces=True, values=("Image", "Zip")),
        "publish": Property(kind="boolean", default=False, lacking=True),
        "publishTo": Property(lacking=True),
        "replaceSecurityGroupsOnDestroy": Property(kind="boolean", lacking=True),
        "replacementSecurityGroupIds": Property(kind="set", lacking=True),
        "reservedConcurrentExecutions": Property(kind="integer", default=-1, lacking=True),
        "role": Property(required=True),
        "runtime": Property(lacking=True),
        "s3Bucket": Property(lacking=True),
        "s3Key": Property(lacking=True),
        "s3ObjectVersion": Property(lacking=True),
        "skipDestroy": Property(kind="boolean", default=False),
        "snapStart": Property(kind="object", lacking=True),
        "sourceCodeHash": Property(kept=True, lacking=True),
        "sourceKmsKeyArn": Property(lacking=True),
        "tenancyConfig": Property(kind="object", lacking=True),
        "timeout": Property(kind="integer", default=3, between=(1, 900)),
        "tracingConfig": Property(kind="object", kept=True, lacking=True),
        "useResourceTimeoutForPropagation": Property(kind="boolean", lacking=True),
        "vpcConfig": Property(kind="object", lacking=True),
    },
    outputs=(
        "arn",
        "invokeArn",
        "lastModified",
        "qualifiedArn",
        "qualifiedInvokeArn",
        "responseStreamingInvokeArn",
        "signingJobArn",
        "signingProfileVersionArn",
        "sourceCodeSize",
        "version",
    ),
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    missing=frozenset({"ResourceNotFoundException"}),
    import_id="the name of the function",
    identifier=("name",),
    autoname=Autoname(longest=64),
    tagged=True,
    sources=(
        "Terraform AWS provider, internal/service/lambda/function.go",
        "pulumi-aws, provider/resources.go (name)",
        "pulumi_aws.lambda_.Function",
    ),
)

ENTRIES: Final = (FUNCTION,)
