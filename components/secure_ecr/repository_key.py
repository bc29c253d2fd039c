"""A KMS key for repositories: rotated, known by an alias, of use to ECR and to nobody else."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
from ecr_model.findings import Finding, echo, join
from ecr_model.names import check_registry_id
from ecr_model.partitions import check_region
from ecr_model.shapes import Text
from pulumi_aws import kms

from secure_ecr.arguments import Check, at, check_each, judged, read
from secure_ecr.errors import refuse
from secure_ecr.key_policy import render_key_policy
from secure_ecr.locations import account_of_provider, partition_of
from secure_ecr.wire import wire

ALIAS = Text(
    "kms-alias",
    "must be 'alias/' and letters, digits, '/', '_' and '-', and not begin with 'alias/aws/'",
    r"alias/(?!aws/)[a-zA-Z0-9/_-]+",
    7,
    256,
)
"""Source: API shape `AliasNameType` of KMS and the description of `CreateAlias`."""

ROTATION_DAYS = range(90, 2560 + 1)
"""Source: API shape `RotationPeriodInDaysType` of KMS."""

DELETION_DAYS = range(7, 30 + 1)
"""Source: API shape `PendingWindowInDaysType` of KMS and the description of `ScheduleKeyDeletion`."""

ADMINISTRATOR = Text(
    "kms-administrator",
    "must be the ARN of an IAM role or user",
    r"arn:aws[a-z-]*:iam::[0-9]{12}:(?:role|user)/[A-Za-z0-9+=,.@_/-]+",
    28,
    2048,
)
"""Source: KMS developer guide, "Key policies: Principal"; IAM user guide, "IAM identifiers"."""


MAX_ADMINISTRATORS = 50
"""Our own bound: a key policy has at most 32 KiB. Source: KMS developer guide, "Resource quotas"."""

DEFAULT_ROTATION_DAYS = 365
DEFAULT_DELETION_DAYS = 30
"""What KMS does when nothing is said. Source: KMS API, `EnableKeyRotation` and `ScheduleKeyDeletion`."""


def check_rotation_days(value: object, field: str = "rotation_days") -> tuple[Finding, ...]:
    """Return why KMS does not rotate a key every *value* days."""
    return _check_days(value, ROTATION_DAYS, field)


def check_deletion_days(value: object, field: str = "deletion_days") -> tuple[Finding, ...]:
    """Return why KMS does not wait *value* days before it deletes a key."""
    return _check_days(value, DELETION_DAYS, field)


def _check_days(value: object, days: range, field: str) -> tuple[Finding, ...]:
    if value in days:
        return ()
    return (Finding(field, "kms-days", f"must be {days[0]} to {days[-1]} days", echo(value)),)


RULES: Mapping[str, Check] = {
    "alias": ALIAS.check,
    "rotation_days": check_rotation_days,
    "deletion_days": check_deletion_days,
    "region": check_region,
    "account_id": check_registry_id,
}
"""What each argument means to KMS and to AWS; `check_settings` judges the list of administrators."""


@judged(**RULES)
class RepositoryKeyArgs(TypedDict):
    """What the caller of RepositoryKey decides."""

    administrator_arns: NotRequired[list[pulumi.Input[str]]]
    """Roles and users, which must exist, that look after the key; absent, those that IAM lets in this account."""

    alias: NotRequired[str]
    """Alias of the key, `alias/` and a name; absent, the component's name."""

    rotation_days: NotRequired[int]
    """Days between rotations of the key material, 90 to 2560; absent, 365."""

    deletion_days: NotRequired[int]
    """Days between the order to delete the key and its end, 7 to 30; absent, 30. Images are lost with it."""

    multi_region: NotRequired[bool]
    """Whether replicas of the key can be made in other Regions; absent, not. Another answer is a new key."""

    region: NotRequired[str]
    """Region of the key; absent, the provider's."""

    account_id: NotRequired[str]
    """Account of the key, 12 digits in quotes; absent, AWS is asked, and the key policy is known after that."""


class RepositoryKey(pulumi.ComponentResource):
    """
    A customer managed KMS key for ECR repositories of one Region.

    Children: `<name>` (Key; without it no image can be read) and `<name>-alias` (Alias).
    """

    key_arn: pulumi.Output[str]
    """ARN of the key, for `kms_key_arn` of repositories."""

    key_id: pulumi.Output[str]
    """Id of the key, the last part of its ARN."""

    alias_name: pulumi.Output[str]
    """Alias of the key, for people; repositories take the ARN."""

    def __init__(self, name: str, args: RepositoryKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        field = at("", name)
        args, findings = read(RepositoryKeyArgs, args, field)
        alias = args.get("alias", f"alias/{name}")
        refuse((*findings, *ALIAS.check(alias, join(field, "alias")), *check_settings(args, field)))
        region = args.get("region")

        super().__init__("secure-ecr:index:RepositoryKey", name, wire(RepositoryKeyArgs, args), opts)
        child = pulumi.ResourceOptions(parent=self)
        key = kms.Key(
            name,
            description="Encrypts the images of ECR repositories",
            policy=_policy(args, self),
            enable_key_rotation=True,
            rotation_period_in_days=args.get("rotation_days", DEFAULT_ROTATION_DAYS),
            deletion_window_in_days=args.get("deletion_days", DEFAULT_DELETION_DAYS),
            multi_region=args.get("multi_region", False),
            region=region,
            opts=child,
        )
        kms.Alias(f"{name}-alias", name=alias, target_key_id=key.key_id, region=region, opts=child)

        self.key_arn = key.arn
        self.key_id = key.key_id
        self.alias_name = pulumi.Output.from_input(alias)
        self.register_outputs({"keyArn": self.key_arn, "keyId": self.key_id, "aliasName": self.alias_name})


def check_settings(args: Mapping[str, Any], field: str) -> tuple[Finding, ...]:
    """Return what is wrong with the administrators, as far as they are known."""
    arns, path = args.get("administrator_arns", []), join(field, "administrator_arns")
    return check_each(arns, path, ADMINISTRATOR.check, rule=ADMINISTRATOR.rule, shortest=0, longest=MAX_ADMINISTRATORS)


def _policy(args: RepositoryKeyArgs, component: pulumi.Resource) -> pulumi.Input[str]:
    def render(account_id: str, administrator_arns: Sequence[str]) -> str:
        return render_key_policy(
            account_id,
            partition=partition_of(args.get("region")),
            region=args.get("region"),
            administrator_arns=administrator_arns,
        )

    administrators = args.get("administrator_arns", [])
    known = [arn for arn in administrators if isinstance(arn, str)]
    if "account_id" in args and len(known) == len(administrators):
        return render(args["account_id"], known)
    account_id = account_of_provider(component, args.get("account_id"))
    return pulumi.Output.all(account_id, administrators).apply(lambda said: render(*said))
