"""The patterns of events, against the sample events of AWS's documentation."""

import copy
import json

import pytest
from ecr_model.actions import ACTIONS
from ecr_model.events import (
    MAX_PATTERN,
    REGISTRY_CHANGES,
    SEVERITIES,
    check_severities,
    render_cache_failure_pattern,
    render_finding_pattern,
    render_image_pattern,
    render_registry_change_pattern,
    render_replication_failure_pattern,
)
from ecr_model.findings import Finding
from moto.events.models import EventPattern


def event(kind, detail, *, source="aws.ecr", resources=()):
    return {
        "version": "0",
        "id": "13cde686-328b-6117-af20-0e5566167482",
        "detail-type": kind,
        "source": source,
        "account": "123456789012",
        "time": "2019-11-16T01:54:34Z",
        "region": "us-west-2",
        "resources": list(resources),
        "detail": detail,
    }


DIGEST = "sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234"
PUSHED = event(
    "ECR Image Action",
    {
        "result": "SUCCESS",
        "repository-name": "my-repository-name",
        "image-digest": DIGEST,
        "action-type": "PUSH",
        "image-tag": "latest",
    },
)
DELETED = event(
    "ECR Image Action",
    {
        "result": "SUCCESS",
        "repository-name": "my-repository-name",
        "image-digest": DIGEST,
        "action-type": "DELETE",
        "image-tag": "latest",
    },
)
ARCHIVED = event(
    "ECR Image Action",
    {
        "action-type": "UPDATE_STORAGE_CLASS",
        "target-storage-class": "ARCHIVE",
        "image-digest": DIGEST,
        "repository-name": "ubuntu",
        "result": "SUCCESS",
        "manifest-media-type": "application/vnd.oci.image.manifest.v1+json",
        "artifact-media-type": "application/vnd.oci.image.config.v1+json",
    },
)
RESTORED_REFERRER = event(
    "ECR Referrer Action",
    {
        "action-type": "UPDATE_STORAGE_CLASS",
        "target-storage-class": "STANDARD",
        "image-digest": DIGEST,
        "repository-name": "sbom",
        "result": "SUCCESS",
    },
)
CACHED = event(
    "ECR Pull Through Cache Action",
    {
        "rule-version": "1",
        "sync-status": "SUCCESS",
        "ecr-repository-prefix": "docker-hub",
        "repository-name": "docker-hub/alpine",
        "upstream-registry-url": "public.ecr.aws",
        "image-tag": "3.17.2",
        "image-digest": "sha256:4aa08ef415aecc80814cb42fa41b658480779d80c77ab15EXAMPLE",
    },
    resources=["arn:aws:ecr:us-west-2:123456789012:repository/docker-hub/alpine"],
)
SCANNED = event(
    "ECR Image Scan",
    {
        "scan-status": "COMPLETE",
        "repository-name": "my-repository-name",
        "finding-severity-counts": {"CRITICAL": 10, "MEDIUM": 9},
        "image-digest": DIGEST,
        "image-tags": [],
    },
    resources=["arn:aws:ecr:us-east-1:123456789012:repository/my-repository-name"],
)
REPLICATED = event(
    "ECR Replication Action",
    {
        "result": "SUCCESS",
        "repository-name": "docker-hub/alpine",
        "image-digest": DIGEST,
        "source-account": "123456789012",
        "action-type": "REPLICATE",
        "source-region": "us-west-2",
        "image-tag": "3.17.2",
    },
    resources=["arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/alpine"],
)
NOT_REPLICATED = event(
    "ECR Replication Action",
    {
        "result": "FAILED",
        "repository-name": "my-app",
        "image-digest": DIGEST,
        "source-account": "123456789012",
        "action-type": "REPLICATE",
        "source-region": "us-west-2",
        "image-tag": "latest",
    },
    resources=["arn:aws:ecr:us-east-1:123456789012:repository/my-app"],
)
IMAGE = "arn:aws:ecr:us-east-2:123456789012:repository/amazon/amazon-ecs-sample/sha256:36c7b282abd0186e01419EXAMPLE"
FOUND = event(
    "Inspector2 Finding",
    {
        "awsAccountId": "123456789012",
        "findingArn": "arn:aws:inspector2:us-east-2:123456789012:finding/be674aaddd0f75ac632055EXAMPLE",
        "inspectorScore": 6.5,
        "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2019-17498", "vendorSeverity": "Moderate"},
        "resources": [
            {
                "details": {
                    "awsEcrContainerImage": {
                        "architecture": "amd64",
                        "imageTags": ["latest"],
                        "registry": "123456789012",
                        "repositoryName": "amazon/amazon-ecs-sample",
                    }
                },
                "id": IMAGE,
                "type": "AWS_ECR_CONTAINER_IMAGE",
            }
        ],
        "severity": "MEDIUM",
        "status": "ACTIVE",
        "title": "CVE-2019-17498 - libssh2",
        "type": "PACKAGE_VULNERABILITY",
    },
    source="aws.inspector2",
    resources=[IMAGE],
)
FOUND_ON_INSTANCE = event(
    "Inspector2 Finding",
    {
        "severity": "MEDIUM",
        "status": "ACTIVE",
        "type": "PACKAGE_VULNERABILITY",
        "resources": [{"id": "i-12345678901234567", "type": "AWS_EC2_INSTANCE"}],
    },
    source="aws.inspector2",
    resources=["i-12345678901234567"],
)
SCANNED_BY_INSPECTOR = event(
    "Inspector2 Scan",
    {
        "scan-status": "INITIAL_SCAN_COMPLETE",
        "repository-name": IMAGE.rpartition("/")[0],
        "finding-severity-counts": {"CRITICAL": 7, "HIGH": 61, "MEDIUM": 62, "TOTAL": 158},
        "image-tags": ["latest"],
    },
    source="aws.inspector2",
    resources=[IMAGE],
)
CHANGED = event(
    "AWS API Call via CloudTrail",
    {
        "eventVersion": "1.04",
        "eventSource": "ecr.amazonaws.com",
        "eventName": "PutRegistryPolicy",
        "awsRegion": "us-east-2",
        "requestParameters": {"policyText": "{}"},
    },
)
SAMPLES = {
    "pushed": PUSHED,
    "deleted": DELETED,
    "archived": ARCHIVED,
    "restored-referrer": RESTORED_REFERRER,
    "cached": CACHED,
    "scanned": SCANNED,
    "replicated": REPLICATED,
    "not-replicated": NOT_REPLICATED,
    "found": FOUND,
    "found-on-instance": FOUND_ON_INSTANCE,
    "scanned-by-inspector": SCANNED_BY_INSPECTOR,
    "changed": CHANGED,
}


