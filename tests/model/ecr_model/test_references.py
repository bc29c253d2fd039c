"""ARNs, registry hosts and image URIs."""

import pytest
from ecr_model.findings import Finding, ModelError
from ecr_model.partitions import PARTITIONS
from ecr_model.references import (
    FIPS_REGIONS,
    ImageReference,
    ImageUri,
    Registry,
    RepositoryArn,
    check_image_reference,
    check_image_uri,
    check_registry_host,
    check_repository_arn,
    is_registry_host,
    parse_image_reference,
    parse_image_uri,
    parse_registry_host,
    parse_repository_arn,
    render_image_reference,
    render_image_uri,
    render_registry_host,
    render_repository_arn,
)
from hypothesis import given
from hypothesis import strategies as st

ACCOUNT = "123456789012"
DIGEST = "sha256:" + "ab" * 32
FORM = "must be '<registry>/<repository>:<tag>', with '@<digest>' for the tag or after it"

WORDS = st.text("ab1", min_size=1, max_size=3)
SEPARATORS = st.sampled_from([".", "_", "__", "-", "--", "---", "/"])
NAMES = st.builds(
    lambda first, rest: first + "".join(separator + word for separator, word in rest),
    WORDS,
    st.lists(st.tuples(SEPARATORS, WORDS), min_size=1, max_size=6),
)
TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
REGIONS = st.sampled_from([region for partition in PARTITIONS for region in partition.regions])


