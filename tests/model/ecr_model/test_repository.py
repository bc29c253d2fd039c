"""The settings of a private repository."""

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.repository import (
    MAX_TAGS,
    REPLACES,
    TagMutability,
    check_encryption,
    check_immutability,
    check_kms_key,
    check_tag_mutability,
    check_tags,
    is_immutable,
    is_kms_encrypted,
    is_scan_on_push,
    movable_release_tag,
    parse_tag_mutability,
    read_tags,
)

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
MODES = "must be 'MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION' or 'MUTABLE_WITH_EXCLUSION'"


def test_names_what_replaces_a_repository():
    assert frozenset({"name", "encryptionConfigurations", "region"}) == REPLACES


class TestTagMutability:
    @pytest.mark.parametrize(
        ("mode", "filters", "expected"),
        [
            pytest.param(None, None, TagMutability("MUTABLE"), id="absent-is-mutable"),
            pytest.param("IMMUTABLE", [], TagMutability("IMMUTABLE"), id="no-filters"),
            pytest.param(
                "IMMUTABLE_WITH_EXCLUSION",
                ["latest", "dev-*", "latest"],
                TagMutability("IMMUTABLE_WITH_EXCLUSION", ("dev-*", "latest")),
                id="texts-sorted-each-once",
            ),
            pytest.param(
                "IMMUTABLE_WITH_EXCLUSION",
                ["*a*"],
                TagMutability("IMMUTABLE_WITH_EXCLUSION", ("*a*",)),
                id="two-wildcards",
            ),
            pytest.param(
                "MUTABLE_WITH_EXCLUSION",
                [{"filter": "v*", "filterType": "WILDCARD"}],
                TagMutability("MUTABLE_WITH_EXCLUSION", ("v*",)),
                id="objects-of-the-api",
            ),
        ],
    )
    def test_parses(self, mode, filters, expected):
        assert parse_tag_mutability(mode, filters) == expected

    @pytest.mark.parametrize(
        ("mode", "filters", "expected"),
        [
            pytest.param(
                "IMUTABLE",
                None,
                (Finding("m", "tag-mutability", MODES, "'IMUTABLE'", "write 'IMMUTABLE'"),),
                id="misspelt",
            ),
            pytest.param(
                "IMMUTABLE_WITH_EXCLUSION",
                [],
                (
                    Finding(
                        "f",
                        "tag-exclusion-filters",
                        "must have 1 to 5 entries when the mode is 'IMMUTABLE_WITH_EXCLUSION'",
                        fix="list the tags to exclude, or leave the exclusion out of the mode",
                    ),
                ),
                id="filters-missing",
            ),
            pytest.param(
                "IMMUTABLE",
                ["latest"],
                (
                    Finding(
                        "f",
                        "tag-exclusion-filters",
                        "must be absent when the mode is 'IMMUTABLE'",
                        fix="use 'IMMUTABLE_WITH_EXCLUSION'",
                    ),
                ),
                id="filters-without-exclusion",
            ),
            pytest.param(
                None,
                ["latest"],
                (
                    Finding(
                        "f",
                        "tag-exclusion-filters",
                        "must be absent when the mode is 'MUTABLE'",
                        fix="use 'MUTABLE_WITH_EXCLUSION'",
                    ),
                ),
                id="filters-without-mode",
            ),
            pytest.param(
                "IMMUTABLE_WITH_EXCLUSION",
                ["*a*b*", "a/b", "x" * 129, "c", "d", "e"],
                (
                    Finding("f", "tag-exclusion-filter", "must have at most 5 entries", "6"),
                    Finding(
                        "f[1]",
                        "tag-exclusion-filter",
                        "must be letters, digits, '.', '_', '-' and '*'",
                        "'a/b'",
                    ),
                    Finding("f[2]", "tag-exclusion-filter", "must be 1 to 128 characters", f"129: '{'x' * 78}…"),
                    Finding("f[0]", "tag-exclusion-filter", "must have at most 2 '*'", "'*a*b*'"),
                ),
                id="everything-wrong-with-the-filters",
            ),
            pytest.param(
                ["IMMUTABLE"],
                None,
                (Finding("m", "tag-mutability", MODES, "a list"),),
                id="list-for-a-text",
            ),
        ],
    )
    def test_refuses(self, mode, filters, expected):
        assert check_tag_mutability(mode, filters, "m", "f") == expected
        with pytest.raises(ModelError) as caught:
            parse_tag_mutability(mode, filters, "m", "f")
        assert caught.value.findings == expected

    @pytest.mark.parametrize(
        ("mode", "movable"),
        [
            ("MUTABLE", ["v1", "latest"]),
            ("IMMUTABLE", []),
            ("IMMUTABLE_WITH_EXCLUSION", ["latest"]),
            ("MUTABLE_WITH_EXCLUSION", ["v1"]),
        ],
    )
    def test_tells_which_tags_can_be_moved(self, mode, movable):
        mutability = TagMutability(mode, ("lat*",) if mode.endswith("EXCLUSION") else ())

        assert [tag for tag in ("v1", "latest") if mutability.is_movable(tag)] == movable


