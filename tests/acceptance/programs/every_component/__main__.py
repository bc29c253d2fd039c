"""Every component, as a program in Python declares it; Pulumi.yaml beside it declares the same in YAML."""

import pulumi
import secure_ecr

config = pulumi.Config()

with secure_ecr.reported():
    key = secure_ecr.RepositoryKey(
        "key",
        {
            "administrator_arns": ["arn:aws:iam::123456789012:role/administrator"],
            "rotation_days": 180,
            "multi_region": True,
            "region": "eu-central-1",
            "account_id": "123456789012",
        },
    )
    app = secure_ecr.SecureRepository(
        "app",
        {
            "repository_name": "team/app",
            "kms_key_arn": key.key_arn,
            "mutable_tag_patterns": ["branch-*"],
            "mutable_tag_reasons": {"branch-*": "Deployed by its tag"},
            "lifecycle": {
                "untagged": {"days": 3},
                "keep": [{"tag_patterns": ["v*"], "count": 100}, {"any": True, "days": 90}],
            },
            "access": {
                "pull": [{"account_id": "210987654321"}],
                "statements": [
                    {
                        "Sid": "NoDeletion",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "ecr:BatchDeleteImage",
                        "Condition": {"NumericGreaterThan": {"aws:MultiFactorAuthAge": 3600}},
                    }
                ],
            },
            "scan_on_push": True,
            "tags": {"cost_center": "7"},
        },
    )
    push = secure_ecr.PushRole(
        "push",
        {
            "repository_arns": [app.repository_arn],
            "trust": {"github": {"repositories": ["shop/app"], "branch": "main"}},
            "role_name": "push",
        },
    )
    secure_ecr.PullRole(
        "pull",
        {"repository_arns": [app.repository_arn], "trust": {"ecs": {"account_id": "123456789012"}}},
    )
    secure_ecr.RegistrySettings(
        "registry",
        {
            "account_id": "123456789012",
            "region": "eu-central-1",
            "scanning": {
                "scan_type": "ENHANCED",
                "rules": [{"scan_frequency": "CONTINUOUS_SCAN", "repository_filters": ["*"]}],
            },
            "replication_sources": [{"account_id": "210987654321", "repository_prefixes": ["team/"]}],
            "creation_templates": [
                {"prefix": "team", "applied_for": ["REPLICATION"], "resource_tags": {"cost_center": "7"}}
            ],
            "pull_through": [
                {
                    "ecr_repository_prefix": "hub",
                    "upstream_registry_url": "quay.io",
                    "importers": [{"account_id": "210987654321"}],
                }
            ],
            "account_settings": {"BLOB_MOUNTING": "ENABLED"},
        },
    )
    replication = secure_ecr.ReplicationTopology(
        "replication",
        {
            "source_account_id": "123456789012",
            "source_region": "eu-central-1",
            "destinations": [{"region": "eu-west-1"}, {"region": "eu-west-2", "repository_prefixes": ["team/"]}],
            "tags": {"cost_center": "7"},
        },
    )
    secure_ecr.RegistryEndpoints(
        "endpoints",
        {
            "vpc_id": config.require("vpcId"),
            "subnet_ids": [config.require("firstSubnetId"), config.require("secondSubnetId")],
            "route_table_ids": [config.require("routeTableId")],
            "client_cidrs": ["10.0.0.0/16"],
            "allowed_account_ids": ["123456789012"],
            "services": ["logs"],
            "region": "eu-central-1",
        },
    )
    secure_ecr.RegistryMonitoring(
        "monitoring",
        {
            "scanning": "enhanced",
            "alert_email": "registry@example.com",
            "severities": ["CRITICAL"],
            "quota_percent": 90,
            "account_id": "123456789012",
            "region": "eu-central-1",
        },
    )
    secure_ecr.PublicRepository(
        "gallery",
        {
            "repository_name": "app",
            "catalog": {
                "description": "An application.",
                "architectures": ["x86-64"],
                "operating_systems": ["Linux"],
            },
        },
    )

pulumi.export("url", app.repository_url)
pulumi.export("pushRole", push.role_arn)
pulumi.export("keys", replication.key_arns)
