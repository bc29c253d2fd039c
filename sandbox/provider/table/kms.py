"""KMS keys and their aliases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.documents import normalize, same_policy
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.table.names import unique
from sandbox.provider.tags import listed, retag, unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/kms"
_TAG: Final = ("TagKey", "TagValue")
_MISSING: Final = frozenset({"NotFoundException"})
# API shape KeySpec.
_KEY_SPECS: Final = (
    "SYMMETRIC_DEFAULT",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "HMAC_224",
    "HMAC_256",
    "HMAC_384",
    "HMAC_512",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "ECC_NIST_EDWARDS25519",
    "ML_DSA_44",
    "ML_DSA_65",
    "ML_DSA_87",
    "SM2",
)


def same_key(one: str, other: str) -> bool:
    """Return whether two names mean one key: its ARN ends with its id. Source: Terraform, `keyARNOrIDEqual`."""
    return one.rpartition("/")[2] == other.rpartition("/")[2]


def _create_key(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_key",
        BypassPolicyLockoutSafetyCheck=inputs.get("bypassPolicyLockoutSafetyCheck"),
        CustomKeyStoreId=inputs.get("customKeyStoreId"),
        Description=inputs.get("description"),
        KeySpec=inputs.get("customerMasterKeySpec"),
        KeyUsage=inputs.get("keyUsage"),
        MultiRegion=inputs.get("multiRegion"),
        Policy=normalize(inputs["policy"]) if "policy" in inputs else None,
        Tags=listed(inputs.get("tagsAll", {}), *_TAG),
        XksKeyId=inputs.get("xksKeyId"),
    )
    key = answer["KeyMetadata"]["KeyId"]
    if inputs.get("enableKeyRotation"):
        _rotate(aws, key, inputs)
    if not inputs.get("isEnabled", True):
        aws.call("disable_key", KeyId=key)
    return key, _key(aws, key) or {}


def _rotate(aws: Aws, key: str, inputs: Mapping[str, Any]) -> None:
    if inputs.get("enableKeyRotation"):
        aws.call("enable_key_rotation", KeyId=key, RotationPeriodInDays=inputs.get("rotationPeriodInDays"))
    else:
        aws.call("disable_key_rotation", KeyId=key)


def _key(aws: Aws, key: str) -> State | None:
    metadata = aws.call("describe_key", KeyId=key)["KeyMetadata"]
    if metadata["KeyState"] in {"PendingDeletion", "PendingReplicaDeletion"}:
        return None  # gone for every purpose but its recovery
    rotation = aws.call("get_key_rotation_status", KeyId=key)
    return {
        "arn": metadata["Arn"],
        "customKeyStoreId": metadata.get("CustomKeyStoreId"),
        "customerMasterKeySpec": metadata["KeySpec"],
        "description": metadata.get("Description") or None,
        "enableKeyRotation": rotation["KeyRotationEnabled"],
        "isEnabled": metadata["Enabled"],
        "keyId": metadata["KeyId"],
        "keyUsage": metadata["KeyUsage"],
        "multiRegion": metadata.get("MultiRegion", False),
        "policy": aws.call("get_key_policy", KeyId=key, PolicyName="default")["Policy"],
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays"),
        "xksKeyId": metadata.get("XksKeyConfiguration", {}).get("Id"),
    }


def _read_key(aws: Aws, key: str) -> State | None:
    state = _key(aws, key)
    if state is None:
        return None
    return state | {"tagsAll": unlisted(aws.call("list_resource_tags", KeyId=key)["Tags"], *_TAG)}


def _update_key(aws: Aws, key: str, change: Change) -> None:
    enabled = change.new.get("isEnabled", True)
    if change.of("isEnabled") and enabled:
        aws.call("enable_key", KeyId=key)  # first: a disabled key takes no other change
    if change.of("enableKeyRotation", "rotationPeriodInDays"):
        _rotate(aws, key, change.new)
    if change.of("description"):
        aws.call("update_key_description", KeyId=key, Description=change.new.get("description", ""))
    if change.of("policy"):
        aws.call("put_key_policy", KeyId=key, PolicyName="default", Policy=normalize(change.new["policy"]))
    retag(aws, change, "KeyId", key, members=_TAG)
    if change.of("isEnabled") and not enabled:
        aws.call("disable_key", KeyId=key)


def _delete_key(aws: Aws, key: str, old: Mapping[str, Any]) -> None:
    if _key(aws, key) is not None:
        aws.call("schedule_key_deletion", KeyId=key, PendingWindowInDays=old.get("deletionWindowInDays"))


KEY: Final = ResourceType(
    type_name="aws:kms/key:Key",
    service="kms",
    inputs={
        "bypassPolicyLockoutSafetyCheck": Property(kind="boolean", default=False),
        "customKeyStoreId": Property(replaces=True),
        "customerMasterKeySpec": Property(default="SYMMETRIC_DEFAULT", replaces=True, values=_KEY_SPECS),
        "deletionWindowInDays": Property(kind="integer", between=(7, 30)),
        "description": Property(kept=True),
        "enableKeyRotation": Property(kind="boolean", default=False),
        "isEnabled": Property(kind="boolean", default=True),
        "keyUsage": Property(
            default="ENCRYPT_DECRYPT",
            replaces=True,
            values=("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"),
        ),
        "multiRegion": Property(kind="boolean", kept=True, replaces=True),
        "policy": Property(kind="json", kept=True, same=same_policy),
        "rotationPeriodInDays": Property(kind="integer", kept=True, between=(90, 2560)),
        "xksKeyId": Property(replaces=True),
    },
    outputs=("arn", "keyId"),
    create=_create_key,
    read=_read_key,
    update=_update_key,
    delete=_delete_key,
    missing=_MISSING,
    import_id="the id of the key",
    tagged=True,
    sources=(f"{_TERRAFORM}/key.go", "pulumi_aws.kms.Key"),
)


def _create_alias(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    name = inputs.get("name") or unique(inputs["namePrefix"])
    aws.call("create_alias", AliasName=name, TargetKeyId=inputs["targetKeyId"])
    return name, _read_alias(aws, name) or {}


def _read_alias(aws: Aws, name: str) -> State | None:
    for alias in _aliases(aws):
        if alias["AliasName"] == name:
            arn, target = alias["AliasArn"], alias["TargetKeyId"]
            return {
                "arn": arn,
                "name": name,
                "targetKeyArn": f"{arn.rpartition(':')[0]}:key/{target}",
                "targetKeyId": target,
            }
    return None


def _aliases(aws: Aws) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    marker = None
    while True:
        page = aws.call("list_aliases", Marker=marker)
        found += page["Aliases"]
        marker = page.get("NextMarker")
        if not page.get("Truncated"):
            return found


def _update_alias(aws: Aws, name: str, change: Change) -> State | None:
    aws.call("update_alias", AliasName=name, TargetKeyId=change.new["targetKeyId"])
    return _read_alias(aws, name)


def _delete_alias(aws: Aws, name: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_alias", AliasName=name)


ALIAS: Final = ResourceType(
    type_name="aws:kms/alias:Alias",
    service="kms",
    inputs={
        "name": Property(kept=True, replaces=True),
        "namePrefix": Property(kept=True, replaces=True),
        "targetKeyId": Property(required=True, same=same_key),
    },
    outputs=("arn", "targetKeyArn"),
    create=_create_alias,
    read=_read_alias,
    update=_update_alias,
    delete=_delete_alias,
    missing=_MISSING,
    import_id="the name of the alias, with `alias/`",
    identifier=("name",),
    autoname=Autoname(longest=238, prefix="alias/"),
    sources=(f"{_TERRAFORM}/alias.go", "pulumi-aws, provider/resource_overrides.go (name)", "pulumi_aws.kms.Alias"),
)

ENTRIES: Final = (KEY, ALIAS)