class TestRepositoryArn:
    @pytest.mark.parametrize(
        ("arn", "expected"),
        [
            pytest.param(
                f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/api",
                RepositoryArn("eu-west-1", ACCOUNT, "team/api"),
                id="aws",
            ),
            pytest.param(
                f"arn:aws-cn:ecr:cn-north-1:{ACCOUNT}:repository/api",
                RepositoryArn("cn-north-1", ACCOUNT, "api"),
                id="china",
            ),
            pytest.param(
                f"arn:aws-us-gov:ecr:us-gov-west-1:{ACCOUNT}:repository/api",
                RepositoryArn("us-gov-west-1", ACCOUNT, "api"),
                id="govcloud",
            ),
        ],
    )
    def test_parses_and_renders(self, arn, expected):
        assert parse_repository_arn(arn) == expected
        assert render_repository_arn(expected) == arn

    @pytest.mark.parametrize(
        ("arn", "expected"),
        [
            pytest.param(
                "arn:aws:s3:::bucket",
                (
                    Finding(
                        "a",
                        "repository-arn",
                        "must be 'arn:<partition>:ecr:<region>:<account>:repository/<name>'",
                        "'arn:aws:s3:::bucket'",
                    ),
                ),
                id="another-service",
            ),
            pytest.param(
                "arn:aws:ecr:cn-north-1:123:repository/Team",
                (
                    Finding("a", "arn-partition", "must be in partition 'aws-cn', where its Region is", "'aws'"),
                    Finding("a", "registry-id", "must be an account id of 12 digits", "3 characters: '123'"),
                    Finding(
                        "a",
                        "repository-name",
                        "must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/'",
                        "'Team'",
                        "write 'team'",
                    ),
                ),
                id="everything-wrong",
            ),
            pytest.param(
                f"arn:aws:ecr:eu-west-1:{ACCOUNT}:registry/x",
                (Finding("a", "repository-arn", "must name a 'repository/'", "'registry/x'"),),
                id="another-resource",
            ),
            pytest.param(
                f"arn:aws-mars:ecr:eu-west-1:{ACCOUNT}:repository/api",
                (
                    Finding(
                        "a",
                        "arn-partition",
                        "must be in partition 'aws', 'aws-cn', 'aws-us-gov', 'aws-eusc', 'aws-iso', 'aws-iso-b', "
                        "'aws-iso-e' or 'aws-iso-f'",
                        "'aws-mars'",
                    ),
                ),
                id="no-partition",
            ),
        ],
    )
    def test_refuses(self, arn, expected):
        assert check_repository_arn(arn, "a") == expected

    def test_wildcards_are_refused(self):
        arn = f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/*"

        assert [finding.rule for finding in check_repository_arn(arn)] == ["repository-name"]

    def test_no_arn_is_made_in_a_region_of_no_partition(self):
        with pytest.raises(ModelError, match="must be a Region's name"):
            render_repository_arn(RepositoryArn("moon", ACCOUNT, "api"))

    @given(REGIONS, NAMES)
    def test_renders_what_it_parses(self, region, name):
        arn = RepositoryArn(region, ACCOUNT, name)

        assert parse_repository_arn(render_repository_arn(arn)) == arn


class TestRegistryHost:
    @pytest.mark.parametrize(
        ("host", "expected"),
        [
            (f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com", Registry(ACCOUNT, "eu-west-1")),
            (f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn", Registry(ACCOUNT, "cn-north-1")),
            (f"{ACCOUNT}.dkr.ecr.us-gov-west-1.amazonaws.com", Registry(ACCOUNT, "us-gov-west-1")),
            (f"{ACCOUNT}.dkr.ecr.eusc-de-east-1.amazonaws.eu", Registry(ACCOUNT, "eusc-de-east-1")),
            (f"{ACCOUNT}.dkr.ecr.us-iso-east-1.c2s.ic.gov", Registry(ACCOUNT, "us-iso-east-1")),
            (f"{ACCOUNT}.dkr.ecr.us-isob-east-1.sc2s.sgov.gov", Registry(ACCOUNT, "us-isob-east-1")),
            (f"{ACCOUNT}.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", Registry(ACCOUNT, "eu-isoe-west-1")),
            (f"{ACCOUNT}.dkr.ecr.us-isof-east-1.csp.hci.ic.gov", Registry(ACCOUNT, "us-isof-east-1")),
            (f"{ACCOUNT}.dkr-ecr.eu-west-1.on.aws", Registry(ACCOUNT, "eu-west-1", is_dual_stack=True)),
            (
                f"{ACCOUNT}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
                Registry(ACCOUNT, "cn-north-1", is_dual_stack=True),
            ),
            (
                f"{ACCOUNT}.dkr.ecr-fips.us-east-1.amazonaws.com",
                Registry(ACCOUNT, "us-east-1", is_fips=True),
            ),
            (
                f"{ACCOUNT}.dkr-ecr-fips.us-gov-east-1.on.aws",
                Registry(ACCOUNT, "us-gov-east-1", is_dual_stack=True, is_fips=True),
            ),
        ],
    )
    def test_parses_and_renders_every_form(self, host, expected):
        assert parse_registry_host(host) == expected
        assert render_registry_host(expected) == host

    @pytest.mark.parametrize(
        ("host", "expected"),
        [
            pytest.param(
                f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com",
                (Finding("h", "registry-host", "must end with 'amazonaws.com.cn' in cn-north-1", "'amazonaws.com'"),),
                id="suffix-of-another-partition",
            ),
            pytest.param(
                f"{ACCOUNT}.dkr-ecr.us-iso-east-1.on.aws",
                (
                    Finding(
                        "h",
                        "registry-host",
                        "must not be a dual-stack host in partition 'aws-iso', which has none",
                        "'on.aws'",
                    ),
                ),
                id="no-dual-stack-there",
            ),
            pytest.param(
                f"{ACCOUNT}.dkr.ecr-fips.eu-west-1.amazonaws.com",
                (
                    Finding(
                        "h",
                        "registry-fips",
                        "must be a FIPS host in 'us-east-1', 'us-east-2', 'us-gov-east-1', 'us-gov-west-1', "
                        "'us-west-1' or 'us-west-2' alone",
                        "'eu-west-1'",
                        "leave '-fips' out",
                    ),
                ),
                id="no-fips-there",
            ),
            pytest.param(
                "https://x.dkr.ecr.eu-west-1.amazonaws.com",
                (
                    Finding(
                        "h",
                        "reference-scheme",
                        "must be no URL: container clients choose the protocol themselves",
                        "'https://'",
                        "write 'x.dkr.ecr.eu-west-1.amazonaws.com'",
                    ),
                ),
                id="url",
            ),
            pytest.param(
                "docker.io",
                (
                    Finding(
                        "h",
                        "registry-host",
                        "must be the host of a private registry, '<account>.dkr.ecr.<region>.amazonaws.com'",
                        "'docker.io'",
                    ),
                ),
                id="another-registry",
            ),
        ],
    )
    def test_refuses(self, host, expected):
        assert check_registry_host(host, "h") == expected
        assert not is_registry_host(host)

    def test_a_new_region_is_a_warning_alone(self):
        host = f"{ACCOUNT}.dkr.ecr.eu-west-99.amazonaws.com"

        assert [finding.severity for finding in check_registry_host(host)] == ["warning"]
        assert is_registry_host(host)

    def test_no_host_is_made_that_aws_does_not_have(self):
        with pytest.raises(ModelError, match="must be a FIPS host"):
            render_registry_host(Registry(ACCOUNT, "eu-west-1", is_fips=True))
        with pytest.raises(ModelError, match="must not be a dual-stack host"):
            render_registry_host(Registry(ACCOUNT, "us-iso-east-1", is_dual_stack=True))

    @given(REGIONS, st.booleans(), st.booleans())
    def test_renders_what_it_parses(self, region, is_dual_stack, is_fips):
        partition = next(partition for partition in PARTITIONS if region in partition.regions)
        registry = Registry(
            ACCOUNT,
            region,
            is_dual_stack and partition.dual_stack_suffix is not None,
            is_fips and region in FIPS_REGIONS,
        )

        assert parse_registry_host(render_registry_host(registry)) == registry


class TestImageReference:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("nginx", ImageReference(None, "nginx")),
            ("nginx:1.27", ImageReference(None, "nginx", "1.27")),
            ("library/nginx", ImageReference(None, "library/nginx")),
            ("docker.io/library/nginx:1", ImageReference("docker.io", "library/nginx", "1")),
            ("localhost/a", ImageReference("localhost", "a")),
            ("localhost:5000/a/b:1", ImageReference("localhost:5000", "a/b", "1")),
            ("registry:5000/a", ImageReference("registry:5000", "a")),
            (f"public.ecr.aws/x/y@{DIGEST}", ImageReference("public.ecr.aws", "x/y", None, DIGEST)),
            (f"ghcr.io/o/r:v1@{DIGEST}", ImageReference("ghcr.io", "o/r", "v1", DIGEST)),
        ],
    )
    def test_parses_and_renders(self, text, expected):
        assert parse_image_reference(text) == expected
        assert render_image_reference(expected) == text

    @pytest.mark.parametrize(
        ("text", "rules"),
        [
            pytest.param("Nginx", ["image-reference"], id="capitals"),
            pytest.param("nginx:", ["image-tag"], id="empty-tag"),
            pytest.param("nginx@sha256:ab", ["image-digest"], id="short-digest"),
            pytest.param("a//b:x@y", ["image-reference", "image-digest"], id="two-mistakes"),
            pytest.param("https://docker.io/nginx", ["reference-scheme"], id="url"),
            pytest.param("ngi nx", ["reference"], id="blank"),
            pytest.param("", ["reference"], id="empty"),
            pytest.param("a" * 1025, ["reference"], id="long"),
            pytest.param(None, ["reference"], id="absent"),
        ],
    )
    def test_refuses(self, text, rules):
        assert [finding.rule for finding in check_image_reference(text)] == rules


class TestImageUri:
    def test_parses_and_renders(self):
        text = f"{ACCOUNT}.dkr-ecr.eu-west-1.on.aws/team/api:1.2@{DIGEST}"
        uri = ImageUri(Registry(ACCOUNT, "eu-west-1", is_dual_stack=True), "team/api", "1.2", DIGEST)

        assert parse_image_uri(text) == uri
        assert render_image_uri(uri) == text

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param(
                f"123.dkr.ecr.moon.amazonaws.com/Team:{'x' * 129}",
                ["registry-id", "region", "repository-name", "image-tag"],
                id="everything-wrong",
            ),
            pytest.param("nginx", ["registry-host"], id="another-registry"),
            pytest.param(f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com", ["image-reference"], id="host-alone"),
            pytest.param(
                f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com:443/team/api",
                ["registry-host"],
                id="port",
            ),
        ],
    )
    def test_refuses(self, text, expected):
        assert [finding.rule for finding in check_image_uri(text)] == expected

    def test_says_what_is_missing_after_the_host(self):
        host = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"

        assert check_image_uri(host, "i") == (Finding("i", "image-reference", FORM, f"'{host}'"),)

    @given(REGIONS, NAMES, st.none() | TAGS, st.sampled_from([None, DIGEST]))
    def test_renders_what_it_parses(self, region, name, tag, digest):
        uri = ImageUri(Registry(ACCOUNT, region), name, tag, digest)

        assert parse_image_uri(render_image_uri(uri)) == uri
