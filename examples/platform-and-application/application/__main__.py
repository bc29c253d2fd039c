"""The repositories of one team, with the platform's key, and the role with which the team's pipeline pushes to them."""

import pulumi
from secure_ecr import PushRole, SecureRepository

config, region = pulumi.Config(), pulumi.Config("aws").require("region")
account_id, team = config.require("account_id"), config.require("team")
platform = pulumi.StackReference(config.require("platform"))
repositories = {
    service: SecureRepository(
        service, {"repository_name": f"{team}/{service}", "kms_key_arn": platform.require_output("key_arn")}
    )
    for service in config.require_object("services")
}
ci = PushRole(
    "ci",
    {
        # Known at the first preview, unlike the outputs of the repositories, so that the pack can judge the policy
        "repository_arns": [
            f"arn:aws:ecr:{region}:{account_id}:repository/{team}/{service}" for service in repositories
        ],
        "trust": {
            "github": {
                "repositories": [config.require("github_repository")],
                "environment": "registry",
                "provider_arn": platform.require_output("github_provider_arn"),
            }
        },
    },
)

pulumi.export("push_role_arn", ci.role_arn)
pulumi.export("urls", {service: repository.repository_url for service, repository in repositories.items()})
