"""Roles, their inline policies, and identity providers: what CI needs to push."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.documents import normalize, same_policy
from sandbox.provider.resource import Autoname, Change, Property, ResourceType, State
from sandbox.provider.table.names import unique
from sandbox.provider.tags import listed, retag, unlisted

_TERRAFORM: Final = "Terraform AWS provider, internal/service/iam"
_MISSING: Final = frozenset({"NoSuchEntity"})


# Roles


def _create_role(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    name = inputs.get("name") or unique(inputs["namePrefix"])
    answer = aws.call(
        "create_role",
        RoleName=name,
        AssumeRolePolicyDocument=normalize(inputs["assumeRolePolicy"]),
        Path=inputs.get("path"),
        Description=inputs.get("description"),
        MaxSessionDuration=inputs.get("maxSessionDuration"),
        PermissionsBoundary=inputs.get("permissionsBoundary"),
        Tags=listed(inputs.get("tagsAll", {})),
    )
    _put_inline(aws, name, inputs.get("inlinePolicies", []))
    for arn in inputs.get("managedPolicyArns", []):
        aws.call("attach_role_policy", RoleName=name, PolicyArn=arn)
    return name, _described(answer["Role"])


def _described(role: Mapping[str, Any]) -> State:
    return {
        "arn": role["Arn"],
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "name": role["RoleName"],
        "uniqueId": role["RoleId"],
    }


def _read_role(aws: Aws, name: str) -> State:
    role = aws.call("get_role", RoleName=name)["Role"]
    return _described(role) | {
        "assumeRolePolicy": normalize(role["AssumeRolePolicyDocument"]),
        "description": role.get("Description") or None,
        "inlinePolicies": [
            {"name": each, "policy": normalize(_inline(aws, name, each))} for each in _inline_names(aws, name)
        ],
        "managedPolicyArns": _attached(aws, name),
        "maxSessionDuration": role["MaxSessionDuration"],
        "path": role["Path"],
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "tagsAll": unlisted(role.get("Tags", [])),
    }


def _inline_names(aws: Aws, role: str) -> list[str]:
    return list(aws.call("list_role_policies", RoleName=role)["PolicyNames"])


def _inline(aws: Aws, role: str, name: str) -> Any:
    return aws.call("get_role_policy", RoleName=role, PolicyName=name)["PolicyDocument"]


def _attached(aws: Aws, role: str) -> list[str]:
    policies = aws.call("list_attached_role_policies", RoleName=role)["AttachedPolicies"]
    return [policy["PolicyArn"] for policy in policies]


def _put_inline(aws: Aws, role: str, policies: list[Mapping[str, Any]]) -> None:
    for policy in policies:
        if policy.get("name") and policy.get("policy"):
            document = normalize(policy["policy"])
            aws.call("put_role_policy", RoleName=role, PolicyName=policy["name"], PolicyDocument=document)


def _update_role(aws: Aws, name: str, change: Change) -> None:
    new = change.new
    if change.of("assumeRolePolicy"):
        document = normalize(new["assumeRolePolicy"])
        aws.call("update_assume_role_policy", RoleName=name, PolicyDocument=document)
    if change.of("description", "maxSessionDuration"):
        aws.call(
            "update_role",
            RoleName=name,
            Description=new.get("description", ""),
            MaxSessionDuration=new.get("maxSessionDuration"),
        )
    if change.of("permissionsBoundary"):
        if boundary := new.get("permissionsBoundary"):
            aws.call("put_role_permissions_boundary", RoleName=name, PermissionsBoundary=boundary)
        else:
            aws.call("delete_role_permissions_boundary", RoleName=name)
    _update_attachments(aws, name, change)
    retag(aws, change, "RoleName", name, kind="role")


def _update_attachments(aws: Aws, name: str, change: Change) -> None:
    old, new = change.old, change.new
    if change.of("inlinePolicies"):
        wanted = {policy.get("name") for policy in new["inlinePolicies"]}
        for policy in old.get("inlinePolicies", []):
            if policy["name"] not in wanted:
                aws.call("delete_role_policy", RoleName=name, PolicyName=policy["name"])
        _put_inline(aws, name, new["inlinePolicies"])
    if change.of("managedPolicyArns"):
        before, after = set(old.get("managedPolicyArns", [])), set(new["managedPolicyArns"])
        for arn in sorted(before - after):
            aws.call("detach_role_policy", RoleName=name, PolicyArn=arn)
        for arn in sorted(after - before):
            aws.call("attach_role_policy", RoleName=name, PolicyArn=arn)


def _delete_role(aws: Aws, name: str, old: Mapping[str, Any]) -> None:
    force = old.get("forceDetachPolicies", False)
    if force or old.get("managedPolicyArns"):
        for arn in _attached(aws, name):
            aws.call("detach_role_policy", RoleName=name, PolicyArn=arn)
    if force or old.get("inlinePolicies"):
        for policy in _inline_names(aws, name):
            aws.call("delete_role_policy", RoleName=name, PolicyName=policy)
    aws.call("delete_role", RoleName=name)


ROLE: Final = ResourceType(
    type_name="aws:iam/role:Role",
    service="iam",
    inputs={
        "assumeRolePolicy": Property(kind="json", required=True, same=same_policy),
        "description": Property(),
        "forceDetachPolicies": Property(kind="boolean", default=False),
        "inlinePolicies": Property(
            kind="set", kept=True, fields={"name": Property(), "policy": Property(kind="json", same=same_policy)}
        ),
        "managedPolicyArns": Property(kind="set", kept=True),
        "maxSessionDuration": Property(kind="integer", default=3600, between=(3600, 43200)),
        "name": Property(kept=True, replaces=True),
        "namePrefix": Property(kept=True, replaces=True),
        "path": Property(default="/", replaces=True),
        "permissionsBoundary": Property(),
    },
    outputs=("arn", "createDate", "uniqueId"),
    create=_create_role,
    read=_read_role,
    update=_update_role,
    delete=_delete_role,
    missing=_MISSING,
    import_id="the name of the role",
    identifier=("name",),
    autoname=Autoname(longest=64),
    regional=False,
    tagged=True,
    sources=(f"{_TERRAFORM}/role.go", "pulumi-aws, provider/resource_overrides.go (name)", "pulumi_aws.iam.Role"),
)


# Inline policies of roles


def _put_policy(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    role, name = inputs["role"], inputs.get("name") or unique(inputs["namePrefix"])
    document = normalize(inputs["policy"])
    aws.call("put_role_policy", RoleName=role, PolicyName=name, PolicyDocument=document)
    return f"{role}:{name}", {"name": name}


def _update_policy(aws: Aws, identifier: str, change: Change) -> None:
    _put_policy(aws, {**change.new, "name": identifier.partition(":")[2]})


def _read_policy(aws: Aws, identifier: str) -> State:
    role, _, name = identifier.partition(":")
    return {"name": name, "policy": normalize(_inline(aws, role, name)), "role": role}


def _delete_policy(aws: Aws, identifier: str, _old: Mapping[str, Any]) -> None:
    role, _, name = identifier.partition(":")
    aws.call("delete_role_policy", RoleName=role, PolicyName=name)


ROLE_POLICY: Final = ResourceType(
    type_name="aws:iam/rolePolicy:RolePolicy",
    service="iam",
    inputs={
        "name": Property(kept=True, replaces=True),
        "namePrefix": Property(kept=True, replaces=True),
        "policy": Property(kind="json", required=True, same=same_policy),
        "role": Property(required=True, replaces=True),
    },
    create=_put_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_delete_policy,
    missing=_MISSING,
    import_id="the names of the role and of the policy, `role:policy`",
    identifier=("role", "name"),
    autoname=Autoname(),
    regional=False,
    sources=(f"{_TERRAFORM}/role_policy.go", "pulumi-aws, provider/autonaming.go", "pulumi_aws.iam.RolePolicy"),
)


# Identity providers


def same_url(one: str, other: str) -> bool:
    """
    Return whether two URLs name one provider: IAM answers without the scheme.

    Source: Terraform AWS provider, `suppressOpenIDURL`.
    """
    return one.removeprefix("https://").rstrip("/") == other.removeprefix("https://").rstrip("/")


def _create_provider(aws: Aws, inputs: Mapping[str, Any]) -> tuple[str, State]:
    answer = aws.call(
        "create_open_id_connect_provider",
        Url=inputs["url"],
        ClientIDList=inputs["clientIdLists"],
        ThumbprintList=inputs.get("thumbprintLists"),
        Tags=listed(inputs.get("tagsAll", {})),
    )
    arn = answer["OpenIDConnectProviderArn"]
    return arn, _read_provider(aws, arn)


def _read_provider(aws: Aws, arn: str) -> State:
    answer = aws.call("get_open_id_connect_provider", OpenIDConnectProviderArn=arn)
    return {
        "arn": arn,
        "clientIdLists": answer["ClientIDList"],
        "tagsAll": unlisted(answer.get("Tags", [])),
        "thumbprintLists": answer["ThumbprintList"],
        "url": answer["Url"],
    }


def _update_provider(aws: Aws, arn: str, change: Change) -> None:
    old, new = change.old, change.new
    if change.of("thumbprintLists") and new.get("thumbprintLists"):
        aws.call(
            "update_open_id_connect_provider_thumbprint",
            OpenIDConnectProviderArn=arn,
            ThumbprintList=new["thumbprintLists"],
        )
    if change.of("clientIdLists"):
        before, after = set(old["clientIdLists"]), set(new["clientIdLists"])
        for client in sorted(after - before):
            aws.call("add_client_id_to_open_id_connect_provider", OpenIDConnectProviderArn=arn, ClientID=client)
        for client in sorted(before - after):
            aws.call("remove_client_id_from_open_id_connect_provider", OpenIDConnectProviderArn=arn, ClientID=client)
    retag(aws, change, "OpenIDConnectProviderArn", arn, kind="open_id_connect_provider")


def _delete_provider(aws: Aws, arn: str, _old: Mapping[str, Any]) -> None:
    aws.call("delete_open_id_connect_provider", OpenIDConnectProviderArn=arn)


OPEN_ID_CONNECT_PROVIDER: Final = ResourceType(
    type_name="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    service="iam",
    inputs={
        "clientIdLists": Property(kind="set", required=True),
        "thumbprintLists": Property(kind="list", kept=True),
        "url": Property(required=True, replaces=True, same=same_url),
    },
    outputs=("arn",),
    create=_create_provider,
    read=_read_provider,
    update=_update_provider,
    delete=_delete_provider,
    missing=_MISSING,
    import_id="the ARN of the provider",
    regional=False,
    tagged=True,
    sources=(f"{_TERRAFORM}/openid_connect_provider.go", "pulumi_aws.iam.OpenIdConnectProvider"),
)

ENTRIES: Final = (ROLE, ROLE_POLICY, OPEN_ID_CONNECT_PROVIDER)
