"""Where resources will be: what a component can know before it registers anything, and what its provider knows then."""

import os

import pulumi
import pulumi_aws as aws
from ecr_model.partitions import find_partition


def partition_of(region: str | None) -> str:
    """
    Return the partition in which a component without a `region` of its own registers its resources.

    Args:
        region: The component's `region`; absent, the Region of the default provider decides: `aws:region` of
            the stack, then `AWS_REGION` and `AWS_DEFAULT_REGION`. A provider given in the options cannot be
            asked, its Region is an output: give `region` beside one outside the partition `aws`.

    Returns:
        `aws` when no Region is known.
    """
    ambient = region or ambient_region()
    partition = find_partition(ambient) if ambient else None
    return partition.name if partition else "aws"


def ambient_region() -> str | None:
    """Return the Region of the default provider, None when neither the stack nor the environment names one."""
    configured = pulumi.Config("aws").get("region")
    return configured or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")


def region_of(component: pulumi.Resource, said: str | None = None) -> pulumi.Output[str]:
    """Return the Region *said*, or else that of the provider of *component*, which is registered."""
    if said is not None:
        return pulumi.Output.from_input(said)
    region: pulumi.Output[str] = aws.get_region_output(opts=pulumi.InvokeOutputOptions(parent=component)).region
    return region


def account_of_provider(component: pulumi.Resource, said: str | None = None) -> pulumi.Output[str]:
    """Return the account *said*, or else the one that the provider of *component*, which is registered, works in."""
    if said is not None:
        return pulumi.Output.from_input(said)
    identity = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=component))
    account_id: pulumi.Output[str] = identity.account_id
    return account_id
