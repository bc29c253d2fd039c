"""Base images that every account of the organisation pulls, and nobody outside it."""

import pulumi
from secure_ecr import RepositoryKey, SecureRepository

organization_id = pulumi.Config().require("organization_id")
key = RepositoryKey("base-images-key", {})
base = SecureRepository(
    "base-images",
    {
        "repository_name": "platform/base-images",
        "kms_key_arn": key.key_arn,
        "access": {"pull": [{"organization_id": organization_id}]},
    },
)

pulumi.export("url", base.repository_url)
