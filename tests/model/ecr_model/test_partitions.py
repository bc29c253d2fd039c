"""Partitions and Regions."""

import pytest
from ecr_model.findings import Finding
from ecr_model.partitions import PARTITIONS, check_region, find_partition, is_known_region


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("eu-west-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-east-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-iso-west-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
        ("eu-west-99", "aws"),
        ("us-gov-north-1", "aws-us-gov"),
    ],
)
def test_finds_the_partition_of_known_and_of_new_regions(region, expected):
    partition = find_partition(region)

    assert partition is not None
    assert partition.name == expected


@pytest.mark.parametrize("region", ["moon-1", "", "EU-WEST-1", "eu-west-1\n", f"eu-{'w' * 21}-1", "x" * 10_000])
def test_finds_no_partition_for_what_is_no_region(region):
    assert find_partition(region) is None


def test_every_region_fits_the_pattern_of_its_own_partition_alone():
    for partition in PARTITIONS:
        for region in partition.regions:
            invented = f"{region.rpartition('-')[0]}-77"
            assert find_partition(invented) == partition
            assert not is_known_region(invented)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("eu-west-1", (), id="known"),
        pytest.param(
            "eu-north-9",
            (
                Finding(
                    "r",
                    "region-known",
                    "is not a Region we know",
                    "'eu-north-9'",
                    "write 'eu-north-1' if that was meant",
                    "warning",
                ),
            ),
            id="new-region-is-a-warning",
        ),
        pytest.param(
            "eu-west1",
            (
                Finding(
                    "r",
                    "region",
                    "must be a Region's name, as eu-west-1",
                    "'eu-west1'",
                    "write 'eu-west-1' if that was meant",
                ),
            ),
            id="misspelt",
        ),
        pytest.param(
            "EU-WEST-1",
            (
                Finding(
                    "r",
                    "region",
                    "must be a Region's name, as eu-west-1",
                    "'EU-WEST-1'",
                    "write 'eu-west-1' if that was meant",
                ),
            ),
            id="capitals",
        ),
        pytest.param(None, (Finding("r", "region", "must be given"),), id="absent"),
    ],
)
def test_judges_regions(value, expected):
    assert check_region(value, "r") == expected