class TestImmutability:
    @pytest.mark.parametrize("mode", [None, "MUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"])
    def test_one_mode_alone_moves_no_tag(self, mode):
        assert not is_immutable(mode)
        assert is_immutable("IMMUTABLE")

    @pytest.mark.parametrize(
        ("pattern", "released"),
        [
            ("*", True),
            ("**", True),
            ("v*", True),
            ("1*", True),
            ("*.*", True),
            ("v12.*", True),
            ("release-*", True),
            ("1.2.3", True),
            ("latest", False),
            ("latest*", False),
            ("branch-*", False),
            ("*-dev", False),
            ("v1", False),
            ("1.2", False),
            ("sha-*", False),
            ("vnext*", False),
        ],
    )
    def test_finds_filters_that_cover_release_tags(self, pattern, released):
        assert (movable_release_tag(pattern) is not None) is released

    def test_release_tags_are_the_callers(self):
        assert movable_release_tag("stable*", ["stable-#"]) == "stable-0"

    @pytest.mark.parametrize(
        ("mode", "filters", "expected"),
        [
            pytest.param("IMMUTABLE", None, (), id="immutable"),
            pytest.param("IMMUTABLE_WITH_EXCLUSION", ["latest", "branch-*"], (), id="moving-tags-alone"),
            pytest.param(
                None,
                None,
                (Finding("m", "tag-immutability", "must be 'IMMUTABLE'", "nothing, which means 'MUTABLE'"),),
                id="absent",
            ),
            pytest.param(
                "MUTABLE_WITH_EXCLUSION",
                ["v*"],
                (Finding("m", "tag-immutability", "must be 'IMMUTABLE'", "'MUTABLE_WITH_EXCLUSION'"),),
                id="mutable-with-exclusion",
            ),
            pytest.param(
                "IMMUTABLE_WITH_EXCLUSION",
                [{"filter": "latest", "filterType": "WILDCARD"}, "v*"],
                (
                    Finding(
                        "f[1]",
                        "tag-immutability-release",
                        "must not let release tags move, as it does with 'v0.0.0'",
                        "'v*'",
                        "name the moving tags alone, as 'latest' or 'branch-*'",
                    ),
                ),
                id="release-tags",
            ),
            pytest.param("IMMUTABLE_WITH_EXCLUSION", [7, "a b"], (), id="other-mistakes-are-another-check's"),
        ],
    )
    def test_judges_what_can_be_moved(self, mode, filters, expected):
        assert check_immutability(mode, filters, "m", "f") == expected

    def test_filters_may_be_limited_to_a_list(self):
        assert check_immutability(
            "IMMUTABLE_WITH_EXCLUSION", ["latest", "dev"], "m", "f", allowed_filters=["latest"]
        ) == (
            Finding(
                "f[1]",
                "tag-immutability-filter",
                "must be on the list of allowed exclusion filters",
                "'dev'",
                "remove it, or have it put on the list",
            ),
        )


