"""A repository that keeps its releases, and the task definition of the one that is live, by digest."""

import json

import pulumi
import pulumi_aws as aws
from secure_ecr import PullRole, RepositoryKey, SecureRepository

config, region = pulumi.Config(), pulumi.Config("aws").require("region")
account_id, live = config.require("account_id"), config.require("live")
digest = config.require_object("releases")[live]

key = RepositoryKey("registry", {"account_id": account_id})
repository = SecureRepository(
    "api",
    {
        "repository_name": "payments/api",
        "kms_key_arn": key.key_arn,
        # The way back is as long as this list: what has expired cannot be deployed again
        "lifecycle": {"untagged": {"days": 7}, "keep": [{"tag_patterns": ["v*"], "count": 50}]},
    },
)
execution = PullRole(
    "execution",
    {
        "repository_arns": [f"arn:aws:ecr:{region}:{account_id}:repository/payments/api"],
        "trust": {"ecs": {"account_id": account_id, "region": region}},
    },
)
image = f"{account_id}.dkr.ecr.{region}.amazonaws.com/payments/api@{digest}"
definition = aws.ecs.TaskDefinition(
    "api",
    family="payments-api",
    requires_compatibilities=["FARGATE"],
    network_mode="awsvpc",
    cpu="256",
    memory="512",
    execution_role_arn=execution.role_arn,
    container_definitions=json.dumps([{"name": "api", "image": image}]),
    skip_destroy=True,  # the revisions of earlier releases stay, beside their images
    opts=pulumi.ResourceOptions(depends_on=[repository]),
)

pulumi.export("image", image)
pulumi.export("task_definition", definition.arn)
