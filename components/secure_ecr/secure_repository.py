"""A private repository: tags stay where they are, layers are encrypted, old images go, nobody outside pulls."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
from ecr_model.findings import Finding, join
from ecr_model.lifecycle import check_lifecycle
from ecr_model.names import check_repository_name
from ecr_model.partitions import check_region
from ecr_model.repository import check_encryption
from pulumi_aws import ecr

from secure_ecr.adopted_policies import check_adopted_policies
from secure_ecr.adoption import adoption_options, check_adoption, check_import_id, policy_options
from secure_ecr.arguments import Check, at, judged, read
from secure_ecr.declarations import AccessArgs, AdoptArgs, LifecycleArgs
from secure_ecr.errors import refuse
from secure_ecr.replacement import explain_replacement
from secure_ecr.repository_settings import (
    check_mutable_tag_patterns,
    check_mutable_tag_reasons,
    check_repository_access,
    check_resource_tags,
    encryption,
    lifecycle_text,
    read_repository_policy,
    tag_mutability,
)
from secure_ecr.wire import wire

RULES: Mapping[str, Check] = {
    "repository_name": check_repository_name,
    "mutable_tag_patterns": check_mutable_tag_patterns,
    "lifecycle": check_lifecycle,
    "access": check_repository_access,
    "region": check_region,
    "adopt": check_adoption,
}
"""What each argument means to ECR; `check_settings` judges them together."""


@judged(**RULES)
class SecureRepositoryArgs(TypedDict):
    """What the caller of SecureRepository decides; everything else is fixed to the secure choice."""

    repository_name: str
    """Name in ECR, 2 to 256 characters, for instance `payments/api`; a new name is a new repository."""

    mutable_tag_patterns: NotRequired[list[str]]
    """Tags that a push may move, 1 to 5 patterns such as `branch-*`; absent, no tag moves once it is pushed."""

    mutable_tag_reasons: NotRequired[dict[str, str]]
    """Why the tags of each pattern may move, by pattern, for reviewers: of every pattern and of no other; absent, it is
    not said."""

    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Full ARN of a key in the repository's Region; absent, ECR encrypts with the account's key `aws/ecr`."""

    lifecycle: NotRequired[LifecycleArgs]
    """What expires when; absent, untagged images expire after 14 days and tagged images stay."""

    access: NotRequired[AccessArgs]
    """Who may use the repository from outside; absent, there is no repository policy and nobody may."""

    scan_on_push: NotRequired[bool]
    """Whether basic scanning looks at each image that is pushed; absent, it does."""

    force_delete: NotRequired[bool]
    """With `true` the repository can be deleted, images included; absent, the engine refuses to delete it."""

    allow_replacement: NotRequired[bool]
    """
    With `true` a new name, Region or key makes a new repository in place of this one; absent, the engine refuses that.

    ECR deletes the old one only when it holds no image, unless `force_delete` was deployed before.
    """

    region: NotRequired[str]
    """Region of the repository; absent, the provider's. Another Region is a new repository."""

    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """AWS tags of the repository, beside the default tags of the provider; absent, those alone."""

    adopt: NotRequired[AdoptArgs]
    """
    The repository that exists today and becomes this one, its images untouched; absent, one is created.

    Its lifecycle policy is overwritten. So is its repository policy once `access` grants something; until then
    it stays as it is.
    """


