"""A live repository, read from the embedded AWS."""

import json

import boto3
import pytest
from botocore.stub import Stubber
from ecr_model.images import INDEX_MEDIA_TYPES, Image, parse_images
from moto import mock_aws
from secure_ecr_ops import live
from secure_ecr_ops.live import Repository
from secure_ecr_ops.output import Failure

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
POLICY = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 3},
                "action": {"type": "expire"},
            }
        ]
    }
)


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture
def ecr():
    with mock_aws():
        client = boto3.client("ecr")
        client.create_repository(repositoryName="team/app")
        yield client


def push(ecr, manifest, tag):
    answer = ecr.put_image(
        repositoryName="team/app",
        imageManifest=json.dumps(manifest),
        imageManifestMediaType=manifest["mediaType"],
        imageTag=tag,
    )
    return answer["image"]["imageId"]["imageDigest"]


def push_index(ecr, tag, child):
    layers = [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "size": 7, "digest": "sha256:" + "2" * 64}]
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 3, "digest": "sha256:" + child * 64}
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}
    digest = push(ecr, manifest, f"{tag}-amd64")
    entry = {"mediaType": MANIFEST, "digest": digest, "size": 9}
    return push(ecr, {"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}, tag), digest


def test_lists_the_images_of_a_repository(ecr):
    index, child = push_index(ecr, "v1", "1")

    images = parse_images(Repository("team/app").image_details())

    assert {(image.digest, image.tags, image.is_index) for image in images} == {
        (index, ("v1",), True),
        (child, ("v1-amd64",), False),
    }


def test_tells_what_an_index_refers_to(ecr):
    index, child = push_index(ecr, "v1", "1")
    repository = Repository("team/app")

    assert repository.children(parse_images(repository.image_details())) == {index: frozenset({child})}


def test_reads_the_policy_of_a_repository(ecr):
    ecr.put_lifecycle_policy(repositoryName="team/app", lifecyclePolicyText=POLICY)

    assert json.loads(Repository("team/app", region="eu-central-1").lifecycle_policy()) == json.loads(POLICY)


@pytest.mark.usefixtures("ecr")
def test_says_in_one_line_what_ecr_refuses():
    with pytest.raises(Failure, match=r"^ecr DescribeImages: RepositoryNotFoundException: The repository with name"):
        list(Repository("absent").image_details())
    with pytest.raises(Failure, match=r"^ecr GetLifecyclePolicy: LifecyclePolicyNotFoundException: Lifecycle policy"):
        Repository("team/app").lifecycle_policy()


def test_says_in_one_line_that_there_is_no_region(monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "absent")

    with pytest.raises(Failure, match=r"^ecr: You must specify a region"):
        Repository("team/app")


def test_says_in_one_line_that_there_is_no_such_profile():
    with pytest.raises(Failure, match=r"^ecr: The config profile \(nobody\) could not be found"):
        Repository("team/app", profile="nobody")


def test_says_in_one_line_that_the_endpoint_is_no_url(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "localhost")

    with pytest.raises(Failure, match=r"^ecr: Invalid endpoint: localhost$"):
        Repository("team/app")


def detail(digest):
    return {"imageDigest": digest, "imagePushedAt": 1_700_000_000}


def test_asks_for_images_of_any_status_page_by_page():
    repository = Repository("team/app", registry_id="123456789012")
    with Stubber(repository._client) as answers:
        asked = {
            "repositoryName": "team/app",
            "registryId": "123456789012",
            "filter": {"imageStatus": "ANY"},
            "maxResults": 1000,
        }
        answers.add_response("describe_images", {"imageDetails": [detail("a")], "nextToken": "t"}, asked)
        answers.add_response("describe_images", {"imageDetails": [detail("b")]}, asked | {"nextToken": "t"})

        assert [image["imageDigest"] for image in repository.image_details()] == ["a", "b"]
        answers.assert_no_pending_responses()


def test_reads_indexes_a_hundred_at_a_time_and_no_archived_ones():
    images = [Image(f"sha256:{n}", 0.0, media_type=INDEX_MEDIA_TYPES[n % 2]) for n in range(150)]
    images += [Image("sha256:archived", 0.0, media_type=INDEX, status="ARCHIVED"), Image("sha256:image", 0.0)]
    repository = Repository("team/app")
    with Stubber(repository._client) as answers:
        for batch in (range(100), range(100, 150)):
            asked = {
                "repositoryName": "team/app",
                "imageIds": [{"imageDigest": f"sha256:{n}"} for n in batch],
                "acceptedMediaTypes": list(INDEX_MEDIA_TYPES),
            }
            answers.add_response("batch_get_image", {"images": []}, asked)

        assert repository.children(images) == {}
        answers.assert_no_pending_responses()


@pytest.mark.parametrize("manifest", ["{", "[]", '{"manifests": 3}', '{"manifests": [3, {}]}', "{}"])
def test_an_index_that_is_none_has_no_children(manifest):
    repository = Repository("team/app")
    with Stubber(repository._client) as answers:
        answer = {"images": [{"imageId": {"imageDigest": "sha256:a"}, "imageManifest": manifest}]}
        answers.add_response("batch_get_image", answer)

        assert repository.children([Image("sha256:a", 0.0, media_type=INDEX)]) == {"sha256:a": frozenset()}


@pytest.mark.parametrize(
    ("shape", "limit"),
    [("MaxResults", live._PAGE), ("ImageIdentifierList", live._BATCH), ("ImageManifest", live._LONGEST_MANIFEST)],
)
def test_asks_for_as_much_as_the_api_allows(shape, limit):
    assert limit == Repository("team/app")._client.meta.service_model.shape_for(shape).metadata["max"]


def test_waits_as_botocore_does_when_ecr_throttles():
    config = Repository("team/app")._client.meta.config

    assert config.retries == {"mode": "adaptive", "total_max_attempts": 10}
