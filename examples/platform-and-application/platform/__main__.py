"""What a registry has once: its scanning, its policy scope, the key of its repositories, the way in from CI."""

import pulumi
import pulumi_aws as aws
from secure_ecr import RegistrySettings, RepositoryKey

account_id = pulumi.Config().require("account_id")

RegistrySettings("registry", {"account_id": account_id, "region": pulumi.Config("aws").require("region")})
key = RepositoryKey("registry-key", {"account_id": account_id, "alias": "alias/registry"})
github = aws.iam.OpenIdConnectProvider(
    "github", url="https://token.actions.githubusercontent.com", client_id_lists=["sts.amazonaws.com"]
)

pulumi.export("key_arn", key.key_arn)
pulumi.export("github_provider_arn", github.arn)
