"""
What the official plugin does with each type, as literals: the tests hold the stand-in to these, not to its own table.

The facts are those of the Terraform AWS provider's schema of each resource (Optional, Computed, ForceNew, Default) and
of pulumi-aws' overrides (DeleteBeforeReplace, AutoName); the entry of the table names the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import ANY

ACCOUNT = "123456789012"
REGION = "eu-central-1"

Clients = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """
    One resource and what must become of it.

    Attributes:
        inputs: What the program says first.
        outputs: The whole state after that; `ANY` where AWS decides.
        planned: The outputs that a preview of the creation cannot know.
        update: Inputs that then change in place.
        replaces: For each input whose change replaces, another value for it.
        deletes_first: Whether a replacement deletes before it creates.
        drift: Change it behind the stand-in's back.
        drifted: The outputs that a refresh then finds changed.
        vanish: Remove it behind the stand-in's back; None for a setting that is always there.
        import_id: What `pulumi import` takes, in the form that the SDK documents.
        import_from: The same, from the resource in the state; absent when `import_id` is literally it.
        before: Resources that must be there first, as (name, type, inputs).
        forced: Other inputs that must change with one that replaces; None takes one away.
        unreadable: Inputs that no API tells, so that an import cannot find them.
        unknown: One input as it may depend on a resource that does not exist yet, and what its change does.
    """

    inputs: dict[str, Any]
    outputs: dict[str, Any]
    planned: frozenset[str]
    update: dict[str, Any]
    replaces: dict[str, Any]
    drift: Callable[[Clients], object]
    drifted: dict[str, Any]
    import_id: str
    unknown: tuple[dict[str, Any], str]
    vanish: Callable[[Clients], object] | None = None
    deletes_first: bool = False
    before: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    forced: dict[str, dict[str, Any]] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()
    import_from: Callable[[dict[str, Any]], str] | None = None


def name_of(type_name: str) -> str:
    """Return the logical name of the resource of that type: its class, and its module where two have one name."""
    module, _, class_ = type_name.removeprefix("aws:").partition("/")[0], *type_name.rpartition(":")[1:]
    return f"{module}-{class_}" if module == "ecrpublic" else class_


def own_id(made: dict[str, Any]) -> str:
    return made["id"]


def repository(name: str) -> tuple[str, str, dict[str, Any]]:
    return (f"repository-of-{name}", "aws:ecr/repository:Repository", {"name": f"before/{name}"})


def policy(*actions: str, version: str = "2012-10-17", **members: Any) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), **members}
    return json.dumps({"Version": version, "Statement": [statement]}, sort_keys=True, separators=(",", ":"))


def lifecycle(days: int) -> str:
    selection = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days}
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    return json.dumps({"rules": [rule]}, sort_keys=True, separators=(",", ":"))


FRIEND = {"AWS": "arn:aws:iam::210987654321:root"}
REGISTRY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/*"
TRUST = policy("sts:AssumeRole", Principal={"Service": "ecs-tasks.amazonaws.com"})
OTHER_TRUST = policy("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
LOGS = policy("logs:PutLogEvents", Resource="*")
PULL = policy("ecr:BatchGetImage", Resource="*")
KEY_POLICY = policy("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Resource="*")
WIDER_KEY_POLICY = policy("kms:*", "kms:Decrypt", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Resource="*")
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:ecr-pullthroughcache/hub-AbCdEf"
KEY = ("key-of-alias", "aws:kms/key:Key", {"description": "before"})
OTHER_KEY = ("other-key-of-alias", "aws:kms/key:Key", {"description": "before too"})
ROLE = ("role-of-policy", "aws:iam/role:Role", {"name": "before", "assumeRolePolicy": TRUST})

REPLICATE_PREFIX = {
    "rules": [
        {
            "destinations": [{"region": "eu-west-1", "registryId": ACCOUNT}],
            "repositoryFilters": [{"filter": "team/", "filterType": "PREFIX_MATCH"}],
        },
        {"destinations": [{"region": "us-east-1", "registryId": ACCOUNT}]},
    ]
}
REPLICATE_ALL = {"rules": [{"destinations": [{"region": "eu-west-1", "registryId": ACCOUNT}]}]}


def scan(frequency: str, *filters: str) -> dict[str, Any]:
    return {
        "scanFrequency": frequency,
        "repositoryFilters": [{"filter": each, "filterType": "WILDCARD"} for each in filters],
    }


LATER = {"$ref": "later.arn"}


def network(name: str, type_name: str, inputs: dict[str, Any], **references: str) -> tuple[str, str, dict[str, Any]]:
    return (name, f"aws:ec2/{type_name}", inputs | {key: {"$ref": f"{each}.id"} for key, each in references.items()})


NETWORK = network("network", "vpc:Vpc", {"cidrBlock": "10.1.0.0/16"})
OTHER_NETWORK = network("other-network", "vpc:Vpc", {"cidrBlock": "10.9.0.0/16"})
SUBNET = network("subnet", "subnet:Subnet", {"cidrBlock": "10.1.1.0/24"}, vpcId="network")
OTHER_SUBNET = network("other-subnet", "subnet:Subnet", {"cidrBlock": "10.1.4.0/24"}, vpcId="network")
TABLE = network("table", "routeTable:RouteTable", {}, vpcId="network")
OTHER_TABLE = network("other-table", "routeTable:RouteTable", {}, vpcId="network")
GROUP = network("group", "securityGroup:SecurityGroup", {"name": "before"}, vpcId="network")
OTHER_GROUP = network("other-group", "securityGroup:SecurityGroup", {"name": "before-too"}, vpcId="network")
BUCKETS = {"serviceName": f"com.amazonaws.{REGION}.s3", "routeTableIds": [{"$ref": "table.id"}]}
GATEWAY = network("gateway", "vpcEndpoint:VpcEndpoint", BUCKETS, vpcId="network")
OTHER_GATEWAY = network(
    "other-gateway",
    "vpcEndpoint:VpcEndpoint",
    BUCKETS | {"routeTableIds": [{"$ref": "other-table.id"}]},
    vpcId="network",
)
EVERYTHING = json.dumps(
    {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}], "Version": "2008-10-17"},
    separators=(",", ":"),
)
BUCKET_READS = policy("s3:GetObject", Principal="*", Resource="*")
REGISTRY_READS = policy("ecr:BatchGetImage", Principal="*", Resource="*")
TEAM = {"team": "platform"}
STAGE = {"stage": "dev"}
BY_HAND = {"stage": "dev", "by": "hand"}
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:findings"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def topic(name: str) -> tuple[str, str, dict[str, Any]]:
    return (f"topic-{name}", "aws:sns/topic:Topic", {"name": name})


def topic_arn(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


def publishing(name: str, *services: str) -> str:
    return policy("SNS:Publish", Principal={"Service": list(services)}, Resource=topic_arn(name))


def pattern(*types: str) -> str:
    return json.dumps({"detail-type": list(types), "source": ["aws.ecr"]}, separators=(",", ":"))


def event_rule(name: str) -> tuple[str, str, dict[str, Any]]:
    return (
        f"rule-{name}",
        "aws:cloudwatch/eventRule:EventRule",
        {"name": name, "eventPattern": pattern("ECR Image Scan")},
    )


def dashboard(title: str) -> str:
    return json.dumps({"widgets": [{"properties": {"title": title}, "type": "text"}]}, separators=(",", ":"))


def public_repository(name: str) -> tuple[str, str, dict[str, Any]]:
    inputs = {"repositoryName": name, "region": PUBLIC_REGION}
    return (f"public-{name}", "aws:ecrpublic/repository:Repository", inputs)


def role(name: str) -> tuple[str, str, dict[str, Any]]:
    return (f"role-{name}", "aws:iam/role:Role", {"name": name, "assumeRolePolicy": TRUST})


def containers(name: str) -> str:
    return json.dumps([{"image": f"{REGION}.example/{name}@sha256:{'a' * 64}", "name": name}], separators=(",", ":"))


TASKS = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:thumbnails"
TASK_ROLE = f"arn:aws:iam::{ACCOUNT}:role/tasks"
PUBLIC_REGION = "us-east-1"
TRANSFORMER = {"inputPaths": {"name": "$.detail.repository-name"}, "inputTemplate": '"<name>"'}
PULLS = {"dimensions": {"RepositoryName": "team/app"}, "metricName": "RepositoryPullCount", "namespace": "AWS/ECR"}
QUERIES = [
    {"id": "twice", "expression": "pulls*2", "label": "twice", "returnData": True},
    {"id": "pulls", "metric": PULLS | {"period": 300, "stat": "Sum"}, "returnData": False},
]

CASES: dict[str, Case] = {
    "aws:ecr/repository:Repository": Case(
        inputs={
            "name": "team/app",
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [{"filter": "dev-*", "filterType": "WILDCARD"}],
            "tags": {"team": "payments", "cost.center": "12"},
        },
        outputs={
            "arn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/team/app",
            "encryptionConfigurations": [{"encryptionType": "AES256", "kmsKey": ""}],
            "imageScanningConfiguration": {"scanOnPush": False},
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [{"filter": "dev-*", "filterType": "WILDCARD"}],
            "name": "team/app",
            "region": REGION,
            "registryId": ACCOUNT,
            "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/app",
            "tags": {"team": "payments", "cost.center": "12"},
            "tagsAll": {"team": "payments", "cost.center": "12"},
        },
        planned=frozenset(
            {"arn", "registryId", "repositoryUrl", "encryptionConfigurations", "imageScanningConfiguration"}
        ),
        update={
            "forceDelete": True,
            "imageScanningConfiguration": {"scanOnPush": True},
            "imageTagMutability": "IMMUTABLE",
            "imageTagMutabilityExclusionFilters": [],
            "tags": {"team": "storefront"},
        },
        replaces={
            "name": "team/other",
            "encryptionConfigurations": [{"encryptionType": "KMS"}],
            "region": "eu-west-1",
        },
        deletes_first=True,
        drift=lambda clients: clients("ecr").put_image_tag_mutability(
            repositoryName="team/app", imageTagMutability="MUTABLE"
        ),
        drifted={"imageTagMutability": "MUTABLE"},
        vanish=lambda clients: clients("ecr").delete_repository(repositoryName="team/app", force=True),
        unknown=({"tags": {"key": LATER}}, "update"),
        import_id="team/app",
        unreadable=frozenset({"forceDelete"}),
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Case(
        inputs={"repository": "before/lifecycle", "policy": lifecycle(14)},
        outputs={
            "policy": lifecycle(14),
            "region": REGION,
            "registryId": ACCOUNT,
            "repository": "before/lifecycle",
        },
        planned=frozenset({"registryId"}),
        update={},
        replaces={"policy": lifecycle(30), "repository": "before/policy", "region": "eu-west-1"},
        deletes_first=True,
        drift=lambda clients: clients("ecr").put_lifecycle_policy(
            repositoryName="before/lifecycle", lifecyclePolicyText=lifecycle(1)
        ),
        drifted={"policy": lifecycle(1)},
        vanish=lambda clients: clients("ecr").delete_lifecycle_policy(repositoryName="before/lifecycle"),
        unknown=({"policy": {"rules": [{"description": LATER}]}}, "replace"),
        import_id="before/lifecycle",
        before=(repository("lifecycle"),),
    ),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": Case(
        inputs={"repository": "before/policy", "policy": policy("ecr:BatchGetImage", Principal=FRIEND)},
        outputs={
            "policy": policy("ecr:BatchGetImage", Principal=FRIEND),
            "region": REGION,
            "registryId": ACCOUNT,
            "repository": "before/policy",
        },
        planned=frozenset({"registryId"}),
        update={"policy": policy("ecr:BatchGetImage", "ecr:PutImage", Principal=FRIEND)},
        replaces={"repository": "before/lifecycle", "region": "eu-west-1"},
        drift=lambda clients: clients("ecr").set_repository_policy(
            repositoryName="before/policy", policyText=policy("ecr:*", Principal="*")
        ),
        drifted={"policy": policy("ecr:*", Principal="*")},
        vanish=lambda clients: clients("ecr").delete_repository_policy(repositoryName="before/policy"),
        unknown=({"policy": {"Statement": [{"Resource": LATER}]}}, "update"),
        import_id="before/policy",
        before=(repository("policy"),),
    ),
    "aws:ecr/registryPolicy:RegistryPolicy": Case(
        inputs={
            "policy": policy("ecr:ReplicateImage", "ecr:BatchImportUpstreamImage", Principal=FRIEND, Resource=REGISTRY)
        },
        outputs={
            "policy": policy("ecr:ReplicateImage", "ecr:BatchImportUpstreamImage", Principal=FRIEND, Resource=REGISTRY),
            "region": REGION,
            "registryId": ACCOUNT,
        },
        planned=frozenset({"registryId"}),
        update={"policy": policy("ecr:ReplicateImage", Principal=FRIEND, Resource=REGISTRY)},
        replaces={"region": "eu-west-1"},
        drift=lambda clients: clients("ecr").put_registry_policy(
            policyText=policy("ecr:*", Principal=FRIEND, Resource=REGISTRY)
        ),
        drifted={"policy": policy("ecr:*", Principal=FRIEND, Resource=REGISTRY)},
        vanish=lambda clients: clients("ecr").delete_registry_policy(),
        unknown=({"policy": {"Statement": [{"Resource": LATER}]}}, "update"),
        import_id=ACCOUNT,
    ),
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": Case(
        inputs={"replicationConfiguration": REPLICATE_PREFIX},
        outputs={"region": REGION, "registryId": ACCOUNT, "replicationConfiguration": REPLICATE_PREFIX},
        planned=frozenset({"registryId"}),
        update={"replicationConfiguration": REPLICATE_ALL},
        replaces={"region": "eu-west-2"},
        drift=lambda clients: clients("ecr").put_replication_configuration(
            replicationConfiguration={"rules": REPLICATE_PREFIX["rules"][1:]}
        ),
        drifted={"replicationConfiguration": {"rules": REPLICATE_PREFIX["rules"][1:]}},
        unknown=(
            {"replicationConfiguration": {"rules": [{"destinations": [{"region": "eu-west-1", "registryId": LATER}]}]}},
            "update",
        ),
        import_id=ACCOUNT,
    ),
    "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": Case(
        inputs={"scanType": "ENHANCED", "rules": [scan("SCAN_ON_PUSH", "*"), scan("CONTINUOUS_SCAN", "prod", "shop")]},
        outputs={
            "region": REGION,
            "registryId": ACCOUNT,
            "rules": [scan("SCAN_ON_PUSH", "*"), scan("CONTINUOUS_SCAN", "prod", "shop")],
            "scanType": "ENHANCED",
        },
        planned=frozenset({"registryId"}),
        update={"scanType": "BASIC", "rules": [scan("SCAN_ON_PUSH", "*")]},
        replaces={"region": "eu-west-1"},
        drift=lambda clients: clients("ecr").put_registry_scanning_configuration(scanType="BASIC", rules=[]),
        drifted={"rules": None, "scanType": "BASIC"},
        unknown=(
            {
                "rules": [
                    {
                        "scanFrequency": "SCAN_ON_PUSH",
                        "repositoryFilters": [{"filter": LATER, "filterType": "WILDCARD"}],
                    }
                ]
            },
            "update",
        ),
        import_id=ACCOUNT,
    ),
    "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": Case(
        inputs={
            "appliedFors": ["REPLICATION", "CREATE_ON_PUSH"],
            "description": "replicas",
            "lifecyclePolicy": lifecycle(14),
            "prefix": "mirror",
            "repositoryPolicy": policy("ecr:BatchGetImage", Principal=FRIEND),
            "resourceTags": {"team": "platform"},
        },
        outputs={
            "appliedFors": ["REPLICATION", "CREATE_ON_PUSH"],
            "description": "replicas",
            "encryptionConfigurations": [{"encryptionType": "AES256", "kmsKey": ""}],
            "imageTagMutability": "MUTABLE",
            "lifecyclePolicy": lifecycle(14),
            "prefix": "mirror",
            "region": REGION,
            "registryId": ACCOUNT,
            "repositoryPolicy": policy("ecr:BatchGetImage", Principal=FRIEND),
            "resourceTags": {"team": "platform"},
        },
        planned=frozenset({"registryId", "encryptionConfigurations"}),
        update={
            "appliedFors": ["PULL_THROUGH_CACHE"],
            "customRoleArn": f"arn:aws:iam::{ACCOUNT}:role/template",
            "description": "caches",
            "encryptionConfigurations": [
                {"encryptionType": "KMS", "kmsKey": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0-1-2"}
            ],
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [{"filter": "dev-*", "filterType": "WILDCARD"}],
            "lifecyclePolicy": lifecycle(30),
            "repositoryPolicy": policy("ecr:PutImage", Principal=FRIEND),
            "resourceTags": {"team": "storefront"},
        },
        replaces={"prefix": "mirrors", "region": "eu-west-1"},
        drift=lambda clients: clients("ecr").update_repository_creation_template(
            prefix="mirror", description="by hand"
        ),
        drifted={"description": "by hand"},
        vanish=lambda clients: clients("ecr").delete_repository_creation_template(prefix="mirror"),
        unknown=({"customRoleArn": LATER}, "update"),
        import_id="mirror",
    ),
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": Case(
        inputs={
            "credentialArn": SECRET,
            "ecrRepositoryPrefix": "hub",
            "upstreamRegistryUrl": "registry-1.docker.io",
        },
        outputs={
            "credentialArn": SECRET,
            "ecrRepositoryPrefix": "hub",
            "region": REGION,
            "registryId": ACCOUNT,
            "upstreamRegistryUrl": "registry-1.docker.io",
        },
        planned=frozenset({"registryId"}),
        update={"credentialArn": SECRET + "2", "customRoleArn": f"arn:aws:iam::{ACCOUNT}:role/cache"},
        replaces={
            "ecrRepositoryPrefix": "docker",
            "upstreamRegistryUrl": "quay.io",
            "upstreamRepositoryPrefix": "library",
            "region": "eu-west-1",
        },
        drift=lambda clients: clients("ecr").update_pull_through_cache_rule(
            ecrRepositoryPrefix="hub", credentialArn=SECRET + "9"
        ),
        drifted={"credentialArn": SECRET + "9"},
        vanish=lambda clients: clients("ecr").delete_pull_through_cache_rule(ecrRepositoryPrefix="hub"),
        unknown=({"credentialArn": LATER}, "update"),
        import_id="hub",
    ),
    "aws:ecr/accountSetting:AccountSetting": Case(
        inputs={"name": "BLOB_MOUNTING", "value": "ENABLED"},
        outputs={"name": "BLOB_MOUNTING", "region": REGION, "value": "ENABLED"},
        planned=frozenset(),
        update={"value": "DISABLED"},
        replaces={"name": "REGISTRY_POLICY_SCOPE", "region": "eu-west-1"},
        forced={"name": {"value": "V2"}},
        drift=lambda clients: clients("ecr").put_account_setting(name="BLOB_MOUNTING", value="ENABLED"),
        drifted={"value": "ENABLED"},
        unknown=({"value": LATER}, "update"),
        import_id="BLOB_MOUNTING",
    ),
    "aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion": Case(
        inputs={"principalArn": f"arn:aws:iam::{ACCOUNT}:role/scanner"},
        outputs={"principalArn": f"arn:aws:iam::{ACCOUNT}:role/scanner", "region": REGION},
        planned=frozenset(),
        update={},
        replaces={"principalArn": f"arn:aws:iam::{ACCOUNT}:role/other", "region": "eu-west-1"},
        drift=str,  # nothing of it can change but its existence
        drifted={},
        vanish=lambda clients: clients("ecr").deregister_pull_time_update_exclusion(
            principalArn=f"arn:aws:iam::{ACCOUNT}:role/scanner"
        ),
        unknown=({"principalArn": LATER}, "replace"),
        import_id=f"arn:aws:iam::{ACCOUNT}:role/scanner",
    ),
    "aws:kms/key:Key": Case(
        inputs={
            "deletionWindowInDays": 7,
            "description": "team",
            "enableKeyRotation": True,
            "rotationPeriodInDays": 180,
            "policy": KEY_POLICY,
            "tags": {"team": "payments"},
        },
        outputs={
            "arn": ANY,
            "bypassPolicyLockoutSafetyCheck": False,
            "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "deletionWindowInDays": 7,
            "description": "team",
            "enableKeyRotation": True,
            "isEnabled": True,
            "keyId": ANY,
            "keyUsage": "ENCRYPT_DECRYPT",
            "multiRegion": False,
            "policy": KEY_POLICY,
            "region": REGION,
            "rotationPeriodInDays": 180,
            "tags": {"team": "payments"},
            "tagsAll": {"team": "payments"},
        },
        planned=frozenset({"arn", "keyId", "multiRegion"}),
        update={
            "deletionWindowInDays": 10,
            "description": "teams",
            "rotationPeriodInDays": 365,
            "policy": WIDER_KEY_POLICY,
            "tags": {"stage": "dev"},
        },
        replaces={
            "multiRegion": True,
            "customKeyStoreId": "cks-1",
            "customerMasterKeySpec": "RSA_2048",
            "keyUsage": "SIGN_VERIFY",
            "xksKeyId": "xks-1",
            "region": "eu-west-1",
        },
        drift=lambda clients: clients("kms").update_key_description(KeyId=clients("team key"), Description="by hand"),
        drifted={"description": "by hand"},
        vanish=lambda clients: clients("kms").schedule_key_deletion(KeyId=clients("team key"), PendingWindowInDays=7),
        unknown=({"description": LATER}, "update"),
        import_id="key",
        import_from=own_id,
        unreadable=frozenset({"deletionWindowInDays"}),
    ),
    "aws:kms/alias:Alias": Case(
        inputs={"name": "alias/team", "targetKeyId": {"$ref": "key-of-alias.keyId"}},
        outputs={
            "arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/team",
            "name": "alias/team",
            "region": REGION,
            "targetKeyArn": ANY,
            "targetKeyId": ANY,
        },
        planned=frozenset({"arn", "targetKeyArn", "targetKeyId", "namePrefix"}),
        update={"targetKeyId": {"$ref": "other-key-of-alias.keyId"}},
        replaces={"name": "alias/other", "region": "eu-west-1", "namePrefix": "alias/x-"},
        forced={"namePrefix": {"name": None}},
        deletes_first=True,
        drift=lambda clients: clients("kms").update_alias(
            AliasName="alias/team", TargetKeyId=clients("kms").create_key()["KeyMetadata"]["KeyId"]
        ),
        drifted={"targetKeyId": ANY, "targetKeyArn": ANY},
        vanish=lambda clients: clients("kms").delete_alias(AliasName="alias/team"),
        unknown=({"targetKeyId": LATER}, "update"),
        import_id="alias/team",
        before=(KEY, OTHER_KEY),
    ),
    "aws:iam/role:Role": Case(
        inputs={
            "assumeRolePolicy": TRUST,
            "description": "pulls",
            "inlinePolicies": [{"name": "logs", "policy": LOGS}],
            "name": "pull",
            "tags": {"team": "payments"},
        },
        outputs={
            "arn": f"arn:aws:iam::{ACCOUNT}:role/pull",
            "assumeRolePolicy": TRUST,
            "createDate": ANY,
            "description": "pulls",
            "forceDetachPolicies": False,
            "inlinePolicies": [{"name": "logs", "policy": LOGS}],
            "maxSessionDuration": 3600,
            "name": "pull",
            "path": "/",
            "tags": {"team": "payments"},
            "tagsAll": {"team": "payments"},
            "uniqueId": ANY,
        },
        planned=frozenset({"arn", "createDate", "managedPolicyArns", "namePrefix", "uniqueId"}),
        update={
            "assumeRolePolicy": OTHER_TRUST,
            "description": "pulls more",
            "inlinePolicies": [{"name": "pull", "policy": PULL}],
            "managedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            "maxSessionDuration": 7200,
            "permissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess",
            "tags": {"stage": "dev"},
        },
        replaces={"name": "puller", "path": "/teams/", "namePrefix": "x-"},
        forced={"namePrefix": {"name": None}},
        deletes_first=True,
        drift=lambda clients: clients("iam").update_role(RoleName="pull", MaxSessionDuration=43200),
        drifted={"maxSessionDuration": 43200},
        vanish=lambda clients: clients("role pull"),
        unknown=({"description": LATER}, "update"),
        import_id="pull",
    ),
    "aws:iam/rolePolicy:RolePolicy": Case(
        inputs={"name": "pull", "policy": PULL, "role": "before"},
        outputs={"name": "pull", "policy": PULL, "role": "before"},
        planned=frozenset({"namePrefix"}),
        update={"policy": LOGS},
        replaces={"name": "logs", "role": "other", "namePrefix": "x-"},
        forced={"namePrefix": {"name": None}},
        deletes_first=True,
        drift=lambda clients: clients("iam").put_role_policy(
            RoleName="before", PolicyName="pull", PolicyDocument=policy("ecr:*", Resource="*")
        ),
        drifted={"policy": policy("ecr:*", Resource="*")},
        vanish=lambda clients: clients("iam").delete_role_policy(RoleName="before", PolicyName="pull"),
        unknown=({"policy": {"Statement": [{"Resource": LATER}]}}, "update"),
        import_id="before:pull",
        before=(ROLE,),
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": Case(
        inputs={
            "clientIdLists": ["sts.amazonaws.com", "other"],
            "tags": {"team": "platform"},
            "thumbprintLists": ["a" * 40],
            "url": "https://token.actions.githubusercontent.com",
        },
        outputs={
            "arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
            "clientIdLists": ["sts.amazonaws.com", "other"],
            "tags": {"team": "platform"},
            "tagsAll": {"team": "platform"},
            "thumbprintLists": ["a" * 40],
            "url": "token.actions.githubusercontent.com",
        },
        planned=frozenset({"arn"}),
        update={
            "clientIdLists": ["sts.amazonaws.com", "third"],
            "tags": {"stage": "dev"},
            "thumbprintLists": ["b" * 40],
        },
        replaces={"url": "https://gitlab.com"},
        drift=lambda clients: clients("iam").add_client_id_to_open_id_connect_provider(
            OpenIDConnectProviderArn=f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
            ClientID="by hand",
        ),
        drifted={"clientIdLists": ["sts.amazonaws.com", "third", "by hand"]},
        vanish=lambda clients: clients("iam").delete_open_id_connect_provider(
            OpenIDConnectProviderArn=f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
        ),
        unknown=({"clientIdLists": [LATER]}, "update"),
        import_id=f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Case(
        inputs={"policyArn": READ_ONLY, "role": "before"},
        outputs={"policyArn": READ_ONLY, "role": "before"},
        planned=frozenset(),
        update={},
        replaces={"policyArn": "arn:aws:iam::aws:policy/PowerUserAccess", "role": "other"},
        deletes_first=True,
        drift=str,  # nothing of it can change but its existence
        drifted={},
        vanish=lambda clients: clients("iam").detach_role_policy(RoleName="before", PolicyArn=READ_ONLY),
        unknown=({"policyArn": LATER}, "replace"),
        import_id=f"before/{READ_ONLY}",
        before=(ROLE,),
    ),
    "aws:iam/instanceProfile:InstanceProfile": Case(
        inputs={"name": "node", "role": "profiled", "tags": TEAM},
        outputs={
            "arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/node",
            "createDate": ANY,
            "name": "node",
            "path": "/",
            "role": "profiled",
            "tags": TEAM,
            "tagsAll": TEAM,
            "uniqueId": ANY,
        },
        planned=frozenset({"arn", "createDate", "namePrefix", "uniqueId"}),
        update={"role": "profiled-too", "tags": STAGE},
        replaces={"name": "nodes", "path": "/teams/", "namePrefix": "x-"},
        forced={"namePrefix": {"name": None}},
        deletes_first=True,
        drift=lambda clients: clients("iam").remove_role_from_instance_profile(
            InstanceProfileName="node", RoleName="profiled-too"
        ),
        drifted={"role": None},
        vanish=lambda clients: [
            clients("iam").remove_role_from_instance_profile(InstanceProfileName="node", RoleName="profiled-too"),
            clients("iam").delete_instance_profile(InstanceProfileName="node"),
        ],
        unknown=({"role": LATER}, "update"),
        import_id="node",
        before=(role("profiled"), role("profiled-too")),
    ),
    "aws:secretsmanager/secret:Secret": Case(
        inputs={
            "description": "hub",
            "name": "ecr-pullthroughcache/hub",
            "recoveryWindowInDays": 0,
            "tags": TEAM,
        },
        outputs={
            "arn": ANY,
            "description": "hub",
            "forceOverwriteReplicaSecret": False,
            "name": "ecr-pullthroughcache/hub",
            "recoveryWindowInDays": 0,
            "region": REGION,
            "tags": TEAM,
            "tagsAll": TEAM,
        },
        planned=frozenset({"arn", "namePrefix", "policy", "replicas", "type"}),
        update={
            "description": "Docker Hub",
            "kmsKeyId": "alias/secrets",
            "policy": policy("secretsmanager:GetSecretValue", Principal=FRIEND, Resource="*"),
            "tags": STAGE,
        },
        replaces={"name": "ecr-pullthroughcache/quay", "namePrefix": "x-", "region": "eu-west-1"},
        forced={"namePrefix": {"name": None}},
        deletes_first=True,
        drift=lambda clients: clients("secretsmanager").update_secret(
            SecretId="ecr-pullthroughcache/hub", Description="by hand"
        ),
        drifted={"description": "by hand"},
        vanish=lambda clients: clients("secretsmanager").delete_secret(
            SecretId="ecr-pullthroughcache/hub", ForceDeleteWithoutRecovery=True
        ),
        unknown=({"description": LATER}, "update"),
        import_id=SECRET,
        import_from=own_id,
        unreadable=frozenset({"recoveryWindowInDays"}),
    ),
    "aws:ec2/vpc:Vpc": Case(
        inputs={"cidrBlock": "10.0.0.0/16", "tags": TEAM},
        outputs={
            "arn": ANY,
            "cidrBlock": "10.0.0.0/16",
            "defaultNetworkAclId": ANY,
            "defaultRouteTableId": ANY,
            "defaultSecurityGroupId": ANY,
            "dhcpOptionsId": "default",
            "enableDnsHostnames": False,
            "enableDnsSupport": True,
            "enableNetworkAddressUsageMetrics": False,
            "instanceTenancy": "default",
            "mainRouteTableId": ANY,
            "ownerId": ACCOUNT,
            "region": REGION,
            "tags": TEAM,
            "tagsAll": TEAM,
        },
        planned=frozenset(
            {
                "arn",
                "defaultNetworkAclId",
                "defaultRouteTableId",
                "defaultSecurityGroupId",
                "dhcpOptionsId",
                "enableDnsHostnames",
                "enableNetworkAddressUsageMetrics",
                "ipv6AssociationId",
                "mainRouteTableId",
                "ownerId",
            }
        ),
        update={"enableDnsHostnames": True, "tags": STAGE},
        replaces={"cidrBlock": "10.2.0.0/16", "instanceTenancy": "dedicated", "region": "eu-west-1"},
        drift=lambda clients: clients("ec2").modify_vpc_attribute(
            VpcId=clients("id of Vpc"), EnableDnsSupport={"Value": False}
        ),
        drifted={"enableDnsSupport": False},
        vanish=lambda clients: clients("ec2").delete_vpc(VpcId=clients("id of Vpc")),
        unknown=({"tags": {"key": LATER}}, "update"),
        import_id="vpc-1",
        import_from=own_id,
    ),
    "aws:ec2/subnet:Subnet": Case(
        inputs={
            "availabilityZone": f"{REGION}a",
            "cidrBlock": "10.1.2.0/24",
            "tags": TEAM,
            "vpcId": {"$ref": "network.id"},
        },
        outputs={
            "arn": ANY,
            "assignIpv6AddressOnCreation": False,
            "availabilityZone": f"{REGION}a",
            "availabilityZoneId": ANY,
            "cidrBlock": "10.1.2.0/24",
            "enableDns64": False,
            "enableResourceNameDnsARecordOnLaunch": False,
            "enableResourceNameDnsAaaaRecordOnLaunch": False,
            "ipv6Native": False,
            "mapPublicIpOnLaunch": False,
            "ownerId": ACCOUNT,
            "privateDnsHostnameTypeOnLaunch": "ip-name",
            "region": REGION,
            "tags": TEAM,
            "tagsAll": TEAM,
            "vpcId": ANY,
        },
        planned=frozenset(
            {
                "arn",
                "availabilityZoneId",
                "ipv6CidrBlockAssociationId",
                "ownerId",
                "privateDnsHostnameTypeOnLaunch",
                "vpcId",
            }
        ),
        update={"mapPublicIpOnLaunch": True, "tags": STAGE},
        replaces={
            "cidrBlock": "10.1.3.0/24",
            "availabilityZone": f"{REGION}b",
            "availabilityZoneId": "euc1-az9",
            "vpcId": {"$ref": "other-network.id"},
            "region": "eu-west-1",
        },
        forced={"availabilityZoneId": {"availabilityZone": None}},
        drift=lambda clients: clients("ec2").modify_subnet_attribute(
            SubnetId=clients("id of Subnet"), MapPublicIpOnLaunch={"Value": False}
        ),
        drifted={"mapPublicIpOnLaunch": False},
        vanish=lambda clients: clients("ec2").delete_subnet(SubnetId=clients("id of Subnet")),
        unknown=({"tags": {"key": LATER}}, "update"),
        import_id="subnet-1",
        import_from=own_id,
        before=(NETWORK, OTHER_NETWORK),
    ),
    "aws:ec2/routeTable:RouteTable": Case(
        inputs={"tags": TEAM, "vpcId": {"$ref": "network.id"}},
        outputs={
            "arn": ANY,
            "ownerId": ACCOUNT,
            "propagatingVgws": [],
            "region": REGION,
            "routes": [],
            "tags": TEAM,
            "tagsAll": TEAM,
            "vpcId": ANY,
        },
        planned=frozenset({"arn", "ownerId", "propagatingVgws", "routes", "vpcId"}),
        update={"tags": STAGE},
        replaces={"vpcId": {"$ref": "other-network.id"}, "region": "eu-west-1"},
        drift=lambda clients: clients("ec2").create_tags(
            Resources=[clients("id of RouteTable")], Tags=[{"Key": "by", "Value": "hand"}]
        ),
        drifted={"tags": BY_HAND, "tagsAll": BY_HAND},
        vanish=lambda clients: clients("ec2").delete_route_table(RouteTableId=clients("id of RouteTable")),
        unknown=({"tags": {"key": LATER}}, "update"),
        import_id="rtb-1",
        import_from=own_id,
        before=(NETWORK, OTHER_NETWORK),
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Case(
        inputs={"routeTableId": {"$ref": "table.id"}, "subnetId": {"$ref": "subnet.id"}},
        outputs={"region": REGION, "routeTableId": ANY, "subnetId": ANY},
        planned=frozenset({"routeTableId", "subnetId"}),
        update={"routeTableId": {"$ref": "other-table.id"}},
        replaces={"subnetId": {"$ref": "other-subnet.id"}, "gatewayId": "igw-1", "region": "eu-west-1"},
        forced={"gatewayId": {"subnetId": None}},
        drift=lambda clients: clients("ec2").replace_route_table_association(
            AssociationId=clients("id of RouteTableAssociation"), RouteTableId=clients("id of table")
        ),
        drifted={"routeTableId": ANY},
        vanish=lambda clients: clients("ec2").disassociate_route_table(
            AssociationId=clients("id of RouteTableAssociation")
        ),
        unknown=({"routeTableId": LATER}, "update"),
        import_id="subnet-1/rtb-1",
        import_from=lambda made: f"{made['outputs']['subnetId']}/{made['outputs']['routeTableId']}",
        before=(NETWORK, SUBNET, OTHER_SUBNET, TABLE, OTHER_TABLE),
    ),
    "aws:ec2/securityGroup:SecurityGroup": Case(
        inputs={"description": "endpoints", "name": "endpoints", "tags": TEAM, "vpcId": {"$ref": "network.id"}},
        outputs={
            "arn": ANY,
            "description": "endpoints",
            "egress": [],
            "ingress": [],
            "name": "endpoints",
            "ownerId": ACCOUNT,
            "region": REGION,
            "revokeRulesOnDelete": False,
            "tags": TEAM,
            "tagsAll": TEAM,
            "vpcId": ANY,
        },
        planned=frozenset({"arn", "egress", "ingress", "namePrefix", "ownerId", "vpcId"}),
        update={
            "ingress": [
                {
                    "cidrBlocks": ["10.0.0.0/8", "192.168.0.0/16"],
                    "description": "pulls",
                    "fromPort": 443,
                    "protocol": "tcp",
                    "self": True,
                    "toPort": 443,
                }
            ],
            "egress": [
                {"cidrBlocks": ["10.0.0.0/8"], "fromPort": 0, "protocol": "-1", "self": False, "toPort": 0},
            ],
            "tags": STAGE,
        },
        replaces={
            "name": "endpoints-too",
            "description": "other",
            "namePrefix": "x-",
            "vpcId": {"$ref": "other-network.id"},
            "region": "eu-west-1",
        },
        forced={"namePrefix": {"name": None}},
        deletes_first=True,
        drift=lambda clients: clients("ec2").authorize_security_group_ingress(
            GroupId=clients("id of SecurityGroup"), IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
        ),
        drifted={"ingress": ANY},
        vanish=lambda clients: clients("ec2").delete_security_group(GroupId=clients("id of SecurityGroup")),
        unknown=({"tags": {"key": LATER}}, "update"),
        import_id="sg-1",
        import_from=own_id,
        before=(NETWORK, OTHER_NETWORK),
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Case(
        inputs={
            "cidrIpv4": "10.0.0.0/8",
            "description": "pulls",
            "fromPort": 443,
            "ipProtocol": "tcp",
            "securityGroupId": {"$ref": "group.id"},
            "tags": TEAM,
            "toPort": 443,
        },
        outputs={
            "arn": ANY,
            "cidrIpv4": "10.0.0.0/8",
            "description": "pulls",
            "fromPort": 443,
            "ipProtocol": "tcp",
            "region": REGION,
            "securityGroupId": ANY,
            "securityGroupRuleId": ANY,
            "tags": TEAM,
            "tagsAll": TEAM,
            "toPort": 443,
        },
        planned=frozenset({"arn", "securityGroupId", "securityGroupRuleId"}),
        update={"cidrIpv4": "10.1.0.0/16", "description": "more pulls", "fromPort": 80, "tags": STAGE},
        replaces={
            "securityGroupId": {"$ref": "other-group.id"},
            "cidrIpv4": None,
            "cidrIpv6": "fd00::/8",
            "prefixListId": "pl-1",
            "referencedSecurityGroupId": "sg-1",
            "region": "eu-west-1",
        },
        forced={
            "cidrIpv4": {"cidrIpv6": "fd00::/8"},
            "cidrIpv6": {"cidrIpv4": None},
            "prefixListId": {"cidrIpv4": None},
            "referencedSecurityGroupId": {"cidrIpv4": None},
        },
        drift=lambda clients: clients("ec2").modify_security_group_rules(
            GroupId=clients("id of group"),
            SecurityGroupRules=[
                {
                    "SecurityGroupRuleId": clients("id of SecurityGroupIngressRule"),
                    "SecurityGroupRule": {
                        "IpProtocol": "tcp",
                        "FromPort": 80,
                        "ToPort": 443,
                        "CidrIpv4": "0.0.0.0/0",
                        "Description": "more pulls",
                    },
                }
            ],
        ),
        drifted={"cidrIpv4": "0.0.0.0/0"},
        vanish=lambda clients: clients("ec2").revoke_security_group_ingress(
            GroupId=clients("id of group"), SecurityGroupRuleIds=[clients("id of SecurityGroupIngressRule")]
        ),
        unknown=({"cidrIpv4": LATER}, "update"),
        import_id="sgr-1",
        import_from=own_id,
        before=(NETWORK, GROUP, OTHER_GROUP),
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": Case(
        inputs={
            "ipProtocol": "-1",
            "referencedSecurityGroupId": {"$ref": "group.id"},
            "securityGroupId": {"$ref": "group.id"},
            "tags": TEAM,
        },
        outputs={
            "arn": ANY,
            "ipProtocol": "-1",
            "referencedSecurityGroupId": ANY,
            "region": REGION,
            "securityGroupId": ANY,
            "securityGroupRuleId": ANY,
            "tags": TEAM,
            "tagsAll": TEAM,
        },
        planned=frozenset({"arn", "referencedSecurityGroupId", "securityGroupId", "securityGroupRuleId"}),
        update={
            "description": "answers",
            "fromPort": 443,
            "ipProtocol": "tcp",
            "referencedSecurityGroupId": {"$ref": "other-group.id"},
            "tags": STAGE,
            "toPort": 443,
        },
        replaces={
            "securityGroupId": {"$ref": "other-group.id"},
            "cidrIpv4": "10.0.0.0/8",
            "cidrIpv6": "fd00::/8",
            "prefixListId": "pl-1",
            "referencedSecurityGroupId": None,
            "region": "eu-west-1",
        },
        forced={
            "cidrIpv4": {"referencedSecurityGroupId": None},
            "cidrIpv6": {"referencedSecurityGroupId": None},
            "prefixListId": {"referencedSecurityGroupId": None},
            "referencedSecurityGroupId": {"cidrIpv6": "fd00::/8"},
        },
        drift=lambda clients: clients("ec2").create_tags(
            Resources=[clients("id of SecurityGroupEgressRule")], Tags=[{"Key": "by", "Value": "hand"}]
        ),
        drifted={"tags": BY_HAND, "tagsAll": BY_HAND},
        vanish=lambda clients: clients("ec2").revoke_security_group_egress(
            GroupId=clients("id of group"), SecurityGroupRuleIds=[clients("id of SecurityGroupEgressRule")]
        ),
        unknown=({"description": LATER}, "update"),
        import_id="sgr-1",
        import_from=own_id,
        before=(NETWORK, GROUP, OTHER_GROUP),
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Case(
        inputs={
            "privateDnsEnabled": True,
            "securityGroupIds": [{"$ref": "group.id"}],
            "serviceName": f"com.amazonaws.{REGION}.ecr.api",
            "subnetIds": [{"$ref": "subnet.id"}],
            "tags": TEAM,
            "vpcEndpointType": "Interface",
            "vpcId": {"$ref": "network.id"},
        },
        outputs={
            "arn": ANY,
            "cidrBlocks": [],
            "dnsEntries": [{"dnsName": ANY, "hostedZoneId": ANY}],
            "dnsOptions": {"dnsRecordIpType": "ipv4"},
            "ipAddressType": "ipv4",
            "networkInterfaceIds": [ANY],
            "ownerId": ACCOUNT,
            "policy": EVERYTHING,
            "privateDnsEnabled": True,
            "region": REGION,
            "requesterManaged": False,
            "routeTableIds": [],
            "securityGroupIds": [ANY],
            "serviceName": f"com.amazonaws.{REGION}.ecr.api",
            "state": "available",
            "subnetIds": [ANY],
            "tags": TEAM,
            "tagsAll": TEAM,
            "vpcEndpointType": "Interface",
            "vpcId": ANY,
        },
        planned=frozenset(
            {
                "arn",
                "cidrBlocks",
                "dnsEntries",
                "dnsOptions",
                "ipAddressType",
                "networkInterfaceIds",
                "ownerId",
                "policy",
                "prefixListId",
                "requesterManaged",
                "routeTableIds",
                "serviceRegion",
                "state",
                "subnetConfigurations",
                "vpcId",
            }
        ),
        update={
            "dnsOptions": {"dnsRecordIpType": "dualstack"},
            "ipAddressType": "dualstack",
            "policy": REGISTRY_READS,
            "subnetIds": [{"$ref": "subnet.id"}, {"$ref": "other-subnet.id"}],
            "tags": STAGE,
        },
        replaces={
            "serviceName": f"com.amazonaws.{REGION}.ecr.dkr",
            "vpcEndpointType": "Gateway",
            "vpcId": {"$ref": "other-network.id"},
            "region": "eu-west-1",
        },
        drift=lambda clients: clients("ec2").modify_vpc_endpoint(
            VpcEndpointId=clients("id of VpcEndpoint"), PrivateDnsEnabled=False
        ),
        drifted={"privateDnsEnabled": False},
        vanish=lambda clients: clients("ec2").delete_vpc_endpoints(VpcEndpointIds=[clients("id of VpcEndpoint")]),
        unknown=({"securityGroupIds": [LATER]}, "update"),
        import_id="vpce-1",
        import_from=own_id,
        before=(NETWORK, OTHER_NETWORK, SUBNET, OTHER_SUBNET, GROUP),
    ),
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": Case(
        inputs={"policy": BUCKET_READS, "vpcEndpointId": {"$ref": "gateway.id"}},
        outputs={"policy": BUCKET_READS, "region": REGION, "vpcEndpointId": ANY},
        planned=frozenset({"vpcEndpointId"}),
        update={"policy": policy("s3:GetObject", "s3:HeadObject", Principal="*", Resource="*")},
        replaces={"vpcEndpointId": {"$ref": "other-gateway.id"}, "region": "eu-west-1"},
        drift=lambda clients: clients("ec2").modify_vpc_endpoint(
            VpcEndpointId=clients("id of gateway"), ResetPolicy=True
        ),
        drifted={"policy": EVERYTHING},
        vanish=lambda clients: clients("ec2").delete_vpc_endpoints(VpcEndpointIds=[clients("id of gateway")]),
        unknown=({"policy": {"Statement": [{"Resource": LATER}]}}, "update"),
        import_id="vpce-1",
        import_from=own_id,
        before=(NETWORK, TABLE, OTHER_TABLE, GATEWAY, OTHER_GATEWAY),
    ),
    "aws:sns/topic:Topic": Case(
        inputs={
            "displayName": "ECR",
            "kmsMasterKeyId": "alias/aws/sns",
            "name": "findings",
            "sqsFailureFeedbackRoleArn": f"arn:aws:iam::{ACCOUNT}:role/feedback",
            "tags": TEAM,
        },
        outputs={
            "arn": topic_arn("findings"),
            "contentBasedDeduplication": False,
            "displayName": "ECR",
            "fifoTopic": False,
            "kmsMasterKeyId": "alias/aws/sns",
            "name": "findings",
            "owner": ACCOUNT,
            "policy": ANY,
            "region": REGION,
            "sqsFailureFeedbackRoleArn": f"arn:aws:iam::{ACCOUNT}:role/feedback",
            "tags": TEAM,
            "tagsAll": TEAM,
        },
        planned=frozenset(
            {
                "arn",
                "beginningArchiveTime",
                "fifoThroughputScope",
                "maximumMessageSize",
                "namePrefix",
                "owner",
                "policy",
                "signatureVersion",
                "tracingConfig",
            }
        ),
        update={
            "displayName": "Findings",
            "policy": publishing("findings", "events.amazonaws.com"),
            "signatureVersion": 2,
            "sqsSuccessFeedbackSampleRate": 50,
            "tags": STAGE,
        },
        replaces={"name": "alarms", "namePrefix": "x-", "region": "eu-west-1"},
        forced={"namePrefix": {"name": None}},
        deletes_first=True,
        drift=lambda clients: clients("sns").set_topic_attributes(
            TopicArn=topic_arn("findings"), AttributeName="DisplayName", AttributeValue="by hand"
        ),
        drifted={"displayName": "by hand"},
        vanish=lambda clients: clients("sns").delete_topic(TopicArn=topic_arn("findings")),
        unknown=({"displayName": LATER}, "update"),
        import_id=topic_arn("findings"),
    ),
    "aws:sns/topicPolicy:TopicPolicy": Case(
        inputs={"arn": topic_arn("ruled"), "policy": publishing("ruled", "events.amazonaws.com")},
        outputs={
            "arn": topic_arn("ruled"),
            "owner": ACCOUNT,
            "policy": publishing("ruled", "events.amazonaws.com"),
            "region": REGION,
        },
        planned=frozenset({"owner"}),
        update={"policy": publishing("ruled", "events.amazonaws.com", "cloudwatch.amazonaws.com")},
        replaces={"arn": topic_arn("ruled-too"), "region": "eu-west-1"},
        drift=lambda clients: clients("sns").set_topic_attributes(
            TopicArn=topic_arn("ruled"), AttributeName="Policy", AttributeValue=publishing("ruled", "s3.amazonaws.com")
        ),
        drifted={"policy": publishing("ruled", "s3.amazonaws.com")},
        vanish=lambda clients: clients("sns").delete_topic(TopicArn=topic_arn("ruled")),
        unknown=({"policy": {"Statement": [{"Resource": LATER}]}}, "update"),
        import_id=topic_arn("ruled"),
        before=(topic("ruled"), topic("ruled-too")),
    ),
    "aws:sns/topicSubscription:TopicSubscription": Case(
        inputs={
            "endpoint": QUEUE,
            "filterPolicy": json.dumps({"severity": ["CRITICAL"]}, separators=(",", ":")),
            "protocol": "sqs",
            "topic": topic_arn("heard"),
        },
        outputs={
            "arn": ANY,
            "confirmationTimeoutInMinutes": 1,
            "confirmationWasAuthenticated": True,
            "endpoint": QUEUE,
            "endpointAutoConfirms": False,
            "filterPolicy": json.dumps({"severity": ["CRITICAL"]}, separators=(",", ":")),
            "filterPolicyScope": "MessageAttributes",
            "ownerId": ACCOUNT,
            "pendingConfirmation": False,
            "protocol": "sqs",
            "rawMessageDelivery": False,
            "region": REGION,
            "topic": topic_arn("heard"),
        },
        planned=frozenset(
            {"arn", "confirmationWasAuthenticated", "filterPolicyScope", "ownerId", "pendingConfirmation"}
        ),
        update={
            "filterPolicy": json.dumps({"severity": ["CRITICAL", "HIGH"]}, separators=(",", ":")),
            "filterPolicyScope": "MessageBody",
            "rawMessageDelivery": True,
        },
        replaces={
            "endpoint": f"{QUEUE}-too",
            "protocol": "email",
            "topic": topic_arn("heard-too"),
            "region": "eu-west-1",
        },
        drift=lambda clients: clients("sns").set_subscription_attributes(
            SubscriptionArn=clients("id of TopicSubscription"),
            AttributeName="RawMessageDelivery",
            AttributeValue="false",
        ),
        drifted={"rawMessageDelivery": False},
        vanish=lambda clients: clients("sns").unsubscribe(SubscriptionArn=clients("id of TopicSubscription")),
        unknown=({"subscriptionRoleArn": LATER}, "update"),
        import_id=f"{topic_arn('heard')}:1",
        import_from=own_id,
        before=(topic("heard"),),
    ),
    "aws:cloudwatch/eventRule:EventRule": Case(
        inputs={"description": "findings", "eventPattern": pattern("ECR Image Scan"), "name": "findings", "tags": TEAM},
        outputs={
            "arn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/findings",
            "description": "findings",
            "eventBusName": "default",
            "eventPattern": pattern("ECR Image Scan"),
            "forceDestroy": False,
            "isEnabled": True,
            "name": "findings",
            "region": REGION,
            "state": "ENABLED",
            "tags": TEAM,
            "tagsAll": TEAM,
        },
        planned=frozenset({"arn", "isEnabled", "namePrefix", "state"}),
        update={
            "description": "pushes",
            "eventPattern": pattern("ECR Image Action"),
            "forceDestroy": True,
            "state": "DISABLED",
            "tags": STAGE,
        },
        replaces={"name": "pushes", "eventBusName": "other", "namePrefix": "x-", "region": "eu-west-1"},
        forced={"namePrefix": {"name": None}},
        deletes_first=True,
        drift=lambda clients: clients("events").enable_rule(Name="findings"),
        drifted={"isEnabled": True, "state": "ENABLED"},
        vanish=lambda clients: clients("events").delete_rule(Name="findings"),
        unknown=({"description": LATER}, "update"),
        import_id="findings",
        unreadable=frozenset({"forceDestroy"}),
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Case(
        inputs={
            "arn": topic_arn("findings"),
            "inputTransformer": TRANSFORMER,
            "retryPolicy": {"maximumRetryAttempts": 3},
            "rule": "scan-findings",
            "targetId": "the-topic",
        },
        outputs={
            "arn": topic_arn("findings"),
            "eventBusName": "default",
            "forceDestroy": False,
            "inputTransformer": TRANSFORMER,
            "region": REGION,
            "retryPolicy": {"maximumRetryAttempts": 3},
            "rule": "scan-findings",
            "targetId": "the-topic",
        },
        planned=frozenset(),
        update={
            "arn": topic_arn("alarms"),
            "deadLetterConfig": {"arn": QUEUE},
            "retryPolicy": {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 1},
        },
        replaces={"targetId": "topic", "rule": "other", "eventBusName": "other", "region": "eu-west-1"},
        deletes_first=True,
        drift=lambda clients: clients("events").put_targets(
            Rule="scan-findings", Targets=[{"Id": "the-topic", "Arn": QUEUE}]
        ),
        drifted={"arn": QUEUE, "inputTransformer": None, "retryPolicy": None, "deadLetterConfig": None},
        vanish=lambda clients: clients("events").remove_targets(Rule="scan-findings", Ids=["the-topic"]),
        unknown=({"arn": LATER}, "update"),
        import_id="scan-findings/the-topic",
        before=(event_rule("scan-findings"),),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Case(
        inputs={
            "alarmActions": [topic_arn("alarms")],
            "comparisonOperator": "LessThanThreshold",
            "evaluationPeriods": 1,
            "metricQueries": QUERIES,
            "name": "pulls",
            "tags": TEAM,
            "threshold": 0.5,
        },
        outputs={
            "actionsEnabled": True,
            "alarmActions": [topic_arn("alarms")],
            "arn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:pulls",
            "comparisonOperator": "LessThanThreshold",
            "evaluationPeriods": 1,
            "insufficientDataActions": [],
            "metricQueries": QUERIES,
            "name": "pulls",
            "okActions": [],
            "region": REGION,
            "tags": TEAM,
            "tagsAll": TEAM,
            "threshold": 0.5,
            "treatMissingData": "missing",
        },
        planned=frozenset({"arn", "evaluateLowSampleCountPercentiles"}),
        update={
            "alarmDescription": "nobody pulls",
            "datapointsToAlarm": 2,
            "evaluationPeriods": 3,
            "okActions": [topic_arn("alarms")],
            "tags": STAGE,
            "threshold": 2,
            "treatMissingData": "breaching",
        },
        replaces={"name": "no-pulls", "region": "eu-west-1"},
        deletes_first=True,
        drift=lambda clients: clients("cloudwatch").disable_alarm_actions(AlarmNames=["pulls"]),
        drifted={"actionsEnabled": False},
        vanish=lambda clients: clients("cloudwatch").delete_alarms(AlarmNames=["pulls"]),
        unknown=({"alarmActions": [LATER]}, "update"),
        import_id="pulls",
    ),
    "aws:cloudwatch/dashboard:Dashboard": Case(
        inputs={"dashboardBody": dashboard("registry"), "dashboardName": "registry"},
        outputs={
            "dashboardArn": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/registry",
            "dashboardBody": dashboard("registry"),
            "dashboardName": "registry",
            "region": REGION,
        },
        planned=frozenset({"dashboardArn"}),
        update={"dashboardBody": dashboard("registries")},
        replaces={"dashboardName": "registries", "region": "eu-west-1"},
        drift=lambda clients: clients("cloudwatch").put_dashboard(
            DashboardName="registry", DashboardBody=dashboard("by hand")
        ),
        drifted={"dashboardBody": dashboard("by hand")},
        vanish=lambda clients: clients("cloudwatch").delete_dashboards(DashboardNames=["registry"]),
        unknown=({"dashboardBody": {"widgets": [LATER]}}, "update"),
        import_id="registry",
    ),
    "aws:ecrpublic/repository:Repository": Case(
        inputs={
            "catalogData": {
                "aboutText": "# App",
                "architectures": ["x86-64"],
                "description": "An app",
                "logoImageBlob": "aWNvbg==",
                "operatingSystems": ["Linux"],
            },
            "region": PUBLIC_REGION,
            "repositoryName": "shop/app",
            "tags": TEAM,
        },
        outputs={
            "arn": f"arn:aws:ecr-public::{ACCOUNT}:repository/shop/app",
            "catalogData": {
                "aboutText": "# App",
                "architectures": ["x86-64"],
                "description": "An app",
                "logoImageBlob": "aWNvbg==",
                "operatingSystems": ["Linux"],
            },
            "forceDestroy": False,
            "region": PUBLIC_REGION,
            "registryId": ACCOUNT,
            "repositoryName": "shop/app",
            "repositoryUri": "public.ecr.aws/12345678/shop/app",
            "tags": TEAM,
            "tagsAll": TEAM,
        },
        planned=frozenset({"arn", "registryId", "repositoryUri"}),
        update={
            "catalogData": {"description": "The app", "logoImageBlob": "bG9nbw==", "usageText": "Run it"},
            "forceDestroy": True,
            "tags": STAGE,
        },
        replaces={"repositoryName": "shop/other", "region": "us-west-2"},
        drift=lambda clients: clients("ecr-public", PUBLIC_REGION).put_repository_catalog_data(
            repositoryName="shop/app", catalogData={"description": "by hand"}
        ),
        drifted={"catalogData": {"description": "by hand", "logoImageBlob": "bG9nbw=="}},
        vanish=lambda clients: clients("ecr-public", PUBLIC_REGION).delete_repository(repositoryName="shop/app"),
        unknown=({"tags": {"key": LATER}}, "update"),
        import_id="shop/app",
        import_from=lambda made: f"{made['id']}@{PUBLIC_REGION}",
        unreadable=frozenset({"catalogData", "forceDestroy"}),
    ),
    "aws:ecrpublic/repositoryPolicy:RepositoryPolicy": Case(
        inputs={
            "policy": policy("ecr-public:PutImage", Principal=FRIEND),
            "region": PUBLIC_REGION,
            "repositoryName": "before/app",
        },
        outputs={
            "policy": policy("ecr-public:PutImage", Principal=FRIEND),
            "region": PUBLIC_REGION,
            "registryId": ACCOUNT,
            "repositoryName": "before/app",
        },
        planned=frozenset({"registryId"}),
        update={"policy": policy("ecr-public:PutImage", "ecr-public:UploadLayerPart", Principal=FRIEND)},
        replaces={"repositoryName": "before/other", "region": "us-west-2"},
        drift=lambda clients: clients("ecr-public", PUBLIC_REGION).set_repository_policy(
            repositoryName="before/app", policyText=policy("ecr-public:*", Principal="*")
        ),
        drifted={"policy": policy("ecr-public:*", Principal="*")},
        vanish=lambda clients: clients("ecr-public", PUBLIC_REGION).delete_repository_policy(
            repositoryName="before/app"
        ),
        unknown=({"policy": {"Statement": [{"Resource": LATER}]}}, "update"),
        import_id="before/app",
        import_from=lambda made: f"{made['id']}@{PUBLIC_REGION}",
        before=(public_repository("before/app"), public_repository("before/other")),
    ),
    "aws:cloudwatch/logGroup:LogGroup": Case(
        inputs={"name": "/payments/api", "retentionInDays": 30, "tags": TEAM},
        outputs={
            "arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/payments/api",
            "logGroupClass": "STANDARD",
            "name": "/payments/api",
            "region": REGION,
            "retentionInDays": 30,
            "skipDestroy": False,
            "tags": TEAM,
            "tagsAll": TEAM,
        },
        planned=frozenset({"arn", "deletionProtectionEnabled", "logGroupClass", "namePrefix"}),
        update={"retentionInDays": 90, "tags": STAGE},
        replaces={
            "name": "/payments/worker",
            "namePrefix": "x-",
            "logGroupClass": "INFREQUENT_ACCESS",
            "region": "eu-west-1",
        },
        forced={"namePrefix": {"name": None}},
        deletes_first=True,
        drift=lambda clients: clients("logs").put_retention_policy(logGroupName="/payments/api", retentionInDays=7),
        drifted={"retentionInDays": 7},
        vanish=lambda clients: clients("logs").delete_log_group(logGroupName="/payments/api"),
        unknown=({"tags": {"key": LATER}}, "update"),
        import_id="/payments/api",
    ),
    "aws:ecs/cluster:Cluster": Case(
        inputs={"name": "shop", "settings": [{"name": "containerInsights", "value": "enabled"}], "tags": TEAM},
        outputs={
            "arn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/shop",
            "name": "shop",
            "region": REGION,
            "settings": [{"name": "containerInsights", "value": "enabled"}],
            "tags": TEAM,
            "tagsAll": TEAM,
        },
        planned=frozenset({"arn"}),
        update={"settings": [{"name": "containerInsights", "value": "disabled"}], "tags": STAGE},
        replaces={"name": "shops", "region": "eu-west-1"},
        deletes_first=True,
        drift=lambda clients: clients("ecs").tag_resource(
            resourceArn=clients("id of Cluster"), tags=[{"key": "by", "value": "hand"}]
        ),
        drifted={"tags": BY_HAND, "tagsAll": BY_HAND},
        vanish=lambda clients: clients("ecs").delete_cluster(cluster="shop"),
        unknown=({"tags": {"key": LATER}}, "update"),
        import_id="shop",
    ),
    "aws:ecs/taskDefinition:TaskDefinition": Case(
        inputs={
            "containerDefinitions": containers("api"),
            "cpu": "256",
            "executionRoleArn": TASK_ROLE,
            "family": "payments-api",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
            "tags": TEAM,
        },
        outputs={
            "arn": f"{TASKS}/payments-api:1",
            "arnWithoutRevision": f"{TASKS}/payments-api",
            "containerDefinitions": containers("api"),
            "cpu": "256",
            "executionRoleArn": TASK_ROLE,
            "family": "payments-api",
            "memory": "512",
            "networkMode": "awsvpc",
            "region": REGION,
            "requiresCompatibilities": ["FARGATE"],
            "revision": 1,
            "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
            "skipDestroy": False,
            "tags": TEAM,
            "tagsAll": TEAM,
            "trackLatest": False,
        },
        planned=frozenset({"arn", "arnWithoutRevision", "revision"}),
        update={"tags": STAGE, "trackLatest": True},
        replaces={
            "containerDefinitions": containers("worker"),
            "cpu": "512",
            "executionRoleArn": f"{TASK_ROLE}s",
            "family": "payments-worker",
            "ipcMode": "task",
            "memory": "1024",
            "networkMode": "bridge",
            "pidMode": "task",
            "requiresCompatibilities": ["EC2"],
            "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
            "taskRoleArn": TASK_ROLE,
            "region": "eu-west-1",
        },
        drift=lambda clients: clients("ecs").tag_resource(
            resourceArn=clients("ecs").describe_task_definition(taskDefinition="payments-api")["taskDefinition"][
                "taskDefinitionArn"
            ],
            tags=[{"key": "by", "value": "hand"}],
        ),
        drifted={"tags": BY_HAND, "tagsAll": BY_HAND},
        vanish=lambda clients: clients("ecs").deregister_task_definition(
            taskDefinition=clients("ecs").describe_task_definition(taskDefinition="payments-api")["taskDefinition"][
                "taskDefinitionArn"
            ]
        ),
        unknown=({"executionRoleArn": LATER}, "replace"),
        import_id=f"{TASKS}/payments-api:1",
        import_from=lambda made: made["outputs"]["arn"],
        unreadable=frozenset({"trackLatest"}),
    ),
    "aws:ecs/service:Service": Case(
        inputs={
            "cluster": {"$ref": "cluster.id"},
            "desiredCount": 1,
            "launchType": "FARGATE",
            "name": "api",
            "networkConfiguration": {"securityGroups": [{"$ref": "group.id"}], "subnets": [{"$ref": "subnet.id"}]},
            "tags": TEAM,
            "taskDefinition": {"$ref": "tasks.arn"},
        },
        outputs={
            "arn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/before/api",
            "cluster": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/before",
            "deploymentMaximumPercent": 200,
            "deploymentMinimumHealthyPercent": 100,
            "desiredCount": 1,
            "launchType": "FARGATE",
            "name": "api",
            "networkConfiguration": {"assignPublicIp": False, "securityGroups": [ANY], "subnets": [ANY]},
            "propagateTags": "NONE",
            "region": REGION,
            "schedulingStrategy": "REPLICA",
            "tags": TEAM,
            "tagsAll": TEAM,
            "taskDefinition": f"{TASKS}/before:1",
            "waitForSteadyState": False,
        },
        planned=frozenset(
            {
                "arn",
                "availabilityZoneRebalancing",
                "cluster",
                "deploymentConfiguration",
                "iamRole",
                "platformVersion",
                "propagateTags",
                "taskDefinition",
                "triggers",
            }
        ),
        update={"desiredCount": 2, "tags": STAGE},
        replaces={
            "cluster": {"$ref": "other-cluster.id"},
            "launchType": "EC2",
            "name": "worker",
            "schedulingStrategy": "DAEMON",
            "region": "eu-west-1",
        },
        deletes_first=True,
        drift=lambda clients: clients("ecs").update_service(cluster="before", service="api", desiredCount=5),
        drifted={"desiredCount": 5},
        vanish=lambda clients: clients("ecs").delete_service(cluster="before", service="api", force=True),
        unknown=({"taskDefinition": LATER}, "update"),
        import_id="before/api",
        before=(
            NETWORK,
            SUBNET,
            GROUP,
            ("cluster", "aws:ecs/cluster:Cluster", {"name": "before"}),
            ("other-cluster", "aws:ecs/cluster:Cluster", {"name": "before-too"}),
            (
                "tasks",
                "aws:ecs/taskDefinition:TaskDefinition",
                {"family": "before", "containerDefinitions": containers("api"), "memory": "512"},
            ),
        ),
    ),
    "aws:lambda/function:Function": Case(
        inputs={
            "environment": {"variables": {"STAGE": "dev"}},
            "imageUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/app@sha256:{'a' * 64}",
            "name": "thumbnails",
            "packageType": "Image",
            "role": {"$ref": "role-function.arn"},
            "tags": TEAM,
        },
        outputs={
            "architectures": ["x86_64"],
            "arn": FUNCTION,
            "environment": {"variables": {"STAGE": "dev"}},
            "imageUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/app@sha256:{'a' * 64}",
            "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION}/invocations",
            "lastModified": ANY,
            "memorySize": 128,
            "name": "thumbnails",
            "packageType": "Image",
            "publish": False,
            "qualifiedArn": f"{FUNCTION}:$LATEST",
            "qualifiedInvokeArn": (
                f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION}:$LATEST/invocations"
            ),
            "region": REGION,
            "reservedConcurrentExecutions": -1,
            "responseStreamingInvokeArn": (
                f"arn:aws:apigateway:{REGION}:lambda:path/2021-11-15/functions/{FUNCTION}/response-streaming-invocations"
            ),
            "role": f"arn:aws:iam::{ACCOUNT}:role/function",
            "skipDestroy": False,
            "sourceCodeSize": 0,
            "tags": TEAM,
            "tagsAll": TEAM,
            "timeout": 3,
            "version": "$LATEST",
        },
        planned=frozenset(
            {
                "architectures",
                "arn",
                "codeSha256",
                "ephemeralStorage",
                "invokeArn",
                "lastModified",
                "loggingConfig",
                "qualifiedArn",
                "qualifiedInvokeArn",
                "responseStreamingInvokeArn",
                "role",
                "signingJobArn",
                "signingProfileVersionArn",
                "sourceCodeHash",
                "sourceCodeSize",
                "tracingConfig",
                "version",
            }
        ),
        update={
            "description": "makes pictures small",
            "environment": {"variables": {"STAGE": "prod"}},
            "imageUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/app@sha256:{'b' * 64}",
            "memorySize": 512,
            "tags": STAGE,
            "timeout": 30,
        },
        replaces={"name": "pictures", "packageType": "Zip", "region": "eu-west-1"},
        deletes_first=True,
        drift=lambda clients: clients("lambda").update_function_configuration(FunctionName="thumbnails", Timeout=60),
        drifted={"timeout": 60},
        vanish=lambda clients: clients("lambda").delete_function(FunctionName="thumbnails"),
        unknown=({"description": LATER}, "update"),
        import_id="thumbnails",
        before=(role("function"),),
    ),
}
