"""What an operator is told of a registry: the events, and the alarms on the metrics that exist."""

from collections.abc import Mapping
from typing import Any

from ecr_model.events import (
    render_cache_failure_pattern,
    render_finding_pattern,
    render_image_pattern,
    render_registry_change_pattern,
    render_replication_failure_pattern,
)
from ecr_model.metrics import (
    MEASURED_OPERATIONS,
    Metric,
    call_count,
    pull_count,
    rate_quota,
    repository_count,
    repository_quota,
)
from ecr_model.names import logical_name
from ecr_model.scanning import ScanType

SCANNING: Mapping[str, ScanType] = {"basic": "BASIC", "enhanced": "ENHANCED"}

DEFAULT_SEVERITIES = ("CRITICAL", "HIGH")
DEFAULT_QUOTA_PERCENT = 80

DESCRIPTIONS: Mapping[str, str] = {
    "pushes": "An image was pushed",
    "deletions": "An image with a tag was deleted",
    "findings": "A scan found vulnerabilities in an image",
    "replication-failures": "An image was not replicated",
    "cache-failures": "An image was not brought from upstream",
    "registry-changes": "The policy or the settings of the registry were changed",
}
"""What each event means, by its part of the logical name."""


def event_patterns(args: Mapping[str, Any]) -> dict[str, str]:
    """
    Return the pattern of each event to be told of, by its part of the logical name.

    Args:
        args: Arguments of RegistryMonitoring; without `scanning`, when that is wrong, there are no findings.
    """
    named = args.get("repositories", [])
    patterns = {
        "deletions": render_image_pattern("DELETE", named),
        "replication-failures": render_replication_failure_pattern(named),
        "cache-failures": render_cache_failure_pattern(named),
        "registry-changes": render_registry_change_pattern(),
    }
    if "scanning" in args:
        severities = args.get("severities", DEFAULT_SEVERITIES)
        patterns["findings"] = render_finding_pattern(SCANNING[args["scanning"].lower()], severities, named)
    if args.get("pushes"):
        patterns["pushes"] = render_image_pattern("PUSH", named)
    return patterns


def alarm_settings(args: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """
    Return what each alarm watches and from when on it goes off, by its part of the logical name.

    Args:
        args: Arguments of RegistryMonitoring.
    """
    percent = args.get("quota_percent", DEFAULT_QUOTA_PERCENT)
    alarms = {
        f"calls-{operation}": {
            **_watched(call_count(operation), period=60),
            "alarm_description": f"Calls of {operation} come near their quota: further ones are throttled",
            "threshold": rate_quota(operation).default * 60 * percent / 100,
            "evaluation_periods": 5,
            "datapoints_to_alarm": 3,
        }
        for operation in MEASURED_OPERATIONS
    }
    alarms["repositories"] = {
        **_watched(repository_count(), period=300),
        "alarm_description": "Repositories come near their quota: further ones are refused",
        "threshold": repository_quota().default * percent / 100,
        "evaluation_periods": 1,
    }
    if "pulls_per_hour" in args:
        for repository in args.get("repositories", []):
            alarms[f"pulls-{logical_name(repository)}"] = {
                **_watched(pull_count(repository), period=3600),
                "alarm_description": f"{repository} is pulled more often than is usual",
                "threshold": args["pulls_per_hour"],
                "evaluation_periods": 1,
            }
    return alarms


def _watched(metric: Metric, *, period: int) -> dict[str, Any]:
    """Return the arguments by which an alarm finds *metric*, and the seconds that each of its values is of."""
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": metric.dimensions,
        "statistic": metric.statistic,
        "period": period,
    }
