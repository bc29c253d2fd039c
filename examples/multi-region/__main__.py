"""Repositories that are replicated to a second Region, and one setting that says from which of the two to pull."""

import pulumi
from secure_ecr import ReplicationTopology, RepositoryKey, SecureRepository

config = pulumi.Config()
account_id, replica_region = config.require("account_id"), config.require("replica_region")
region = pulumi.Config("aws").require("region")
names = ["payments/api", "payments/worker"]

key = RepositoryKey("registry", {"account_id": account_id})
for name in names:
    SecureRepository(name, {"repository_name": name, "kms_key_arn": key.key_arn})
topology = ReplicationTopology(
    "replication",
    {
        "source_account_id": account_id,
        "source_region": region,
        "destinations": [{"region": replica_region}],
        "repository_prefixes": ["payments/"],
        "repository_names": names,
    },
)

# Replicas keep their names and digests: a failover deploys the same images, and only the registry differs
registries = topology.replica_registries.apply(
    lambda replicas: {region: f"{account_id}.dkr.ecr.{region}.amazonaws.com", **replicas}
)
pulumi.export("registries", registries)
pulumi.export("registry", registries[config.require("active_region")])
