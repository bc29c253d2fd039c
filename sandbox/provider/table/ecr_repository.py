"""A repository and the two documents that hang on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.documents import normalize, same_lifecycle, same_policy
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.tags import listed, retag, unlisted

MUTABILITIES: Final = ("MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION")
ENCRYPTION_TYPES: Final = ("AES256", "KMS", "KMS_DSSE")
EXCLUSION_FILTERS: Final = Property(
    kind="list",
    fields={"filter": Property(required=True), "filterType": Property(required=True, values=("WILDCARD",))},
)
_TERRAFORM: Final = "Terraform AWS provider, internal/service/ecr"
_MISSING: Final = frozenset({"RepositoryNotFoundException"})


def encryption(said: Mapping[str, Any] | None) -> list[State]:
    """Return the one encryption configuration that AWS *said*, in the form of the plugin's outputs."""
    return [{"encryptionType": said["encryptionType"], "kmsKey": said.get("kmsKey", "")}] if said else []


def encryption_parameter(inputs: Mapping[str, Any]) -> State | None:
    """Return the encryption configuration in *inputs* as the API takes it; None when there is none."""
    for given in inputs.get("encryptionConfigurations", []):
        return {name: given[name] for name in ("encryptionType", "kmsKey") if given.get(name)}
    return None


def exclusion_filters(inputs: Mapping[str, Any]) -> list[State] | None:
    """Return the exclusion filters in *inputs* as the API takes them; None when there are none."""
    given = inputs.get("imageTagMutabilityExclusionFilters")
    return [{name: each[name] for name in ("filter", "filterType")} for each in given] if given else None


def _described(repository: Mapping[str, Any]) -> State:
    return {
        "arn": repository["repositoryArn"],
        "encryptionConfigurations": encryption(repository.get("encryptionConfiguration")),
        "imageScanningConfiguration": {
            "scanOnPush": repository.get("imageScanningConfiguration", {}).get("scanOnPush", False)
        },
        "imageTagMutability": repository["imageTagMutability"],
        "imageTagMutabilityExclusionFilters": repository.get("imageTagMutabilityExclusionFilters"),
        "name": repository["repositoryName"],
        "registryId": repository["registryId"],
        "repositoryUrl": repository["repositoryUri"],
    }


def _scanning(inputs: Mapping[str, Any]) -> State | None:
    given = inputs.get("imageScanningConfiguration")
    return {"scanOnPush": given["scanOnPush"]} if given else None


def _create(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_repository",
        repositoryName=inputs["name"],
        tags=listed(inputs.get("tagsAll", {})),
        imageTagMutability=inputs.get("imageTagMutability"),
        imageTagMutabilityExclusionFilters=exclusion_filters(inputs),
        imageScanningConfiguration=_scanning(inputs),
        encryptionConfiguration=encryption_parameter(inputs),
    )
    return inputs["name"], _described(answer["repository"])


def read_repository(aws: Aws, name: str) -> State:
    """Return what AWS has under the repository *name*, its tags included."""
    repository = aws.call("describe_repositories", repositoryNames=[name])["repositories"][0]
    tags = aws.call("list_tags_for_resource", resourceArn=repository["repositoryArn"])["tags"]
    return _described(repository) | {"tagsAll": unlisted(tags)}


def _update(aws: Aws, name: str, change: Change) -> None:
    if change.of("imageTagMutability", "imageTagMutabilityExclusionFilters"):
        aws.call(
            "put_image_tag_mutability",
            repositoryName=name,
            imageTagMutability=change.new["imageTagMutability"],
            imageTagMutabilityExclusionFilters=exclusion_filters(change.new),
        )
    if change.of("imageScanningConfiguration"):
        aws.call(
            "put_image_scanning_configuration",
            repositoryName=name,
            imageScanningConfiguration=_scanning(change.new) or {"scanOnPush": False},
        )
    retag(aws, change, "resourceArn", change.old["arn"])


def _delete(aws: Aws, name: str, old: Mapping[str, Any]) -> None:
    aws.call("delete_repository", repositoryName=name, force=old.get("forceDelete", False))


