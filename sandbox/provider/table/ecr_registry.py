"""What belongs to a registry as a whole: one of each in every account and Region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.documents import normalize, same_policy
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State

_TERRAFORM: Final = "Terraform AWS provider, internal/service/ecr"


# Registry policy


def _put_policy(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call("put_registry_policy", policyText=normalize(inputs["policy"]))
    return answer["registryId"], {"registryId": answer["registryId"]}


def _update_policy(aws: Aws, _registry: str, change: Change) -> None:
    _put_policy(aws, change.new)


def _read_policy(aws: Aws, _registry: str) -> State:
    answer = aws.call("get_registry_policy")
    return {"policy": answer["policyText"], "registryId": answer["registryId"]}


def _delete_policy(aws: Aws, _registry: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_registry_policy")


REGISTRY_POLICY: Final = ResourceType(
    type_name="aws:ecr/registryPolicy:RegistryPolicy",
    service="ecr",
    inputs={"policy": Property(kind="json", required=True, same=same_policy)},
    outputs=("registryId",),
    create=_put_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_delete_policy,
    missing=frozenset({"RegistryPolicyNotFoundException"}),
    import_id="the id of the registry, which is the account's",
    sources=(f"{_TERRAFORM}/registry_policy.go", "pulumi_aws.ecr.RegistryPolicy"),
)


# Replication


def _rules(inputs: Mapping[str, Any]) -> list[State]:
    rules = []
    for given in inputs.get("replicationConfiguration", {}).get("rules", []):
        rule = {"destinations": [_plain(each, "region", "registryId") for each in given["destinations"]]}
        if given.get("repositoryFilters"):
            rule["repositoryFilters"] = [_plain(each, "filter", "filterType") for each in given["repositoryFilters"]]
        rules.append(rule)
    return rules


def _plain(given: Mapping[str, Any], *names: str) -> State:
    return {name: given[name] for name in names}


def _put_replication(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    aws.call("put_replication_configuration", replicationConfiguration={"rules": _rules(inputs)})
    return aws.account, {"registryId": aws.account}


def _update_replication(aws: Aws, _registry: str, change: Change) -> None:
    _put_replication(aws, change.new)


def _read_replication(aws: Aws, _registry: str) -> State:
    answer = aws.call("describe_registry")
    rules = answer["replicationConfiguration"]["rules"]
    return {"registryId": answer["registryId"], "replicationConfiguration": {"rules": rules} if rules else None}


def _delete_replication(aws: Aws, _registry: str, _old: Mapping[str, Any]) -> None:
    aws.call("put_replication_configuration", replicationConfiguration={"rules": []})


REPLICATION_CONFIGURATION: Final = ResourceType(
    type_name="aws:ecr/replicationConfiguration:ReplicationConfiguration",
    service="ecr",
    inputs={
        "replicationConfiguration": Property(
            kind="object",
            fields={
                "rules": Property(
                    kind="list",
                    required=True,
                    fields={
                        "destinations": Property(
                            kind="list",
                            required=True,
                            fields={"region": Property(required=True), "registryId": Property(required=True)},
                        ),
                        "repositoryFilters": Property(
                            kind="list",
                            fields={
                                "filter": Property(required=True),
                                "filterType": Property(required=True, values=("PREFIX_MATCH",)),
                            },
                        ),
                    },
                )
            },
        )
    },
    outputs=("registryId",),
    create=_put_replication,
    read=_read_replication,
    update=_update_replication,
    delete=_delete_replication,
    import_id="the id of the registry, which is the account's",
    lasts=True,
    sources=(f"{_TERRAFORM}/replication_configuration.go", "pulumi_aws.ecr.ReplicationConfiguration"),
)


# Scanning


def _put_scanning(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    rules = [
        {
            "scanFrequency": given["scanFrequency"],
            "repositoryFilters": [_plain(each, "filter", "filterType") for each in given["repositoryFilters"]],
        }
        for given in inputs.get("rules", [])
    ]
    aws.call("put_registry_scanning_configuration", scanType=inputs["scanType"], rules=rules)
    return aws.account, {"registryId": aws.account}


def _update_scanning(aws: Aws, _registry: str, change: Change) -> None:
    _put_scanning(aws, change.new)


def _read_scanning(aws: Aws, _registry: str) -> State:
    answer = aws.call("get_registry_scanning_configuration")
    configuration = answer["scanningConfiguration"]
    return {
        "registryId": answer["registryId"],
        "rules": configuration.get("rules") or None,
        "scanType": configuration["scanType"],
    }


def _delete_scanning(aws: Aws, _registry: str, _old: Mapping[str, Any]) -> None:
    aws.call("put_registry_scanning_configuration", scanType="BASIC", rules=[])


REGISTRY_SCANNING_CONFIGURATION: Final = ResourceType(
    type_name="aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
    service="ecr",
    inputs={
        "rules": Property(
            kind="set",
            fields={
                "repositoryFilters": Property(
                    kind="set",
                    required=True,
                    fields={
                        "filter": Property(required=True),
                        "filterType": Property(required=True, values=("WILDCARD",)),
                    },
                ),
                "scanFrequency": Property(required=True, values=("SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL")),
            },
        ),
        "scanType": Property(required=True, values=("BASIC", "ENHANCED")),
    },
    outputs=("registryId",),
    create=_put_scanning,
    read=_read_scanning,
    update=_update_scanning,
    delete=_delete_scanning,
    import_id="the id of the registry, which is the account's",
    lasts=True,
    sources=(f"{_TERRAFORM}/registry_scanning_configuration.go", "pulumi_aws.ecr.RegistryScanningConfiguration"),
)


# Account settings


def _put_setting(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    aws.call("put_account_setting", name=inputs["name"], value=inputs["value"])
    return inputs["name"], {}


def _update_setting(aws: Aws, _name: str, change: Change) -> None:
    _put_setting(aws, change.new)


def _read_setting(aws: Aws, name: str) -> State:
    answer = aws.call("get_account_setting", name=name)
    return {"name": answer["name"], "value": answer["value"]}


def _leave_setting(_aws: Aws, _name: str, _old: Mapping[str, Any]) -> None:
    """Do nothing: a setting cannot be unset, and the official plugin leaves it as it is."""


ACCOUNT_SETTING: Final = ResourceType(
    type_name="aws:ecr/accountSetting:AccountSetting",
    service="ecr",
    inputs={
        "name": Property(replaces=True, values=("BASIC_SCAN_TYPE_VERSION", "BLOB_MOUNTING", "REGISTRY_POLICY_SCOPE")),
        "value": Property(required=True, values=("AWS_NATIVE", "CLAIR", "ENABLED", "DISABLED", "V1", "V2")),
    },
    create=_put_setting,
    read=_read_setting,
    update=_update_setting,
    delete=_leave_setting,
    import_id="the name of the setting",
    identifier=("name",),
    autoname=Autoname(guards=False),
    lasts=True,
    sources=(
        f"{_TERRAFORM}/account_setting.go (no operation on delete)",
        "pulumi-aws, provider/computed_ids.go",
        "pulumi-terraform-bridge, pkg/pf/tfbridge/provider_diff.go (a given name does not delete first)",
        "pulumi_aws.ecr.AccountSetting",
    ),
)


ENTRIES: Final = (REGISTRY_POLICY, REPLICATION_CONFIGURATION, REGISTRY_SCANNING_CONFIGURATION, ACCOUNT_SETTING)
