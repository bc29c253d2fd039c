"""The metrics that CloudWatch has of a registry."""

from ecr_model.metrics import (
    MEASURED_OPERATIONS,
    Metric,
    call_count,
    pull_count,
    rate_quota,
    repository_count,
    repository_quota,
)
from ecr_model.quotas import QUOTAS


def test_names_metrics_by_all_their_dimensions():
    usage = {"Service": "ECR", "Class": "None"}

    assert [pull_count("team/api"), call_count("PutImage"), repository_count()] == [
        Metric("AWS/ECR", "RepositoryPullCount", {"RepositoryName": "team/api"}, "Sum"),
        Metric("AWS/Usage", "CallCount", {**usage, "Type": "API", "Resource": "PutImage"}, "Sum"),
        Metric("AWS/Usage", "ResourceCount", {**usage, "Type": "RESOURCE", "Resource": "RepositoryCount"}, "Maximum"),
    ]


def test_measures_every_operation_that_has_a_rate():
    rates = {name.split()[2] for name in QUOTAS if name.startswith("Rate of ") and name.endswith(" requests")}

    assert set(MEASURED_OPERATIONS) == rates
    assert {operation: rate_quota(operation).default for operation in ("PutImage", "BatchGetImage")} == {
        "PutImage": 10,
        "BatchGetImage": 2_000,
    }
    assert {rate_quota(operation).unit for operation in MEASURED_OPERATIONS} == {"per second"}


def test_knows_how_many_repositories_there_may_be():
    assert repository_quota().default == 100_000
