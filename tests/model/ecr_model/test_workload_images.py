"""Images as workloads name them."""

import pytest
from ecr_model.findings import Finding
from ecr_model.workload_images import REGISTRY_HOST, check_workload_image

HOST = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST = f"sha256:{'0d' * 32}"
FIX = "copy the image to one of ours"


def from_elsewhere(host):
    return (Finding("image", "image-registry", "must come from a registry on the list", f"'{host}'", FIX),)


@pytest.mark.parametrize(
    ("image", "needs_digest", "expected"),
    [
        pytest.param(f"nginx@{DIGEST}", True, (), id="digest"),
        pytest.param(f"nginx:latest@{DIGEST}", False, (), id="digest-beside-latest"),
        pytest.param("nginx:1.27", False, (), id="tag"),
        pytest.param(
            "nginx:1.27",
            True,
            (
                Finding(
                    "image",
                    "image-digest",
                    "must be named by its digest: a tag can move",
                    "'nginx:1.27'",
                    "append '@sha256:<digest>'",
                ),
            ),
            id="tag-for-a-digest",
        ),
        pytest.param(
            "nginx:latest",
            False,
            (
                Finding(
                    "image", "image-tag", "must have a tag that is not 'latest'", "'nginx:latest'", "name the version"
                ),
            ),
            id="latest",
        ),
        pytest.param(
            "nginx",
            False,
            (
                Finding(
                    "image",
                    "image-tag",
                    "must have a tag that is not 'latest'",
                    "'nginx', which means 'latest'",
                    "name the version",
                ),
            ),
            id="no-tag",
        ),
    ],
)
def test_asks_for_a_version(image, needs_digest, expected):
    assert check_workload_image(image, needs_digest=needs_digest) == expected


@pytest.mark.parametrize(
    ("host", "registries", "is_listed"),
    [
        (HOST, [], True),
        (HOST, [HOST], True),
        (HOST, ["ghcr.io", HOST], True),
        ("111122223333.dkr-ecr.eu-west-1.on.aws", [HOST], True),
        (HOST.replace("1111", "4444"), [HOST], False),
        (HOST.replace("eu-west-1", "us-east-1"), [HOST], False),
        ("GHCR.io", ["ghcr.io"], True),
        ("ghcr.io", [HOST], False),
    ],
)
def test_takes_images_from_listed_registries(host, registries, is_listed):
    expected = () if is_listed else from_elsewhere(host)

    assert check_workload_image(f"{host}/api@{DIGEST}", registries=registries) == expected


def test_without_a_host_it_is_docker_hub():
    assert check_workload_image(f"nginx@{DIGEST}", registries=[HOST]) == from_elsewhere("docker.io")
    assert check_workload_image(f"nginx@{DIGEST}", registries=["docker.io"]) == ()


@pytest.mark.parametrize("image", [None, 7, "", "a b", "UPPER", "x:tag:tag", f"x@{DIGEST}0", ["nginx"]])
def test_says_what_is_no_reference(image):
    assert [finding.field for finding in check_workload_image(image, "spec.image")] == ["spec.image"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (HOST, True),
        ("docker.io", True),
        ("localhost:5000", True),
        ("https://ghcr.io", False),
        ("*.amazonaws.com", False),
    ],
)
def test_knows_hosts(host, expected):
    assert REGISTRY_HOST.is_match(host) is expected
