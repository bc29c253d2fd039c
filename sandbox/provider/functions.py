"""
Answer the functions of the package that programs call: who am I, where am I, what is there.

Source: the tokens, arguments and results of `pulumi_aws` (`get_*.py`); Terraform AWS provider, `internal/service/meta`,
`internal/service/sts` and `internal/service/ecr`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.provider.clients import Aws
from sandbox.provider.errors import ProviderError
from sandbox.provider.policy_document import policy_document
from sandbox.provider.table.ecr_repository import read_repository


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it answers to its arguments, the names of both, and the service it asks."""

    answer: Callable[[Aws, Mapping[str, Any]], Mapping[str, Any]]
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    service: str = "sts"


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


def _caller_identity(aws: Aws, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    identity = aws.clients.identity
    account = identity["Account"]
    return {"accountId": account, "arn": identity["Arn"], "id": account, "userId": identity["UserId"]}


def _region(aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    endpoint = arguments.get("endpoint", "")
    region = endpoint.removeprefix("ec2.").partition(".")[0] or arguments.get("name") or aws.region
    suffix = partition(region).dns_suffix
    return {
        "description": region,
        "endpoint": endpoint or f"ec2.{region}.{suffix}",
        "id": region,
        "name": region,
        "region": region,
    }


def _partition(aws: Aws, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    found = partition(aws.region)
    return {
        "dnsSuffix": found.dns_suffix,
        "id": found.name,
        "partition": found.name,
        "reverseDnsPrefix": found.reverse_dns_prefix,
    }


def _policy_document(_aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    text, minified = policy_document(arguments)
    return {**arguments, "id": str(_checksum(text)), "json": text, "minifiedJson": minified}


def _checksum(text: str) -> int:
    return zlib.crc32(text.encode())


def _repository(aws: Aws, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    found = read_repository(aws, arguments["name"])
    images = aws.call("describe_images", repositoryName=arguments["name"])["imageDetails"]
    newest: Mapping[str, Any] = max(images, key=lambda image: image["imagePushedAt"], default={})
    return {
        "arn": found["arn"],
        "encryptionConfigurations": found["encryptionConfigurations"],
        "id": arguments["name"],
        "imageScanningConfigurations": [found["imageScanningConfiguration"]],
        "imageTagMutability": found["imageTagMutability"],
        "imageTagMutabilityExclusionFilters": found["imageTagMutabilityExclusionFilters"] or [],
        "mostRecentImageTags": newest.get("imageTags", []),
        "name": found["name"],
        "region": aws.region,
        "registryId": found["registryId"],
        "repositoryUrl": found["repositoryUrl"],
        "tags": found["tagsAll"],
    }


_REPOSITORY: Final = (
    "arn",
    "encryptionConfigurations",
    "id",
    "imageScanningConfigurations",
    "imageTagMutability",
    "imageTagMutabilityExclusionFilters",
    "mostRecentImageTags",
    "name",
    "region",
    "registryId",
    "repositoryUrl",
    "tags",
)
_DOCUMENT: Final = (
    "overrideJson",
    "overridePolicyDocuments",
    "policyId",
    "sourceJson",
    "sourcePolicyDocuments",
    "statements",
    "version",
)

FUNCTIONS: Final[Mapping[str, Function]] = {
    "aws:ecr/getRepository:getRepository": Function(
        _repository, ("name", "region", "registryId", "tags"), _REPOSITORY, service="ecr"
    ),
    "aws:iam/getPolicyDocument:getPolicyDocument": Function(
        _policy_document, _DOCUMENT, (*_DOCUMENT, "id", "json", "minifiedJson")
    ),
    "aws:index/getCallerIdentity:getCallerIdentity": Function(
        _caller_identity, ("id",), ("accountId", "arn", "id", "userId")
    ),
    "aws:index/getPartition:getPartition": Function(
        _partition, ("id",), ("dnsSuffix", "id", "partition", "reverseDnsPrefix")
    ),
    "aws:index/getRegion:getRegion": Function(
        _region, ("endpoint", "id", "name", "region"), ("description", "endpoint", "id", "name", "region")
    ),
}
"""Every function by its token."""


def lookup(token: str) -> Function:
    """
    Return the function of *token*.

    Raises:
        ProviderError: The stand-in does not know it; the message says where one is added.
    """
    if token not in FUNCTIONS:
        raise ProviderError(
            f"{token}: must be a function that the sandbox's stand-in for the aws provider knows, got a stranger; "
            "add it to sandbox/provider/functions.py, or use the official plugin"
        )
    return FUNCTIONS[token]
