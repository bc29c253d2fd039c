"""
What ECR, Inspector and CloudTrail tell EventBridge of a registry, and the patterns that pick it out.

Events are sent on a best effort basis. All of them come to the default bus of the registry's own Region; those of a
replication to the bus of its destination.

Source: ECR user guide, "Amazon ECR events and EventBridge".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, get_args

from ecr_model.documents import compact
from ecr_model.findings import Finding, echo, join
from ecr_model.scanning import ScanType
from ecr_model.shapes import check_choice, check_list, entries

BasicSeverity = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"]
"""What basic scanning says of a finding. Source: API shape `FindingSeverity` of ECR."""

EnhancedSeverity = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED"]
"""What Inspector says of a finding. Source: API shape `Severity` of Inspector."""

SEVERITIES: Mapping[ScanType, tuple[str, ...]] = {
    "BASIC": get_args(BasicSeverity),
    "ENHANCED": get_args(EnhancedSeverity),
}

ImageAction = Literal["PUSH", "DELETE"]
"""What has happened to an image. Source: ECR user guide, "Amazon ECR events and EventBridge"."""

REGISTRY_CHANGES = (
    "DeleteRegistryPolicy",
    "PutAccountSetting",
    "PutRegistryPolicy",
    "PutRegistryScanningConfiguration",
    "PutReplicationConfiguration",
)
"""
The calls that change what holds for all of a registry: who may use it, where its images go, how they are scanned.

Source: Service Authorization Reference, "Amazon Elastic Container Registry".
"""

MAX_PATTERN = 2048
"""Characters of an event pattern. Source: EventBridge user guide, "Amazon EventBridge quotas"."""


def check_severities(value: object, scan_type: ScanType | None, field: str = "severities") -> tuple[Finding, ...]:
    """
    Return why *value* is no list of severities that a scan of *scan_type* finds.

    Args:
        value: A list of severities.
        scan_type: None when it is not known, which lets those of either type pass.
        field: Path of *value*.
    """
    known = SEVERITIES[scan_type] if scan_type else tuple(dict.fromkeys((*SEVERITIES["BASIC"], "UNTRIAGED")))
    found = [*check_list(value, field, "severities", shortest=1, longest=len(known))]
    for index, severity in enumerate(entries(value)):
        path = join(field, f"[{index}]")
        found += check_choice(severity, known, path, "severities")
        if severity in entries(value)[:index]:
            found.append(Finding(path, "severities", "must be named once", echo(severity)))
    return tuple(found)


def render_image_pattern(action: ImageAction, repositories: Collection[str] = ()) -> str:
    """
    Return the pattern of pushed images, or of deleted ones that had a tag.

    Untagged images are deleted by every lifecycle policy, every day; of those nobody wants to be told.

    Args:
        action: What has happened.
        repositories: Names of the repositories; empty, all of them.

    Source: ECR user guide, "Event for a completed image push" and "Event for an image deletion".
    """
    tagged = {"image-tag": [{"exists": True}]} if action == "DELETE" else {}
    detail = {"action-type": [action], "result": ["SUCCESS"], **tagged, **_named(repositories)}
    return _pattern("aws.ecr", "ECR Image Action", detail)


def render_finding_pattern(scan_type: ScanType, severities: Collection[str], repositories: Collection[str] = ()) -> str:
    """
    Return the pattern of scans that found something, or of findings.

    Basic scanning tells of a scan, with a count for each severity that was found and none for the others; Inspector
    tells of each finding, also of those that were closed.

    Args:
        scan_type: The registry's type of scanning: each is silent under the other.
        severities: Those to be told of.
        repositories: Names of the repositories; empty, all of them.

    Source: ECR user guide, "Event for a completed image scan (basic scanning)" and "EventBridge events sent for
    enhanced scanning in Amazon ECR"; EventBridge user guide, "Comparison operators", for arrays.
    """
    if scan_type == "BASIC":
        found = [{severity: [{"exists": True}]} for severity in sorted(set(severities))]
        counts = {"finding-severity-counts": {"$or": found} if len(found) > 1 else found[0]}
        return _pattern("aws.ecr", "ECR Image Scan", {**counts, **_named(repositories)})
    names = {"details": {"awsEcrContainerImage": {"repositoryName": sorted(set(repositories))}}} if repositories else {}
    images = {"type": ["AWS_ECR_CONTAINER_IMAGE"], **names}
    detail = {"severity": sorted(set(severities)), "status": ["ACTIVE"], "resources": images}
    return _pattern("aws.inspector2", "Inspector2 Finding", detail)


def render_replication_failure_pattern(repositories: Collection[str] = ()) -> str:
    """
    Return the pattern of images that did not arrive; the event comes in the Region they should have come to.

    Source: ECR user guide, "Event for a failed image replication".
    """
    return _pattern("aws.ecr", "ECR Replication Action", {"result": ["FAILED"], **_named(repositories)})


def render_cache_failure_pattern(repositories: Collection[str] = ()) -> str:
    """
    Return the pattern of images that a pull through cache rule did not get from upstream.

    The guide names the status of success alone, so that any other is taken for a failure.

    Source: ECR user guide, "Event for a pull through cache action".
    """
    detail = {"sync-status": [{"anything-but": "SUCCESS"}], **_named(repositories)}
    return _pattern("aws.ecr", "ECR Pull Through Cache Action", detail)


def render_registry_change_pattern() -> str:
    """
    Return the pattern of calls that have changed the registry; a call that was refused is none.

    It takes a trail that logs management events in the account.

    Source: EventBridge user guide, "AWS service events delivered via AWS CloudTrail"; CloudTrail user guide,
    "CloudTrail record contents", `errorCode`.
    """
    detail = {
        "eventSource": ["ecr.amazonaws.com"],
        "eventName": list(REGISTRY_CHANGES),
        "errorCode": [{"exists": False}],
    }
    return _pattern("aws.ecr", "AWS API Call via CloudTrail", detail)


def _named(repositories: Collection[str]) -> dict[str, object]:
    return {"repository-name": sorted(set(repositories))} if repositories else {}


def _pattern(source: str, kind: str, detail: Mapping[str, object]) -> str:
    return compact({"source": [source], "detail-type": [kind], "detail": detail})