def flat(value):
    """Return *value* as EventBridge looks at it: it sees through a list to the objects in it, moto does not."""
    if isinstance(value, dict):
        return {key: flat(inner) for key, inner in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        (only,) = value
        return flat(only)
    return value


def matches(pattern, sample):
    return EventPattern.load(pattern).matches_event(flat(sample))


def changed(sample, **detail):
    """Return *sample* with other details; None takes one away."""
    other = copy.deepcopy(sample)
    for key, value in detail.items():
        name = key if key in ("severity", "status", "errorCode", "eventName", "eventSource") else key.replace("_", "-")
        other["detail"].pop(name, None)
        if value is not None:
            other["detail"][name] = value
    return other


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param(render_image_pattern("PUSH"), ["pushed"], id="pushes"),
        pytest.param(render_image_pattern("DELETE"), ["deleted"], id="deletions"),
        pytest.param(render_finding_pattern("BASIC", ["CRITICAL", "HIGH"]), ["scanned"], id="findings-of-scans"),
        pytest.param(render_finding_pattern("BASIC", ["MEDIUM"]), ["scanned"], id="one-severity-of-scans"),
        pytest.param(render_finding_pattern("BASIC", ["HIGH", "LOW"]), [], id="severities-that-no-scan-found"),
        pytest.param(render_finding_pattern("ENHANCED", ["MEDIUM"]), ["found"], id="findings"),
        pytest.param(render_finding_pattern("ENHANCED", ["CRITICAL", "HIGH"]), [], id="severities-not-found"),
        pytest.param(render_replication_failure_pattern(), ["not-replicated"], id="replication-failures"),
        pytest.param(render_cache_failure_pattern(), [], id="cache-failures"),
        pytest.param(render_registry_change_pattern(), ["changed"], id="registry-changes"),
    ],
)
def test_picks_out_of_the_samples(pattern, expected):
    assert [name for name, sample in SAMPLES.items() if matches(pattern, sample)] == expected


