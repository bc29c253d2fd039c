"""What hangs on a role: managed policies, and the profile by which an instance takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.table.names import unique
from sandbox.provider.tags import listed, retag, unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/iam"
_MISSING: Final = frozenset({"NoSuchEntity"})


# Attachments of managed policies


def _attach(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    aws.call("attach_role_policy", RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
    return f"{inputs['role']}/{inputs['policyArn']}", {}


def _read_attachment(aws: Aws, identifier: str) -> State | None:
    role, _, policy = identifier.partition("/")
    attached = aws.call("list_attached_role_policies", RoleName=role)["AttachedPolicies"]
    found = any(each["PolicyArn"] == policy for each in attached)
    return {"policyArn": policy, "role": role} if found else None


def _detach(aws: Aws, identifier: str, _old: Mapping[str, Any]) -> None:
    role, _, policy = identifier.partition("/")
    aws.call("detach_role_policy", RoleName=role, PolicyArn=policy)


ROLE_POLICY_ATTACHMENT: Final = ResourceType(
    type_name="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    service="iam",
    inputs={
        "policyArn": Property(required=True, replaces=True),
        "role": Property(required=True, replaces=True),
    },
    create=_attach,
    read=_read_attachment,
    delete=_detach,
    missing=_MISSING,
    import_id="the name of the role and the ARN of the policy, `role/policy`",
    identifier=("role", "policyArn"),
    separator="/",
    regional=False,
    delete_first=True,
    sources=(
        f"{_TERRAFORM}/role_policy_attachment.go (its ids are made up; here they are those of an import)",
        "pulumi-aws, provider/resource_overrides.go (deletes first)",
        "pulumi_aws.iam.RolePolicyAttachment",
    ),
)


# Instance profiles


def _create_profile(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    name = inputs.get("name") or unique(inputs["namePrefix"])
    tags = listed(inputs.get("tagsAll", {}))
    aws.call("create_instance_profile", InstanceProfileName=name, Path=inputs.get("path"), Tags=tags)
    if role := inputs.get("role"):
        aws.call("add_role_to_instance_profile", InstanceProfileName=name, RoleName=role)
    return name, _read_profile(aws, name)


def _read_profile(aws: Aws, name: str) -> State:
    profile = aws.call("get_instance_profile", InstanceProfileName=name)["InstanceProfile"]
    return {
        "arn": profile["Arn"],
        "createDate": profile["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "name": name,
        "path": profile["Path"],
        "role": next((role["RoleName"] for role in profile["Roles"]), None),
        "tagsAll": unlisted(profile.get("Tags", [])),
        "uniqueId": profile["InstanceProfileId"],
    }


def _update_profile(aws: Aws, name: str, change: Change) -> None:
    if change.of("role"):
        _remove_role(aws, name, change.old)
        if role := change.new.get("role"):
            aws.call("add_role_to_instance_profile", InstanceProfileName=name, RoleName=role)
    retag(aws, change, "InstanceProfileName", name, kind="instance_profile")


def _remove_role(aws: Aws, name: str, old: Mapping[str, Any]) -> None:
    if role := old.get("role"):
        aws.call("remove_role_from_instance_profile", InstanceProfileName=name, RoleName=role)


def _delete_profile(aws: Aws, name: str, old: Mapping[str, Any]) -> None:
    _remove_role(aws, name, old)
    aws.call("delete_instance_profile", InstanceProfileName=name)


INSTANCE_PROFILE: Final = ResourceType(
    type_name="aws:iam/instanceProfile:InstanceProfile",
    service="iam",
    inputs={
        "name": Property(kept=True, replaces=True),
        "namePrefix": Property(kept=True, replaces=True),
        "path": Property(default="/", replaces=True),
        "role": Property(),
    },
    outputs=("arn", "createDate", "uniqueId"),
    create=_create_profile,
    read=_read_profile,
    update=_update_profile,
    delete=_delete_profile,
    missing=_MISSING,
    import_id="the name of the profile",
    identifier=("name",),
    autoname=Autoname(),
    regional=False,
    tagged=True,
    sources=(
        f"{_TERRAFORM}/instance_profile.go",
        "pulumi-aws, provider/autonaming.go",
        "pulumi_aws.iam.InstanceProfile",
    ),
)

ENTRIES: Final = (ROLE_POLICY_ATTACHMENT, INSTANCE_PROFILE)
