"""The components of an estate, and what the stack says about them when it is done."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
from ecr_model.names import logical_name

from secure_ecr.estate import Estate, repository_args, repository_arn
from secure_ecr.push_role import PushRole, PushRoleArgs, PushTrustArgs
from secure_ecr.replication_topology import ReplicationTopology, ReplicationTopologyArgs
from secure_ecr.repository_key import RepositoryKey, RepositoryKeyArgs
from secure_ecr.secure_repository import SecureRepository


def deploy(estate: Estate) -> dict[str, Any]:
    """
    Register everything that *estate* declares.

    Returns:
        The outputs of the stack: `repositories` (by name: `url`, `arn`, `pull_by_digest`) and, where they are
        declared, `key` (ARN), `push_roles` (ARNs by name) and `replicas` (registries by Region).
    """
    options = pulumi.ResourceOptions(providers=[_provider(estate)])
    outputs: dict[str, Any] = {}
    key_arn = None
    if "key" in estate:
        args = RepositoryKeyArgs(**estate["key"], account_id=estate["account_id"], region=estate["region"])
        key_arn = outputs["key"] = RepositoryKey("key", args, options).key_arn
    outputs["repositories"] = _deploy_repositories(estate, key_arn, options)
    if "push_roles" in estate:
        outputs["push_roles"] = _deploy_push_roles(estate, options)
    if "replication" in estate:
        topology = ReplicationTopology("replication", _topology_args(estate), options)
        outputs["replicas"] = topology.replica_registries
    return outputs


def _provider(estate: Estate) -> aws.Provider:
    """Register the provider of one account and Region; credentials of another account are refused by it."""
    # As dicts these arguments would keep the names of their keys, and the plugin would not know them
    role = aws.ProviderAssumeRoleArgs(role_arn=estate["assume_role_arn"]) if "assume_role_arn" in estate else None
    return aws.Provider(
        "registry",
        region=estate["region"],
        allowed_account_ids=[estate["account_id"]],
        assume_roles=[role] if role else None,
        default_tags=aws.ProviderDefaultTagsArgs(tags=estate["tags"]) if "tags" in estate else None,
    )


def _deploy_repositories(
    estate: Estate, key_arn: pulumi.Output[str] | None, options: pulumi.ResourceOptions
) -> Mapping[str, Any]:
    outputs = {}
    for name in estate["repositories"]:
        args = repository_args(estate, name)
        if key_arn is not None:
            args.setdefault("kms_key_arn", key_arn)
        repository = SecureRepository(logical_name(name), args, options)
        outputs[name] = {
            "url": repository.repository_url,
            "arn": repository.repository_arn,
            "pull_by_digest": repository.digest_pull,
        }
    return outputs


def _deploy_push_roles(estate: Estate, options: pulumi.ResourceOptions) -> Mapping[str, Any]:
    roles: dict[str, PushRole] = {}
    for name, declaration in estate["push_roles"].items():
        arns: list[pulumi.Input[str]] = [repository_arn(estate, each) for each in declaration["repositories"]]
        trust = declaration["trust"]
        for first in list(roles.values())[:1]:  # an account has one OIDC provider for GitHub: the first role's
            trust = PushTrustArgs(github={"provider_arn": first.provider_arn, **trust["github"]})
        args = PushRoleArgs(repository_arns=arns, trust=trust)
        if "role_name" in declaration:
            args["role_name"] = declaration["role_name"]
        roles[name] = PushRole(name, args, options)
    return {name: role.role_arn for name, role in roles.items()}


def _topology_args(estate: Estate) -> ReplicationTopologyArgs:
    defaults, replication = estate.get("defaults", {}), estate["replication"]
    args = ReplicationTopologyArgs(
        source_account_id=estate["account_id"],
        source_region=estate["region"],
        destinations=replication["destinations"],
        tags={**estate.get("tags", {}), **defaults.get("tags", {})},
    )
    if "repository_prefixes" in replication:
        args["repository_prefixes"] = replication["repository_prefixes"]
    if "mutable_tag_patterns" in defaults:
        args["mutable_tag_patterns"] = defaults["mutable_tag_patterns"]
    if "lifecycle" in defaults:
        args["lifecycle"] = defaults["lifecycle"]
    if "access" in defaults:
        args["access"] = defaults["access"]
    return args
