"""A repository in one account, and the function of another account that is made of its image."""

import json

import pulumi
import pulumi_aws as aws
from secure_ecr import RepositoryKey, SecureRepository

config, region = pulumi.Config(), pulumi.Config("aws").require("region")
account_id, consumer = config.require("account_id"), config.require("consumer_account_id")

key = RepositoryKey("registry", {"account_id": account_id})
repository = SecureRepository(
    "thumbnails",
    {
        "repository_name": "media/thumbnails",
        "kms_key_arn": key.key_arn,
        "access": {
            "pull": [
                {"account_id": consumer},  # whoever creates the function
                {"service": "lambda.amazonaws.com", "source": consumer},  # the service, each time it loads the image
            ]
        },
    },
)

# The function comes with the first image: `pulumi config set digest sha256:…`
if digest := config.get("digest"):
    role_arn = f"arn:aws:iam::{consumer}:role/{config.require('consumer_role_name')}"
    account = aws.Provider(
        "consumer",
        region=region,
        allowed_account_ids=[consumer],
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=role_arn)],
    )
    there = pulumi.ResourceOptions(provider=account)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    function = aws.lambda_.Function(
        "thumbnails",
        package_type="Image",
        # The text is known at the preview, so that the pack can judge it
        image_uri=f"{account_id}.dkr.ecr.{region}.amazonaws.com/media/thumbnails@{digest}",
        role=aws.iam.Role("thumbnails", assume_role_policy=json.dumps(trust), opts=there).arn,
        opts=pulumi.ResourceOptions(provider=account, depends_on=[repository]),
    )
    pulumi.export("function_arn", function.arn)
pulumi.export("url", repository.repository_url)