@pytest.mark.parametrize(
    ("pattern", "sample", "expected"),
    [
        pytest.param(render_image_pattern("DELETE"), changed(DELETED, image_tag=None), False, id="untagged-expires"),
        pytest.param(render_image_pattern("PUSH"), changed(PUSHED, result="FAILURE"), False, id="push-that-failed"),
        pytest.param(render_image_pattern("PUSH", ["my-repository-name"]), PUSHED, True, id="named-repository"),
        pytest.param(render_image_pattern("PUSH", ["my-repository"]), PUSHED, False, id="beginning-of-a-name"),
        pytest.param(
            render_finding_pattern("BASIC", ["CRITICAL"]),
            changed(SCANNED, finding_severity_counts={}),
            False,
            id="nothing-found",
        ),
        pytest.param(
            render_finding_pattern("BASIC", ["CRITICAL"]),
            changed(SCANNED, finding_severity_counts={"HIGH": 1}),
            False,
            id="lesser-finding",
        ),
        pytest.param(
            render_finding_pattern("BASIC", ["CRITICAL", "HIGH"]),
            changed(SCANNED, finding_severity_counts={"HIGH": 1}),
            True,
            id="either-severity",
        ),
        pytest.param(
            render_finding_pattern("BASIC", ["CRITICAL", "HIGH"], ["other"]), SCANNED, False, id="scan-of-another"
        ),
        pytest.param(
            render_finding_pattern("ENHANCED", ["MEDIUM"]), changed(FOUND, status="CLOSED"), False, id="closed"
        ),
        pytest.param(
            render_finding_pattern("ENHANCED", ["MEDIUM"]), changed(FOUND, status="SUPPRESSED"), False, id="suppressed"
        ),
        pytest.param(
            render_finding_pattern("ENHANCED", ["MEDIUM"], ["amazon/amazon-ecs-sample"]), FOUND, True, id="named-image"
        ),
        pytest.param(
            render_finding_pattern("ENHANCED", ["MEDIUM"], ["amazon-ecs-sample"]), FOUND, False, id="end-of-a-name"
        ),
        pytest.param(
            render_cache_failure_pattern(), changed(CACHED, sync_status="FAILED"), True, id="upstream-out-of-reach"
        ),
        pytest.param(
            render_cache_failure_pattern(["docker-hub/alpine"]),
            changed(CACHED, sync_status="UPSTREAM_UNAVAILABLE"),
            True,
            id="named-copy",
        ),
        pytest.param(
            render_replication_failure_pattern(["docker-hub/alpine"]), NOT_REPLICATED, False, id="replica-of-another"
        ),
        pytest.param(
            render_registry_change_pattern(),
            changed(CHANGED, errorCode="AccessDeniedException"),
            False,
            id="change-that-was-refused",
        ),
        pytest.param(
            render_registry_change_pattern(), changed(CHANGED, eventName="GetRegistryPolicy"), False, id="reading"
        ),
        pytest.param(
            render_registry_change_pattern(),
            changed(CHANGED, eventName="PutReplicationConfiguration"),
            True,
            id="replication-changed",
        ),
        pytest.param(
            render_registry_change_pattern(),
            changed(CHANGED, eventSource="ecr-public.amazonaws.com"),
            False,
            id="public-registry",
        ),
    ],
)
def test_tells_near_misses_apart(pattern, sample, expected):
    assert matches(pattern, sample) is expected


def test_renders_whole_patterns():
    assert [
        json.loads(render_finding_pattern("BASIC", ["HIGH", "CRITICAL"], ["b", "a"])),
        json.loads(render_finding_pattern("BASIC", ["HIGH"])),
        json.loads(render_finding_pattern("ENHANCED", ["HIGH", "CRITICAL"], ["b", "a"])),
    ] == [
        {
            "source": ["aws.ecr"],
            "detail-type": ["ECR Image Scan"],
            "detail": {
                "finding-severity-counts": {"$or": [{"CRITICAL": [{"exists": True}]}, {"HIGH": [{"exists": True}]}]},
                "repository-name": ["a", "b"],
            },
        },
        {
            "source": ["aws.ecr"],
            "detail-type": ["ECR Image Scan"],
            "detail": {"finding-severity-counts": {"HIGH": [{"exists": True}]}},
        },
        {
            "source": ["aws.inspector2"],
            "detail-type": ["Inspector2 Finding"],
            "detail": {
                "severity": ["CRITICAL", "HIGH"],
                "status": ["ACTIVE"],
                "resources": {
                    "type": ["AWS_ECR_CONTAINER_IMAGE"],
                    "details": {"awsEcrContainerImage": {"repositoryName": ["a", "b"]}},
                },
            },
        },
    ]


def test_patterns_without_names_are_far_from_the_limit():
    patterns = [
        render_finding_pattern("BASIC", SEVERITIES["BASIC"]),
        render_finding_pattern("ENHANCED", SEVERITIES["ENHANCED"]),
        render_registry_change_pattern(),
    ]

    assert max(map(len, patterns)) < MAX_PATTERN / 4


def test_changes_of_a_registry_are_operations_that_administer():
    assert {ACTIONS[f"ecr:{name}"] for name in REGISTRY_CHANGES} == {"administer"}


@pytest.mark.parametrize(
    ("value", "scan_type", "findings"),
    [
        pytest.param(["CRITICAL", "UNDEFINED"], "BASIC", [], id="basic"),
        pytest.param(["CRITICAL", "UNTRIAGED"], "ENHANCED", [], id="enhanced"),
        pytest.param(["UNDEFINED", "UNTRIAGED"], None, [], id="either"),
        pytest.param([], "BASIC", [("x", "must have 1 to 6 entries", "0", "")], id="none"),
        pytest.param("HIGH", "BASIC", [("x", "must be a list", "'HIGH'", "")], id="text"),
        pytest.param(
            ["UNTRIAGED"],
            "BASIC",
            [
                (
                    "x[0]",
                    "must be 'CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL' or 'UNDEFINED'",
                    "'UNTRIAGED'",
                    "",
                )
            ],
            id="of-the-other-type",
        ),
        pytest.param(
            ["HIGH", "high", "HIGH"],
            "ENHANCED",
            [
                (
                    "x[1]",
                    "must be 'CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL' or 'UNTRIAGED'",
                    "'high'",
                    "write 'HIGH'",
                ),
                ("x[2]", "must be named once", "'HIGH'", ""),
            ],
            id="small-letters-and-repetition",
        ),
    ],
)
def test_checks_severities(value, scan_type, findings):
    expected = tuple(Finding(field, "severities", requirement, got, fix) for field, requirement, got, fix in findings)

    assert check_severities(value, scan_type, "x") == expected