class TestEncryption:
    @pytest.mark.parametrize(
        ("encryption_type", "key", "region"),
        [
            pytest.param(None, None, "eu-west-1", id="absent-is-aes256"),
            pytest.param("KMS", None, "eu-west-1", id="aws-managed-key"),
            pytest.param("KMS", KEY, "eu-west-1", id="own-key"),
            pytest.param("KMS", KEY.replace("1234abcd-", "mrk-"), "eu-west-1", id="multi-region-key"),
            pytest.param("KMS", KEY, None, id="region-unknown"),
            pytest.param("KMS_DSSE", None, "us-gov-west-1", id="dual-layer-in-govcloud"),
            pytest.param("KMS_DSSE", None, None, id="dual-layer-somewhere"),
        ],
    )
    def test_accepts(self, encryption_type, key, region):
        assert check_encryption(encryption_type, key, region) == ()

    @pytest.mark.parametrize(
        ("encryption_type", "key", "expected"),
        [
            pytest.param(
                "kms",
                None,
                (
                    Finding(
                        "encryption_type",
                        "encryption-type",
                        "must be 'AES256', 'KMS' or 'KMS_DSSE'",
                        "'kms'",
                        "write 'KMS'",
                    ),
                ),
                id="case",
            ),
            pytest.param(
                "KMS_DSSE",
                None,
                (
                    Finding(
                        "encryption_type",
                        "encryption-region",
                        "must not be 'KMS_DSSE' outside the AWS GovCloud (US) Regions",
                        "'eu-west-1'",
                        "write 'KMS'",
                    ),
                ),
                id="dual-layer-elsewhere",
            ),
            pytest.param(
                None,
                KEY,
                (
                    Finding(
                        "kms_key",
                        "encryption-key",
                        "must be absent when the encryption type is 'AES256'",
                        f"'{KEY}'",
                        "set encryption_type to 'KMS', or remove the key",
                    ),
                ),
                id="key-without-kms",
            ),
        ],
    )
    def test_refuses(self, encryption_type, key, expected):
        assert check_encryption(encryption_type, key, "eu-west-1") == expected

    def test_judges_the_key_too(self):
        findings = check_encryption("KMS", "alias/app", "eu-west-1", key_field="kms_key_arn")

        assert findings == check_kms_key("alias/app", "eu-west-1", "kms_key_arn")

    @pytest.mark.parametrize(
        "key",
        ["alias/app", "1234abcd-12ab-34cd-56ef-1234567890ab", KEY.replace(":key/", ":alias/"), KEY + "\n"],
    )
    def test_refuses_what_is_no_arn_of_a_key(self, key):
        assert check_kms_key(key, "eu-west-1", "k") == (
            Finding(
                "k",
                "kms-key-arn",
                "must be the full ARN of a KMS key, 'arn:aws:kms:<region>:<account>:key/<id>'",
                repr(key) if len(repr(key)) <= 80 else repr(key)[:79] + "…",
                "write the key's ARN: ECR stores that, and anything else is a difference at every preview",
            ),
        )

    def test_refuses_a_key_of_another_region(self):
        assert check_kms_key(KEY, "eu-west-2", "k") == (
            Finding("k", "kms-key-region", "must be a key in 'eu-west-2', where the repository is", "'eu-west-1'"),
        )

    def test_refuses_a_key_whose_region_is_not_in_its_partition(self):
        assert check_kms_key(KEY.replace("arn:aws:", "arn:aws-cn:"), None, "k") == (
            Finding("k", "kms-key-region", "must name a Region of partition 'aws-cn'", "'eu-west-1'"),
        )

    @pytest.mark.parametrize(
        ("value", "expected"), [(None, False), ("AES256", False), ("KMS", True), ("KMS_DSSE", True), ([], False)]
    )
    def test_tells_kms_from_the_default(self, value, expected):
        assert is_kms_encrypted(value) is expected


@pytest.mark.parametrize(("value", "expected"), [(None, False), (False, False), (True, True), ("true", False)])
def test_absent_means_no_scan_on_push(value, expected):
    assert is_scan_on_push(value) is expected


class TestTags:
    def test_reads_objects_and_lists(self):
        assert read_tags({"team": "payments", "empty": ""}) == ({"team": "payments", "empty": ""}, ())
        assert read_tags([{"Key": "team", "Value": "payments"}]) == ({"team": "payments"}, ())
        assert read_tags(None) == ({}, ())

    def test_finds_everything_that_is_wrong(self):
        assert check_tags({"aws:x": "1", "k" * 129: "2", "long": "v" * 257, "n": 7}, "t") == (
            Finding("t", "resource-tag-key", "must not begin with 'aws:', which AWS keeps for itself", "'aws:x'"),
            Finding("t", "resource-tag-key", "must be 1 to 128 characters", f"129: '{'k' * 78}…"),
            Finding("t.long", "resource-tag-value", "must be at most 256 characters", f"257: '{'v' * 78}…"),
            Finding("t.n", "resource-tag-value", "must be a text", "7", "put it in quotes"),
        )

    def test_accepts_as_many_as_there_may_be(self):
        assert check_tags({f"k{number}": "" for number in range(MAX_TAGS)}, "t") == ()

    def test_refuses_too_many(self):
        many = {f"k{number}": "" for number in range(MAX_TAGS + 1)}

        assert check_tags(many, "t") == (Finding("t", "resource-tags", "must have at most 50 entries", "51"),)

    def test_refuses_a_key_twice(self):
        twice = [{"Key": "team", "Value": "a"}, {"key": "team", "value": "b"}, {"Key": "x"}]

        assert check_tags(twice, "t") == (
            Finding("t[2].Value", "resource-tags", "must be given"),
            Finding("t[1]", "resource-tag-key", "must be given once", "'team'"),
        )

    def test_refuses_what_is_neither(self):
        assert check_tags("team", "t") == (Finding("t", "resource-tags", "must be an object", "'team'"),)
