"""The role of a cluster's nodes, whose kubelet pulls for every pod, and of a scanner that reads images itself."""

import pulumi
import pulumi_aws as aws
from secure_ecr import PullRole

config, region = pulumi.Config(), pulumi.Config("aws").require("region")
account_id, cluster_name = config.require("account_id"), config.require("cluster_name")
repository_arns = [
    f"arn:aws:ecr:{region}:{account_id}:repository/{name}" for name in config.require_object("repositories")
]

nodes = PullRole("nodes", {"repository_arns": repository_arns, "trust": {"instance_profile": {}}})
# Not AmazonEC2ContainerRegistryReadOnly, which opens every repository of the account: the role has a policy of its own
for policy in ("AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"):
    aws.iam.RolePolicyAttachment(policy, role=nodes.role_name, policy_arn=f"arn:aws:iam::aws:policy/{policy}")

scanner = PullRole(
    "scanner",
    {
        "repository_arns": repository_arns,
        "trust": {
            "pod_identity": {
                "cluster_arn": f"arn:aws:eks:{region}:{account_id}:cluster/{cluster_name}",
                "namespace": "security",
                "service_account": "scanner",
            }
        },
    },
)

pulumi.export("node_role_arn", nodes.role_arn)
pulumi.export("instance_profile_name", nodes.instance_profile_name)
pulumi.export("scanner_role_arn", scanner.role_arn)
