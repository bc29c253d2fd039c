"""A service on AWS Fargate, in private subnets that reach the registry and the logs, and nothing else."""

import json

import pulumi
import pulumi_aws as aws
from secure_ecr import PullRole, RegistryEndpoints

config, region = pulumi.Config(), pulumi.Config("aws").require("region")
account_id, repository, digest = (config.require(key) for key in ("account_id", "repository", "digest"))
logs = f"/{repository}"

network = aws.ec2.Vpc("shop", cidr_block="10.20.0.0/24", enable_dns_support=True, enable_dns_hostnames=True)
routes = aws.ec2.RouteTable("private", vpc_id=network.id)
subnets = []
for zone, cidr_block in {"a": "10.20.0.0/26", "b": "10.20.0.64/26"}.items():
    subnet = aws.ec2.Subnet(
        f"private-{zone}", vpc_id=network.id, availability_zone=f"{region}{zone}", cidr_block=cidr_block
    )
    aws.ec2.RouteTableAssociation(f"private-{zone}-routes", subnet_id=subnet.id, route_table_id=routes.id)
    subnets.append(subnet.id)
tasks = aws.ec2.SecurityGroup("tasks", vpc_id=network.id, description="Tasks of the shop")
endpoints = RegistryEndpoints(
    "endpoints",
    {
        "vpc_id": network.id,
        "subnet_ids": subnets,
        "route_table_ids": [routes.id],
        "client_security_group_ids": [tasks.id],
        "allowed_account_ids": [account_id],
        "pull_only": True,
        "services": ["logs"],
        "region": region,
    },
)
aws.vpc.SecurityGroupEgressRule(
    "tasks-https",
    security_group_id=tasks.id,
    cidr_ipv4="0.0.0.0/0",  # the layers come from addresses of S3; where the subnets lead, the route table says
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
)

execution = PullRole(
    "execution",
    {
        "repository_arns": [f"arn:aws:ecr:{region}:{account_id}:repository/{repository}"],
        "trust": {"ecs": {"account_id": account_id, "region": region}},
    },
)
aws.iam.RolePolicy(
    "execution-logs",
    role=execution.role_name,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": f"arn:aws:logs:{region}:{account_id}:log-group:{logs}:*",
                }
            ],
        }
    ),
)
aws.cloudwatch.LogGroup("api", name=logs, retention_in_days=30)
definition = aws.ecs.TaskDefinition(
    "api",
    family=repository.replace("/", "-"),
    requires_compatibilities=["FARGATE"],
    network_mode="awsvpc",
    cpu="256",
    memory="512",
    execution_role_arn=execution.role_arn,
    container_definitions=json.dumps(
        [
            {
                "name": "api",
                # The text is known at the preview, so that the pack can judge it
                "image": f"{account_id}.dkr.ecr.{region}.amazonaws.com/{repository}@{digest}",
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": logs, "awslogs-region": region, "awslogs-stream-prefix": "api"},
                },
            }
        ]
    ),
)
service = aws.ecs.Service(
    "api",
    cluster=aws.ecs.Cluster("shop").arn,
    task_definition=definition.arn,
    desired_count=2,
    launch_type="FARGATE",
    network_configuration={"subnets": subnets, "security_groups": [tasks.id]},
    # Without the endpoints the first tasks would have no way to their image
    opts=pulumi.ResourceOptions(depends_on=[endpoints]),
)

pulumi.export("service", service.name)
pulumi.export("task_definition", definition.arn)