REPOSITORY: Final = ResourceType(
    type_name="aws:ecr/repository:Repository",
    service="ecr",
    inputs={
        "encryptionConfigurations": Property(
            kind="list",
            kept=True,
            replaces=True,
            fields={
                "encryptionType": Property(default="AES256", values=ENCRYPTION_TYPES),
                "kmsKey": Property(kept=True),
            },
        ),
        "forceDelete": Property(kind="boolean"),
        "imageScanningConfiguration": Property(
            kind="object", kept=True, fields={"scanOnPush": Property(kind="boolean", required=True)}
        ),
        "imageTagMutability": Property(default="MUTABLE", values=MUTABILITIES),
        "imageTagMutabilityExclusionFilters": EXCLUSION_FILTERS,
        "name": Property(replaces=True),
    },
    outputs=("arn", "registryId", "repositoryUrl"),
    create=_create,
    read=read_repository,
    update=_update,
    delete=_delete,
    missing=_MISSING,
    import_id="the name of the repository",
    identifier=("name",),
    autoname=Autoname(),
    tagged=True,
    sources=(f"{_TERRAFORM}/repository.go", "pulumi-aws, provider/autonaming.go", "pulumi_aws.ecr.Repository"),
)


def _put_lifecycle(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "put_lifecycle_policy",
        repositoryName=inputs["repository"],
        lifecyclePolicyText=normalize(inputs["policy"]),
    )
    return inputs["repository"], {"registryId": answer["registryId"]}


def _read_lifecycle(aws: Aws, repository: str) -> State:
    answer = aws.call("get_lifecycle_policy", repositoryName=repository)
    return {
        "policy": answer["lifecyclePolicyText"],
        "registryId": answer["registryId"],
        "repository": repository,
    }


def _delete_lifecycle(aws: Aws, repository: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_lifecycle_policy", repositoryName=repository)


LIFECYCLE_POLICY: Final = ResourceType(
    type_name="aws:ecr/lifecyclePolicy:LifecyclePolicy",
    service="ecr",
    inputs={
        "policy": Property(kind="json", required=True, replaces=True, same=same_lifecycle),
        "repository": Property(required=True, replaces=True),
    },
    outputs=("registryId",),
    create=_put_lifecycle,
    read=_read_lifecycle,
    delete=_delete_lifecycle,
    missing=_MISSING | {"LifecyclePolicyNotFoundException"},
    import_id="the name of the repository",
    identifier=("repository",),
    delete_first=True,
    sources=(
        f"{_TERRAFORM}/lifecycle_policy.go",
        "pulumi-aws, provider/resource_overrides.go (DeleteBeforeReplace)",
        "pulumi_aws.ecr.LifecyclePolicy",
    ),
)


def _set_policy(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "set_repository_policy", repositoryName=inputs["repository"], policyText=normalize(inputs["policy"])
    )
    return inputs["repository"], {"registryId": answer["registryId"]}


def _update_policy(aws: Aws, _repository: str, change: Change) -> None:
    _set_policy(aws, change.new)


def _read_policy(aws: Aws, repository: str) -> State:
    answer = aws.call("get_repository_policy", repositoryName=repository)
    return {"policy": answer["policyText"], "registryId": answer["registryId"], "repository": repository}


def _delete_policy(aws: Aws, repository: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_repository_policy", repositoryName=repository)


REPOSITORY_POLICY: Final = ResourceType(
    type_name="aws:ecr/repositoryPolicy:RepositoryPolicy",
    service="ecr",
    inputs={
        "policy": Property(kind="json", required=True, same=same_policy),
        "repository": Property(required=True, replaces=True),
    },
    outputs=("registryId",),
    create=_set_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_delete_policy,
    missing=_MISSING | {"RepositoryPolicyNotFoundException"},
    import_id="the name of the repository",
    identifier=("repository",),
    sources=(f"{_TERRAFORM}/repository_policy.go", "pulumi_aws.ecr.RepositoryPolicy"),
)

ENTRIES: Final = (REPOSITORY, LIFECYCLE_POLICY, REPOSITORY_POLICY)
