"""A repository of the public gallery and its policy."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.documents import normalize, same_policy
from sandbox.provider.errors import ProviderError
from sandbox.provider.resource import Change, Property, ResourceType, State
from sandbox.provider.tags import listed, removed, unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/ecrpublic"
_MISSING: Final = frozenset({"RepositoryNotFoundException", "RepositoryPolicyNotFoundException"})
# botocore, `data/endpoints.json`, api.ecr-public.
_REGIONS: Final = ("us-east-1", "us-west-2")


def _call(aws: Aws, operation: str, **parameters: Any) -> dict[str, Any]:
    if aws.region not in _REGIONS:
        raise ProviderError(
            f"region: must be one of {', '.join(_REGIONS)} for the public gallery, got {aws.region!r}; "
            "set region of the resource"
        )
    return aws.call(operation, **parameters)


# Repositories


def _create(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    name = inputs["repositoryName"]
    _call(
        aws,
        "create_repository",
        repositoryName=name,
        catalogData=_catalog(inputs),
        tags=listed(inputs.get("tagsAll", {})),
    )
    # The logo is not told again: what the program said of the catalogue is all that is known of it.
    told = {member: value for member, value in _read(aws, name).items() if member not in inputs}
    return name, told


def _catalog(inputs: Mapping[str, Any]) -> State | None:
    given = inputs.get("catalogData")
    if not given:
        return None
    names = ("aboutText", "architectures", "description", "operatingSystems", "usageText")
    catalog = {name: given[name] for name in names if name in given}
    if given.get("logoImageBlob"):
        catalog["logoImageBlob"] = base64.b64decode(given["logoImageBlob"])
    return catalog


def _read(aws: Aws, name: str) -> State:
    found = _call(aws, "describe_repositories", repositoryNames=[name])["repositories"][0]
    catalog = aws.call("get_repository_catalog_data", repositoryName=name)["catalogData"]
    tags = aws.call("list_tags_for_resource", resourceArn=found["repositoryArn"])["tags"]
    names = ("aboutText", "architectures", "description", "operatingSystems", "usageText")
    return {
        "arn": found["repositoryArn"],
        "catalogData": {each: catalog[each] for each in names if catalog.get(each)},
        "registryId": found["registryId"],
        "repositoryName": name,
        "repositoryUri": found["repositoryUri"],
        "tagsAll": unlisted(tags),
    }


def _update(aws: Aws, name: str, change: Change) -> None:
    if change.of("catalogData"):
        _call(aws, "put_repository_catalog_data", repositoryName=name, catalogData=_catalog(change.new) or {})
    if change.of("tagsAll"):
        arn = change.old["arn"]
        if gone := removed(change):
            _call(aws, "untag_resource", resourceArn=arn, tagKeys=gone)
        if tags := listed(change.new["tagsAll"]):
            _call(aws, "tag_resource", resourceArn=arn, tags=tags)


def _delete(aws: Aws, name: str, old: Mapping[str, Any]) -> None:
    _call(aws, "delete_repository", repositoryName=name, force=old.get("forceDestroy", False))


REPOSITORY: Final = ResourceType(
    type_name="aws:ecrpublic/repository:Repository",
    service="ecr-public",
    inputs={
        "catalogData": Property(
            kind="object",
            kept=True,
            fields={
                "aboutText": Property(),
                "architectures": Property(kind="set"),
                "description": Property(),
                "logoImageBlob": Property(kept=True),
                "operatingSystems": Property(kind="set"),
                "usageText": Property(),
            },
        ),
        "forceDestroy": Property(kind="boolean", default=False),
        "repositoryName": Property(required=True, replaces=True),
    },
    outputs=("arn", "registryId", "repositoryUri"),
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    missing=_MISSING,
    import_id="the name of the repository",
    identifier=("repositoryName",),
    tagged=True,
    sources=(f"{_TERRAFORM}/repository.go", "pulumi_aws.ecrpublic.Repository"),
)


# Policies


def _put_policy(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    name = inputs["repositoryName"]
    answer = _call(aws, "set_repository_policy", repositoryName=name, policyText=normalize(inputs["policy"]))
    return name, {"registryId": answer["registryId"]}


def _update_policy(aws: Aws, _name: str, change: Change) -> None:
    _put_policy(aws, change.new)


def _read_policy(aws: Aws, name: str) -> State:
    answer = _call(aws, "get_repository_policy", repositoryName=name)
    return {"policy": answer["policyText"], "registryId": answer["registryId"], "repositoryName": name}


def _delete_policy(aws: Aws, name: str, _old: Mapping[str, Any]) -> None:
    _call(aws, "delete_repository_policy", repositoryName=name)


REPOSITORY_POLICY: Final = ResourceType(
    type_name="aws:ecrpublic/repositoryPolicy:RepositoryPolicy",
    service="ecr-public",
    inputs={
        "policy": Property(kind="json", required=True, same=same_policy),
        "repositoryName": Property(required=True, replaces=True),
    },
    outputs=("registryId",),
    create=_put_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_delete_policy,
    missing=_MISSING,
    import_id="the name of the repository",
    identifier=("repositoryName",),
    sources=(f"{_TERRAFORM}/repository_policy.go", "pulumi_aws.ecrpublic.RepositoryPolicy"),
)

ENTRIES: Final = (REPOSITORY, REPOSITORY_POLICY)
