"""Tell the partition of AWS that a Region belongs to, and make the ARNs that no API answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.provider.clients import Aws


@dataclass(frozen=True, slots=True)
class Partition:
    """One of AWS's partitions. Source: botocore, `data/partitions.json`."""

    name: str
    dns_suffix: str
    reverse_dns_prefix: str


_COMMERCIAL: Final = Partition("aws", "amazonaws.com", "com.amazonaws")
_PARTITIONS: Final[Mapping[str, Partition]] = {
    "cn-": Partition("aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
    "us-gov-": Partition("aws-us-gov", "amazonaws.com", "com.amazonaws"),
    "eusc-": Partition("aws-eusc", "amazonaws.eu", "eu.amazonaws"),
    "us-iso-": Partition("aws-iso", "c2s.ic.gov", "gov.ic.c2s"),
    "us-isob-": Partition("aws-iso-b", "sc2s.sgov.gov", "gov.sgov.sc2s"),
    "eu-isoe-": Partition("aws-iso-e", "cloud.adc-e.uk", "uk.adc-e.cloud"),
    "us-isof-": Partition("aws-iso-f", "csp.hci.ic.gov", "gov.ic.hci.csp"),
}


def partition(region: str) -> Partition:
    """Return the partition that *region* belongs to, the commercial one when its name says nothing."""
    return next((found for prefix, found in _PARTITIONS.items() if region.startswith(prefix)), _COMMERCIAL)


def arn(aws: Aws, resource: str, account: str) -> str:
    """Return the ARN of *resource* (`vpc/vpc-1`), which the service and Region of *aws* have in *account*."""
    return f"arn:{partition(aws.region).name}:{aws.service}:{aws.region}:{account}:{resource}"
