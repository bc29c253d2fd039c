"""A repository of Amazon ECR Public: everybody pulls from it, and its page in the gallery says what it has."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
from ecr_model.findings import Finding, echo, join
from ecr_model.public import REGIONS, check_catalog, check_public_repository_name, parse_catalog, render_catalog
from ecr_model.public_access import PARTITION, check_public_access, render_public_repository_policy
from ecr_model.shapes import snake_case
from pulumi_aws import ecrpublic

from secure_ecr.arguments import at, judged, read
from secure_ecr.declarations import GrantArgs
from secure_ecr.errors import refuse
from secure_ecr.locations import partition_of
from secure_ecr.repository_settings import check_resource_tags
from secure_ecr.wire import wire


class CatalogArgs(TypedDict):
    """What the gallery shows of a repository."""

    description: NotRequired[str]
    """One or two sentences for the search, at most 1,024 characters; absent, none."""

    about_text: NotRequired[str]
    """What the images hold, in Markdown, at most 25,600 characters; absent, the page does not say."""

    usage_text: NotRequired[str]
    """How to run them, in Markdown, at most 25,600 characters; absent, the page does not say."""

    architectures: NotRequired[list[str]]
    """Architectures of the images: `ARM`, `ARM 64`, `x86`, `x86-64`; absent, none is named."""

    operating_systems: NotRequired[list[str]]
    """Operating systems of the images: `Linux`, `Windows`; absent, none is named."""

    logo_image_blob: NotRequired[str]
    """Logo in base64, at most 512,000 bytes before that, shown for verified accounts; absent, none."""


class PublicAccessArgs(TypedDict):
    """Who may push, beside the principals that IAM allows in the repository's own account."""

    push: NotRequired[list[GrantArgs]]
    """Who may push images; absent, nobody else."""


@judged(repository_name=check_public_repository_name, catalog=check_catalog, access=check_public_access)
class PublicRepositoryArgs(TypedDict):
    """What the caller of PublicRepository decides; scanning, lifecycle, keys and immutable tags it cannot have."""

    repository_name: str
    """Name in the public registry, without its alias, 2 to 205 characters; a new name is a new repository."""

    catalog: NotRequired[CatalogArgs]
    """Page of the repository in the gallery; absent, it has none of these, or keeps those of an earlier declaration."""

    access: NotRequired[PublicAccessArgs]
    """Who may push from outside; absent, there is no repository policy and nobody may."""

    force_delete: NotRequired[bool]
    """With `true` the repository can be deleted, images included; absent, the engine refuses to delete it."""

    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """AWS tags of the repository, beside the default tags of the provider; absent, those alone."""


class PublicRepository(pulumi.ComponentResource):
    """
    A repository of Amazon ECR Public, which is in us-east-1 whatever the Region of the stack.

    Children: `<name>` (Repository, holds the images) and, when anything is granted, `<name>-policy`
    (RepositoryPolicy).

    The repository is protected unless `force_delete` is true. To remove it, set `force_delete`, deploy, and remove
    it after that; a change of its name would replace it and is refused as well.
    """

    repository_uri: pulumi.Output[str]
    """What `docker pull` takes, without a tag: `public.ecr.aws/<alias>/<name>`."""

    repository_arn: pulumi.Output[str]
    """ARN of the repository, for IAM policies."""

    repository_name: pulumi.Output[str]
    """Name of the repository in the public registry."""

    registry_id: pulumi.Output[str]
    """Account that holds the repository."""

    def __init__(self, name: str, args: PublicRepositoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field = at("", name)
        args, findings = read(PublicRepositoryArgs, args, field)
        refuse((*findings, *check_settings(args, field)))
        [region] = REGIONS

        super().__init__("secure-ecr:index:PublicRepository", name, wire(PublicRepositoryArgs, args), opts)
        repository = ecrpublic.Repository(
            name,
            repository_name=args["repository_name"],
            catalog_data=_catalog_data(args.get("catalog", {})),
            force_destroy=args.get("force_delete", False),
            region=region,
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=None if args.get("force_delete") else True,
                delete_before_replace=True,  # two repositories cannot have one name
            ),
        )
        if (policy := render_public_repository_policy(args.get("access", {}))) is not None:
            ecrpublic.RepositoryPolicy(
                f"{name}-policy",
                repository_name=repository.repository_name,
                policy=policy,
                region=region,
                # One that is protected and not deleted keeps its policy
                opts=pulumi.ResourceOptions(parent=self, deleted_with=repository),
            )

        self.repository_uri = repository.repository_uri
        self.repository_arn = repository.arn
        self.repository_name = repository.repository_name
        self.registry_id = repository.registry_id
        self.register_outputs(
            {
                "repositoryUri": self.repository_uri,
                "repositoryArn": self.repository_arn,
                "repositoryName": self.repository_name,
                "registryId": self.registry_id,
            }
        )


def check_settings(args: Mapping[str, Any], field: str, region: str | None = None) -> tuple[Finding, ...]:
    """
    Return what is wrong with arguments that are right one by one; a wrong one is absent here.

    Args:
        args: What could be read of the arguments.
        field: Path of the arguments.
        region: Region of the provider that will register the repository; None is the default provider's.
    """
    findings = [*check_resource_tags(args.get("tags", {}), join(field, "tags"))]
    if (partition := partition_of(region)) != PARTITION:
        requirement = f"must be deployed in partition {PARTITION!r}: ECR Public is in no other"
        findings.append(Finding(field, "public-partition", requirement, echo(partition)))
    return tuple(findings)


def _catalog_data(catalog: Mapping[str, object]) -> Any:
    """Return the catalog in the form of the AWS provider, None when it says nothing."""
    rendered = render_catalog(parse_catalog(catalog))
    return {snake_case(key): value for key, value in rendered.items()} or None
