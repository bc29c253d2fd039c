"""AWS partitions: which Regions each has and how its host names end."""

from __future__ import annotations

import re
from typing import NamedTuple

from ecr_model.findings import Finding, echo, nearest
from ecr_model.shapes import Text


class Partition(NamedTuple):
    """
    One separate part of AWS, with accounts and Regions of its own.

    Attributes:
        name: The second element of its ARNs, e.g. `aws-cn`.
        dns_suffix: How its host names end, e.g. `amazonaws.com.cn`.
        dual_stack_suffix: How the host names of its IPv6-capable registries end; None where none is known.
        region_pattern: Grammar of its Region names, for Regions younger than this table.
        regions: The Regions it had when the table was compared last; ECR is offered in all of them.
    """

    name: str
    dns_suffix: str
    dual_stack_suffix: str | None
    region_pattern: str
    regions: tuple[str, ...]


PARTITIONS = (
    Partition(
        "aws",
        "amazonaws.com",
        "on.aws",
        r"(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[0-9]+",
        (
            "af-south-1",
            *("ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
            *("ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3"),
            *("ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7"),
            *("ca-central-1", "ca-west-1"),
            *("eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2"),
            *("eu-west-1", "eu-west-2", "eu-west-3"),
            *("il-central-1", "me-central-1", "me-south-1", "me-west-1", "mx-central-1"),
            *("sa-east-1", "sa-west-1"),
            *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
        ),
    ),
    Partition(
        "aws-cn",
        "amazonaws.com.cn",
        "on.amazonwebservices.com.cn",
        r"cn-[a-z]+-[0-9]+",
        ("cn-north-1", "cn-northwest-1"),
    ),
    Partition(
        "aws-us-gov",
        "amazonaws.com",
        "on.aws",
        r"us-gov-[a-z]+-[0-9]+",
        ("us-gov-east-1", "us-gov-west-1"),
    ),
    Partition(
        "aws-eusc",
        "amazonaws.eu",
        None,
        r"eusc-de-[a-z]+-[0-9]+",
        ("eusc-de-east-1",),
    ),
    Partition("aws-iso", "c2s.ic.gov", None, r"us-iso-[a-z]+-[0-9]+", ("us-iso-east-1", "us-iso-west-1")),
    Partition("aws-iso-b", "sc2s.sgov.gov", None, r"us-isob-[a-z]+-[0-9]+", ("us-isob-east-1", "us-isob-west-1")),
    Partition("aws-iso-e", "cloud.adc-e.uk", None, r"eu-isoe-[a-z]+-[0-9]+", ("eu-isoe-west-1",)),
    Partition("aws-iso-f", "csp.hci.ic.gov", None, r"us-isof-[a-z]+-[0-9]+", ("us-isof-east-1", "us-isof-south-1")),
)
"""
Sources: botocore 1.44.5, `partitions.json`, which the SDKs share; AWS General Reference, "Amazon ECR endpoints
and quotas", for dual-stack registries; the registries that awslabs/amazon-eks-ami lets nodes log in to (`nodeadm`,
image credential provider), for the suffixes of the isolated partitions.
"""

REGION = Text("region", "must be a Region's name, as eu-west-1", r"[0-9a-z-]{2,25}", 2, 25)
"""Source: API shape `Region` of ECR."""


def find_partition(region: str) -> Partition | None:
    """Return the partition of *region*, also of one younger than the table; None when no partition fits."""
    if not REGION.is_match(region):
        return None
    return next((p for p in PARTITIONS if re.fullmatch(p.region_pattern, region)), None)


def is_known_region(region: str) -> bool:
    """Tell whether *region* existed when the table was compared last."""
    return any(region in partition.regions for partition in PARTITIONS)


def check_region(value: object, field: str = "region") -> tuple[Finding, ...]:
    """
    Return why *value* is no Region's name.

    A well-formed name that the table does not have is a warning: a new Region is usable at once.
    """
    text = value if isinstance(value, str) else ""
    if is_known_region(text):
        return ()
    near = nearest(text, [region for partition in PARTITIONS for region in partition.regions])
    fix = f"write {near!r} if that was meant" if near else ""
    if findings := REGION.check(value, field, fix=fix):
        return findings
    if find_partition(text) is None:
        return (Finding(field, REGION.rule, REGION.requirement, echo(text), fix),)
    return (Finding(field, "region-known", "is not a Region we know", echo(text), fix, "warning"),)
