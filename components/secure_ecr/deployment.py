"""The components of an estate, and what the stack says about them when it is done."""

from collections.abc import Mapping
from typing import Any, cast

import pulumi
import pulumi_aws as aws
from ecr_model.names import logical_name
from ecr_model.workload_identities import render_provider_arn
from pulumi_aws import iam

from secure_ecr.estate import TOPOLOGY, Estate, replication_args, repository_args, repository_arn
from secure_ecr.locations import partition_of
from secure_ecr.private_network import build_network
from secure_ecr.public_repository import PublicRepository, PublicRepositoryArgs
from secure_ecr.pull_role import PullRole, PullRoleArgs
from secure_ecr.push_role import PushRole, PushRoleArgs, PushTrustArgs
from secure_ecr.registry_endpoints import RegistryEndpoints, RegistryEndpointsArgs
from secure_ecr.registry_monitoring import RegistryMonitoring, RegistryMonitoringArgs
from secure_ecr.registry_settings import RegistrySettings, RegistrySettingsArgs
from secure_ecr.replication_topology import ReplicationTopology, ReplicationTopologyArgs
from secure_ecr.repository_key import RepositoryKey, RepositoryKeyArgs
from secure_ecr.role_trust import Issuer, issuer_of
from secure_ecr.secure_repository import SecureRepository


def deploy(estate: Estate) -> dict[str, Any]:
    """
    Register everything that *estate* declares.

    Returns:
        The outputs of the stack: `repositories` (by name: `url`, `arn`, `pull_by_digest`) and, where they are
        declared, `key` (ARN), `push_roles` and `pull_roles` (ARNs by name), `replicas` (registries by Region),
        `replication` (a Mermaid graph), `endpoints` (ids by place), `alerts` (ARN of a topic) and
        `public_repositories` (URIs by name).
    """
    options = pulumi.ResourceOptions(providers=[_provider(estate)])
    outputs: dict[str, Any] = {}
    key_arn = None
    if "registry" in estate:
        settings = cast("RegistrySettingsArgs", {**estate["registry"], **_place(estate)})
        RegistrySettings("registry-settings", settings, options)
    if "key" in estate:
        key = cast("RepositoryKeyArgs", {**estate["key"], **_place(estate)})
        key_arn = outputs["key"] = RepositoryKey("key", key, options).key_arn
    outputs["repositories"] = _deploy_repositories(estate, key_arn, options)
    if "push_roles" in estate:
        outputs["push_roles"] = _deploy_push_roles(estate, options)
    if "pull_roles" in estate:
        outputs["pull_roles"] = _deploy_pull_roles(estate, options)
    if "replication" in estate:
        arguments = replication_args(estate, estate["replication"])
        topology = ReplicationTopology(TOPOLOGY, cast("ReplicationTopologyArgs", arguments), options)
        outputs |= {"replicas": topology.replica_registries, "replication": topology.mermaid}
    if ways := _deploy_endpoints(estate, options):
        outputs["endpoints"] = ways
    if "monitoring" in estate:
        watched = cast("RegistryMonitoringArgs", {**estate["monitoring"], **_place(estate)})
        outputs["alerts"] = RegistryMonitoring("monitoring", watched, options).topic_arn
    if "public_repositories" in estate:
        outputs["public_repositories"] = {
            name: PublicRepository(
                f"public-{logical_name(name)}",
                cast("PublicRepositoryArgs", {**declaration, "repository_name": name}),
                options,
            ).repository_uri
            for name, declaration in estate["public_repositories"].items()
        }
    return outputs


