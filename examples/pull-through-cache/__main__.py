"""A cache of two public registries, and the role of the nodes that pull through it."""

import pulumi
import pulumi_aws as aws
from secure_ecr import PullRole, RegistrySettings, RepositoryKey

account_id, region = pulumi.Config().require("account_id"), pulumi.Config("aws").require("region")
key = RepositoryKey("cache-key", {"account_id": account_id, "alias": "alias/registry-cache"})
credentials = aws.secretsmanager.Secret(
    "docker-hub",
    name="ecr-pullthroughcache/docker-hub",
    description="username and accessToken, as JSON; the value is written by hand",
)
upstreams = {
    "docker-hub": {"upstream_registry_url": "registry-1.docker.io", "credential_arn": credentials.arn},
    "quay": {"upstream_registry_url": "quay.io"},
}

RegistrySettings(
    "registry",
    {
        "account_id": account_id,
        "region": region,
        "pull_through": [{"ecr_repository_prefix": prefix, **upstream} for prefix, upstream in upstreams.items()],
        "creation_templates": [
            {
                "prefix": prefix,
                "applied_for": ["PULL_THROUGH_CACHE"],
                "kms_key_arn": key.key_arn,
                "lifecycle": {"untagged": {"days": 7}, "keep": [{"any": True, "count": 50}]},
            }
            for prefix in upstreams
        ],
    },
)
nodes = PullRole(
    "nodes",
    {
        "repository_arns": [],
        "cache_repository_arns": [f"arn:aws:ecr:{region}:{account_id}:repository/{prefix}/*" for prefix in upstreams],
        "trust": {"instance_profile": {}},
    },
)

pulumi.export("instance_profile_name", nodes.instance_profile_name)
pulumi.export("nginx", f"{account_id}.dkr.ecr.{region}.amazonaws.com/docker-hub/library/nginx")
