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
        import_id: What `pulumi import` takes.
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
        import_id="team key",
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
}
