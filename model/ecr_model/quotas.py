"""Service quotas: how much of everything an account may have in one Region, and what AWS can raise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ecr_model.cache import MAX_CACHE_RULES
from ecr_model.lifecycle.rules import LONGEST_TEXT, MAX_RULES
from ecr_model.replication import MAX_DESTINATIONS, MAX_REPLICATION_FILTERS, MAX_REPLICATION_RULES


class Quota(NamedTuple):
    """
    One row of Service Quotas.

    Attributes:
        name: What Service Quotas calls it.
        default: What an account has unless it was raised.
        unit: What is counted; "" when the name says it.
        is_adjustable: Whether AWS raises it on request.
    """

    name: str
    default: int
    unit: str = ""
    is_adjustable: bool = False


_QUOTAS = (
    Quota("Registered repositories", 100_000, is_adjustable=True),
    Quota("Images per repository", 100_000, is_adjustable=True),
    Quota("Tags per image", 1_000),
    Quota("Rules per lifecycle policy", MAX_RULES),
    Quota("Lifecycle policy length", LONGEST_TEXT, "characters"),
    Quota("Rules per replication configuration", MAX_REPLICATION_RULES),
    Quota("Filters per rule in a replication configuration", MAX_REPLICATION_FILTERS),
    Quota("Unique destinations across all rules in a replication configuration", MAX_DESTINATIONS),
    Quota("Pull through cache rules per registry", MAX_CACHE_RULES),
    Quota("Basic image scans per 24 hours", 100_000),
    Quota("Rate of image scans", 1, "per image in 24 hours"),
    Quota("Layer parts", 4_200),
    Quota("Minimum layer part size", 5, "MiB"),
    Quota("Maximum layer part size", 10, "MiB"),
    Quota("Maximum layer size", 52_000, "MiB"),
    Quota("Rate of GetAuthorizationToken requests", 500, "per second", is_adjustable=True),
    Quota("Rate of BatchCheckLayerAvailability requests", 1_000, "per second", is_adjustable=True),
    Quota("Rate of BatchGetImage requests", 2_000, "per second", is_adjustable=True),
    Quota("Rate of GetDownloadUrlForLayer requests", 3_000, "per second", is_adjustable=True),
    Quota("Rate of InitiateLayerUpload requests", 100, "per second", is_adjustable=True),
    Quota("Rate of CompleteLayerUpload requests", 100, "per second", is_adjustable=True),
    Quota("Rate of UploadLayerPart requests", 500, "per second", is_adjustable=True),
    Quota("Rate of PutImage requests", 10, "per second", is_adjustable=True),
)

QUOTAS: Mapping[str, Quota] = MappingProxyType({quota.name: quota for quota in _QUOTAS})
"""The quotas by name. Source: AWS General Reference, "Amazon ECR endpoints and quotas"."""
