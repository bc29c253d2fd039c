"""One repository, encrypted with a key of its own."""

import pulumi
from secure_ecr import RepositoryKey, SecureRepository

key = RepositoryKey("registry", {})
api = SecureRepository("api", {"repository_name": "payments/api", "kms_key_arn": key.key_arn})

pulumi.export("arn", api.repository_arn)
pulumi.export("url", api.repository_url)
