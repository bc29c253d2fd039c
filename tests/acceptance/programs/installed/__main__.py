"""A program of a project that has installed secure-ecr, and has folders of its own with the names of its folders."""

import sys

import ecr_model
import pulumi
import secure_ecr
from pulumi_aws import ecr

import components
import model
import operations
import policies

config = pulumi.Config()
with secure_ecr.reported():
    secure_ecr.SecureRepository(
        "app",
        {
            "repository_name": components.REPOSITORY,
            "kms_key_arn": "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
            "tags": {"owner": policies.OWNER, "cost-center": "7"},
        },
    )
if config.get_bool("careless"):
    ecr.Repository("careless", name="team/careless", force_delete=True)

for module in (ecr_model, secure_ecr, components, model, operations, policies):
    pulumi.export(module.__name__, module.__file__)
pulumi.export("python", sys.prefix)
