"""Service quotas."""

from ecr_model.cache import MAX_CACHE_RULES
from ecr_model.quotas import QUOTAS, Quota
from ecr_model.replication import MAX_REPLICATION_RULES


def test_quotas_are_found_by_the_name_that_service_quotas_uses():
    assert QUOTAS["Images per repository"] == Quota("Images per repository", 100_000, is_adjustable=True)
    assert all(name == quota.name for name, quota in QUOTAS.items())


def test_quotas_are_the_limits_that_checks_hold_to():
    assert QUOTAS["Rules per replication configuration"].default == MAX_REPLICATION_RULES
    assert QUOTAS["Pull through cache rules per registry"].default == MAX_CACHE_RULES


def test_rates_can_be_raised_and_sizes_cannot():
    assert all(quota.is_adjustable for name, quota in QUOTAS.items() if name.endswith("requests"))
    assert not any(quota.is_adjustable for quota in QUOTAS.values() if quota.unit == "MiB")
