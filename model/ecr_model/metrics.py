"""
The metrics of a registry that CloudWatch has: how often is pulled, how often called, how much there is.

There are no others: neither the storage nor the findings nor the pushes of a repository are measured.

Source: ECR user guide, "Amazon ECR repository metrics" and "Amazon ECR usage metrics".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from ecr_model.quotas import QUOTAS, Quota

MEASURED_OPERATIONS = (
    "GetAuthorizationToken",
    "BatchCheckLayerAvailability",
    "InitiateLayerUpload",
    "UploadLayerPart",
    "CompleteLayerUpload",
    "PutImage",
    "BatchGetImage",
    "GetDownloadUrlForLayer",
)
"""The operations whose calls are counted. Source: ECR user guide, "Amazon ECR usage metrics"."""


class Metric(NamedTuple):
    """
    One metric of CloudWatch.

    Attributes:
        namespace: Where it is published.
        name: Its name there.
        dimensions: All the dimensions it is published with: CloudWatch finds it by the whole set only.
        statistic: The one that means something.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: Literal["Sum", "Maximum"]


def pull_count(repository: str) -> Metric:
    """
    Return the number of pulls of *repository*, published each minute.

    Source: ECR user guide, "Amazon ECR repository metrics".
    """
    return Metric("AWS/ECR", "RepositoryPullCount", {"RepositoryName": repository}, "Sum")


def call_count(operation: str) -> Metric:
    """
    Return the number of calls of *operation*, one of `MEASURED_OPERATIONS`, by all of the account in a Region.

    Source: ECR user guide, "Amazon ECR usage metrics"; CloudWatch user guide, "CloudWatch usage metrics", for the
    class `None`.
    """
    return Metric("AWS/Usage", "CallCount", _usage("API", operation), "Sum")


def repository_count() -> Metric:
    """
    Return the number of repositories in a Region, published every five minutes.

    Source: ECR user guide, "Amazon ECR usage metrics".
    """
    return Metric("AWS/Usage", "ResourceCount", _usage("RESOURCE", "RepositoryCount"), "Maximum")


def rate_quota(operation: str) -> Quota:
    """Return the quota, in calls per second, on *operation*, one of `MEASURED_OPERATIONS`."""
    return QUOTAS[f"Rate of {operation} requests"]


def repository_quota() -> Quota:
    """Return the quota on the repositories in a Region."""
    return QUOTAS["Registered repositories"]


def _usage(kind: str, resource: str) -> Mapping[str, str]:
    return {"Service": "ECR", "Type": kind, "Resource": resource, "Class": "None"}