class SecureRepository(pulumi.ComponentResource):
    """
    A private ECR repository that is secure without further arguments.

    Children: `<name>` (Repository, holds the images), `<name>-lifecycle` (LifecyclePolicy) and, when anything is
    granted, `<name>-policy` (RepositoryPolicy).

    The repository is protected unless `force_delete` or `allow_replacement` is true. To remove it, set `force_delete`,
    deploy, and remove it after that. A change of its name, Region, encryption type or key would replace it: nothing can
    change these of a repository that exists. The engine refuses that with "unable to replace resource … as it is
    currently marked for protection", and the preview says beside it which argument must stay as it is. Take the change
    back, make a second repository beside the first and copy the images, or set `allow_replacement` when the images may
    go (docs/adr/0006-replacement.md).
    """

    repository_url: pulumi.Output[str]
    """What `docker push` takes, without a tag."""

    repository_arn: pulumi.Output[str]
    """ARN of the repository, for IAM policies."""

    repository_name: pulumi.Output[str]
    """Name of the repository in ECR."""

    registry_id: pulumi.Output[str]
    """Account that holds the repository."""

    digest_pull: pulumi.Output[str]
    """How a deployment names an image that cannot change: the URL, `@sha256:` and the image's digest."""

    def __init__(self, name: str, args: SecureRepositoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field = at("", name)
        args, findings = read(SecureRepositoryArgs, args, field)
        region, adopt, key = args.get("region"), args.get("adopt", {}), args.get("kms_key_arn")
        encryption_type = adopt.get("encryption_type") or "KMS"
        is_protected = not (args.get("force_delete") or args.get("allow_replacement"))
        policy, foreign = read_repository_policy(args.get("access"), region, field, functions_region=region)
        lost = check_adopted_policies(adopt, name, join(field, "adopt"))
        refuse((*findings, *foreign, *check_settings(args, field, findings), *lost))

        super().__init__("secure-ecr:index:SecureRepository", name, wire(SecureRepositoryArgs, args), opts)
        repository = ecr.Repository(
            name,
            name=args["repository_name"],
            **tag_mutability(args.get("mutable_tag_patterns", [])),
            encryption_configurations=encryption(key, encryption_type),
            image_scanning_configuration={"scan_on_push": args.get("scan_on_push", True)},
            force_delete=args.get("force_delete", False),
            region=region,
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=is_protected or None,
                # Two repositories cannot have one name
                **{"delete_before_replace": True, **adoption_options(adopt, name, join(field, "adopt"))},
            ),
        )
        ecr.LifecyclePolicy(
            f"{name}-lifecycle",
            repository=repository.name,
            policy=lifecycle_text(args.get("lifecycle")),
            region=region,
            opts=pulumi.ResourceOptions(parent=self, **policy_options(repository, adopt.get("lifecycle_policy"))),
        )
        if policy is not None:
            ecr.RepositoryPolicy(
                f"{name}-policy",
                repository=repository.name,
                policy=policy,
                region=region,
                opts=pulumi.ResourceOptions(parent=self, **policy_options(repository, adopt.get("repository_policy"))),
            )

        if is_protected:
            decided = {"repository_name": args["repository_name"], "region": region, "kms_key_arn": key}
            explain_replacement(repository, {**decided, "adopt.encryption_type": encryption_type}, field)
        self.repository_url = repository.repository_url
        self.repository_arn = repository.arn
        self.repository_name = repository.name
        self.registry_id = repository.registry_id
        self.digest_pull = repository.repository_url.apply(lambda url: f"{url}@sha256:<digest>")
        self.register_outputs(
            {
                "repositoryUrl": self.repository_url,
                "repositoryArn": self.repository_arn,
                "repositoryName": args["repository_name"],  # the same, without waiting for the repository
                "registryId": self.registry_id,
                "digestPull": self.digest_pull,
            }
        )


def check_settings(args: Mapping[str, Any], field: str, found: Sequence[Finding] = ()) -> tuple[Finding, ...]:
    """
    Return what is wrong with arguments that are right one by one; a wrong one is absent here.

    Args:
        args: What could be read of the arguments.
        field: Path of the arguments.
        found: What was wrong with the others, so that no consequence of it is told.
    """
    region, key, adopt = args.get("region"), args.get("kms_key_arn"), args.get("adopt", {})
    findings = [
        *check_encryption(
            adopt.get("encryption_type") or "KMS",
            key if isinstance(key, str) else None,
            region,
            type_field=join(field, "adopt.encryption_type"),
            key_field=join(field, "kms_key_arn"),
        ),
        *check_resource_tags(args.get("tags", {}), join(field, "tags")),
    ]
    if adopt.get("encryption_type") == "AES256" and key is not None and not isinstance(key, str):
        requirement = "must be absent when the encryption type is 'AES256'"
        findings.append(Finding(join(field, "kms_key_arn"), "encryption-key", requirement))
    if (import_id := adopt.get("import_id")) is not None and "repository_name" in args:
        findings += check_import_id(import_id, args["repository_name"], region, join(field, "adopt.import_id"))
    is_granted = any(args.get("access", {}).values()) or _is_wrong(join(field, "access"), found)
    if adopt.get("repository_policy") is not None and not is_granted:
        requirement, fix = "must stand beside access, which says what it will be", "repeat its statements there"
        findings.append(Finding(join(field, "adopt.repository_policy"), "adopt", requirement, fix=fix))
    if adopt and args.get("allow_replacement"):
        requirement = "must be absent beside adopt, which keeps the repository that there is"
        fix = "deploy without it, then remove adopt"
        findings.append(Finding(join(field, "allow_replacement"), "adopt", requirement, "true", fix))
    if "mutable_tag_reasons" in args and not _is_wrong(join(field, "mutable_tag"), found):
        patterns, path = args.get("mutable_tag_patterns", ()), join(field, "mutable_tag_reasons")
        findings += check_mutable_tag_reasons(args["mutable_tag_reasons"], patterns, path)
    return tuple(findings)


def _is_wrong(field: str, found: Sequence[Finding]) -> bool:
    return any(finding.field.startswith(field) for finding in found)
