"""The execution role of a service on Amazon ECS, for the repository that another stack has."""

import pulumi
from secure_ecr import PullRole

config = pulumi.Config()
registry = pulumi.StackReference(config.require("registry"))

role = PullRole(
    "api",
    {
        "repository_arns": [registry.require_output("arn")],
        "trust": {
            "ecs": {
                "account_id": config.require("account_id"),
                "region": pulumi.Config("aws").require("region"),
            }
        },
    },
)

pulumi.export("execution_role_arn", role.role_arn)
pulumi.export("image", pulumi.Output.concat(registry.require_output("url"), "@", config.require("digest")))