def _place(estate: Estate) -> dict[str, str]:
    return {"account_id": estate["account_id"], "region": estate["region"]}


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
    outputs = {}
    partition = partition_of(estate["region"])
    issuers = {name: issuer_of(role["trust"], partition) for name, role in estate["push_roles"].items()}
    providers = _deploy_oidc_providers(estate, issuers, options)
    for name, declaration in estate["push_roles"].items():
        arns: list[pulumi.Input[str]] = [repository_arn(estate, each) for each in declaration["repositories"]]
        trust = declaration["trust"]
        if issuer := issuers[name]:
            [(kind, jobs)] = cast("dict[str, dict[str, Any]]", trust).items()
            trust = cast("PushTrustArgs", {kind: {"provider_arn": providers[issuer.url], **jobs}})
        args = PushRoleArgs(repository_arns=arns, trust=trust)
        if "role_name" in declaration:
            args["role_name"] = declaration["role_name"]
        outputs[name] = PushRole(name, args, options).role_arn
    return outputs


def _deploy_oidc_providers(
    estate: Estate, issuers: Mapping[str, Issuer | None], options: pulumi.ResourceOptions
) -> Mapping[str, pulumi.Input[str]]:
    """
    Register the OIDC provider of each of *issuers*, which push roles trust; return all ARNs by the issuer's URL.

    An account has one for each issuer, so it is no role's: it stays when the role that came first goes. None is
    registered where a role names the one that the account has.
    """
    partition = partition_of(estate["region"])
    known = list(filter(None, issuers.values()))
    arns = {issuer.url: issuer.provider_arn for issuer in known if issuer.provider_arn is not None}
    for url in sorted({issuer.url for issuer in known} - arns.keys()):
        provider = iam.OpenIdConnectProvider(
            logical_name(url.removeprefix("https://")),
            url=url,
            client_id_lists=sorted({issuer.audience for issuer in known if issuer.url == url}),
            opts=pulumi.ResourceOptions.merge(
                options, pulumi.ResourceOptions(aliases=[_former_provider(role) for role in issuers])
            ),
        )
        arn = render_provider_arn(url, partition=partition, account_id=estate["account_id"])
        # Known at preview, when the provider's own is not, and there no sooner than the provider
        arns[url] = pulumi.Output.all(arn, provider.url).apply(lambda both: both[0])
    return arns


def _former_provider(role: str) -> pulumi.Alias:
    """Return what the provider was called when it was made by the first of the roles."""
    stack = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}"
    return pulumi.Alias(name=f"{role}-provider", parent=f"{stack}::secure-ecr:index:PushRole::{role}")


def _deploy_pull_roles(estate: Estate, options: pulumi.ResourceOptions) -> Mapping[str, Any]:
    outputs = {}
    for name, declaration in estate["pull_roles"].items():
        arns: list[pulumi.Input[str]] = [repository_arn(estate, each) for each in declaration["repositories"]]
        args = PullRoleArgs(repository_arns=arns, trust=declaration["trust"])
        if "role_name" in declaration:
            args["role_name"] = declaration["role_name"]
        outputs[name] = PullRole(name, args, options).role_arn
    return outputs


def _deploy_endpoints(estate: Estate, options: pulumi.ResourceOptions) -> Mapping[str, Any]:
    """Register the ways from a VPC that exists and from the stack's own; return their ids."""
    ways: dict[str, RegistryEndpointsArgs] = {}
    if "endpoints" in estate:
        ways["endpoints"] = cast("RegistryEndpointsArgs", {**estate["endpoints"], "region": estate["region"]})
    if "network" in estate:
        declaration = estate["network"]
        network = build_network("network", declaration, estate["region"], options)
        ways["network-endpoints"] = RegistryEndpointsArgs(
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids,
            route_table_ids=network.route_table_ids,
            client_cidrs=[declaration["cidr_block"]],
            allowed_account_ids=[estate["account_id"]],
            pull_only=declaration.get("pull_only", False),
            region=estate["region"],
        )
        if "services" in declaration:
            ways["network-endpoints"]["services"] = declaration["services"]
    outputs = {}
    for name, args in ways.items():
        built = RegistryEndpoints(name, args, options)
        outputs[name] = {"api": built.api_endpoint_id, "dkr": built.dkr_endpoint_id, "s3": built.layer_endpoint_id}
    return outputs
