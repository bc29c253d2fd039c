"""Every component with the options that are seldom used, and with everything from resources that may come from one."""

import json

import pulumi
import pulumi_aws as aws
import secure_ecr

ACCOUNT, OTHER = "123456789012", "210987654321"
REGION = "eu-central-1"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
ACCESS = {
    "pull": [
        {"account_id": OTHER},
        {"role_arn": f"arn:aws:iam::{OTHER}:role/not-yet"},
        {"organization_id": "o-a1b2c3d4e5"},
        {"organization_path": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"},
        {"service": "codebuild.amazonaws.com", "source": ACCOUNT},
        {"service": "lambda.amazonaws.com", "source": OTHER},
    ],
    "push": [{"role_arn": f"arn:aws:iam::{OTHER}:role/ci"}],
    "administer": [{"account_id": OTHER}],
}
POD = {"cluster_arn": f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/shop", "namespace": "ci", "service_account": "builder"}
CLUSTER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.eks.{REGION}.amazonaws.com/id/ABCDEF"
SERVICE_ACCOUNT = {"provider_arn": CLUSTER, "namespace": "ci", "service_account": "builder"}

with secure_ecr.reported():
    administrator = aws.iam.Role("administrator", assume_role_policy=TRUST)
    scanner = aws.iam.Role("scanner", assume_role_policy=TRUST)
    elsewhere = aws.Provider(
        "elsewhere",
        region=REGION,
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=f"arn:aws:iam::{OTHER}:role/bootstrap")],
    )
    builder = aws.iam.Role("builder", assume_role_policy=TRUST, opts=pulumi.ResourceOptions(provider=elsewhere))

    key = secure_ecr.RepositoryKey("key", {"administrator_arns": [administrator.arn], "deletion_days": 7})
    app = secure_ecr.SecureRepository(
        "app",
        {
            "repository_name": "team/app",
            "kms_key_arn": key.key_arn,
            "lifecycle": {
                "untagged": {"count": 3},
                "keep": [{"tag_patterns": ["v*", "r*"], "count": 5}, {"tag_prefixes": ["x"], "days": 4}],
                "archive": {"unpulled_days": 30, "then_expire_days": 90},
            },
            "access": ACCESS,
            "force_delete": True,
            "tags": {"key": key.key_id},
        },
    )
    secret = aws.secretsmanager.Secret("hub", name="ecr-pullthroughcache/hub")
    secure_ecr.RegistrySettings(
        "registry",
        {
            "account_id": ACCOUNT,
            "region": REGION,
            "scanning": {"scan_type": "BASIC", "rules": []},
            "creation_templates": [
                {
                    "prefix": "cache",
                    "applied_for": ["PULL_THROUGH_CACHE"],
                    "kms_key_arn": key.key_arn,
                    "access": {"pull": [{"account_id": OTHER}]},
                },
                {"prefix": "playground", "applied_for": ["CREATE_ON_PUSH"], "encryption_type": "AES256"},
            ],
            "pull_through": [
                {
                    "ecr_repository_prefix": "cache",
                    "upstream_registry_url": "registry-1.docker.io",
                    "credential_arn": secret.arn,
                }
            ],
            "pull_time_exclusions": [scanner.arn],
        },
    )

    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", enable_dns_support=True, enable_dns_hostnames=True)
    subnets = [
        aws.ec2.Subnet(zone, vpc_id=vpc.id, cidr_block=f"10.0.{place}.0/24", availability_zone=f"{REGION}{zone}")
        for place, zone in enumerate("ab")
    ]
    clients = aws.ec2.SecurityGroup("clients", vpc_id=vpc.id)
    endpoints = secure_ecr.RegistryEndpoints(
        "endpoints",
        {
            "vpc_id": vpc.id,
            "subnet_ids": [subnet.id for subnet in subnets],
            "route_table_ids": [aws.ec2.RouteTable("private", vpc_id=vpc.id).id],
            "client_cidrs": [vpc.cidr_block, "2001:db8:1::/56"],
            "client_security_group_ids": [clients.id],
            "organization_id": "o-a1b2c3d4e5",
            "pull_only": True,
            "bucket_names": ["shop-data"],
            "services": ["logs", "sts", "ecs", "ecs-agent", "ecs-telemetry", "secretsmanager", "kms", "ssm"],
            "ip_address_type": "dualstack",
            "tags": {"team": "platform"},
        },
    )

    mail = secure_ecr.RegistryMonitoring(
        "mail",
        {
            "scanning": "enhanced",
            "alert_email": "registry@shop.example",
            "repositories": ["team/app"],
            "pulls_per_hour": 100,
            "pushes": True,
            "tags": {"team": "platform"},
        },
    )
    secure_ecr.RegistryMonitoring("topic", {"scanning": "basic", "topic_arn": mail.topic_arn})

    push_trusts = {
        "github": {"github": {"repositories": ["shop/app"], "environment": "registry"}},
        "gitlab": {"gitlab": {"projects": ["shop/app"], "branch": "main", "url": "https://git.shop.example"}},
        "codebuild": {"codebuild": {"project_arns": [f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/app"]}},
        "jenkins-instances": {"instance_profile": {}},
        "jenkins-pods": {"pod_identity": POD},
        "jenkins-service-account": {"service_account": SERVICE_ACCOUNT},
    }
    for name, trust in push_trusts.items():
        secure_ecr.PushRole(
            f"push-{name}",
            {
                "repository_arns": [app.repository_arn],
                "trust": trust,
                "create_on_push": True,
                "signing_profile_arns": [f"arn:aws:signer:{REGION}:{ACCOUNT}:/signing-profiles/release"],
            },
        )
    pull_trusts = {
        "ecs": {"ecs": {"account_id": ACCOUNT, "region": REGION}},
        "nodes": {"instance_profile": {"name": "nodes"}},
        "pods": {"pod_identity": POD},
        "service-account": {"service_account": SERVICE_ACCOUNT},
    }
    for name, trust in pull_trusts.items():
        secure_ecr.PullRole(
            f"pull-{name}",
            {
                "repository_arns": [app.repository_arn],
                "trust": trust,
                "cache_repository_arns": [f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/cache/*"],
                "vpc_endpoint_ids": [endpoints.dkr_endpoint_id, endpoints.api_endpoint_id],
            },
        )

    secure_ecr.PublicRepository(
        "gallery",
        {
            "repository_name": "gallery",
            "access": {"push": [{"account_id": OTHER}]},
            "catalog": {
                "description": "An application.",
                "about_text": "# About",
                "usage_text": "# Usage",
                "architectures": ["x86-64", "ARM 64"],
                "operating_systems": ["Windows", "Linux"],
            },
            "force_delete": True,
            "tags": {"team": "platform"},
        },
    )
    secure_ecr.ReplicationTopology(
        "replication",
        {
            "source_account_id": ACCOUNT,
            "source_region": REGION,
            "destinations": [
                {"region": "eu-west-1"},
                {"region": REGION, "account_id": OTHER, "role_arn": builder.arn},
                {
                    "region": "eu-west-2",
                    "account_id": OTHER,
                    "role_arn": builder.arn,
                    "repository_prefixes": ["team/", "base"],
                },
            ],
            "mutable_tag_patterns": ["branch-*"],
            "access": {"pull": [{"account_id": "111122223333"}]},
            "tags": {"team": "platform"},
        },
    )
