import json

import pytest
from secure_ecr_policies.pack.resource import REPOSITORY
from secure_ecr_policies.pack.values import UNKNOWN

TASK, FUNCTION = "aws:ecs/taskDefinition:TaskDefinition", "aws:lambda/function:Function"
POD, CRON_JOB = "kubernetes:core/v1:Pod", "kubernetes:batch/v1:CronJob"
HOST = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST = f"sha256:{'0d' * 32}"
PINNED = f"{HOST}/shop/api@{DIGEST}"
OURS = {"image_registries": [HOST], "image_digests": False}
COPY = "copy the image to one of ours"


def by_digest(path, image):
    return f"{path}: must be named by its digest: a tag can move, got '{image}'; append '@sha256:<digest>'"


def elsewhere(host, path="imageUri"):
    return f"{path}: must come from a registry on the list, got '{host}'; {COPY}"


@pytest.mark.parametrize(
    ("image", "config", "expected"),
    [
        pytest.param(PINNED, {}, [], id="digest"),
        pytest.param(f"{HOST}/shop/api:latest@{DIGEST}", {}, [], id="digest-beside-a-tag"),
        pytest.param(f"{HOST}/shop/api:1.2.0", {}, [by_digest("imageUri", f"{HOST}/shop/api:1.2.0")], id="tag"),
        pytest.param(f"{HOST}/shop/api:1.2.0", {"image_digests": False}, [], id="tag-where-allowed"),
        pytest.param(
            f"{HOST}/shop/api:latest",
            {"image_digests": False},
            [f"imageUri: must have a tag that is not 'latest', got '{HOST}/shop/api:latest'; name the version"],
            id="latest",
        ),
        pytest.param(
            f"{HOST}/shop/api",
            {"image_digests": False},
            [
                (
                    f"imageUri: must have a tag that is not 'latest', got '{HOST}/shop/api', which means 'latest';"
                    " name the version"
                )
            ],
            id="no-tag",
        ),
        pytest.param(PINNED, OURS, [], id="our-registry"),
        pytest.param(f"111122223333.dkr-ecr.eu-west-1.on.aws/shop/api@{DIGEST}", OURS, [], id="its-other-name"),
        pytest.param(
            PINNED.replace("eu-west-1", "us-east-1"),
            OURS,
            [elsewhere(HOST.replace("eu-west-1", "us-east-1"))],
            id="another-region",
        ),
        pytest.param(
            PINNED.replace("1111", "4444"), OURS, [elsewhere(HOST.replace("1111", "4444"))], id="another-account"
        ),
        pytest.param("nginx:1.27", OURS, [elsewhere("docker.io")], id="docker-hub"),
        pytest.param("nginx:1.27", {**OURS, "image_registries": ["docker.io"]}, [], id="docker-hub-on-the-list"),
        pytest.param(
            "https://x/y",
            {},
            ["imageUri: must be no URL: container clients choose the protocol themselves, got 'https://'; write 'x/y'"],
            id="url",
        ),
        pytest.param(7, {}, ["imageUri: must be a text, got 7; put it in quotes"], id="malformed"),
        pytest.param(UNKNOWN, {}, ["not evaluated: imageUri: known at the update only"], id="unknown"),
        pytest.param(None, {}, ["not applicable"], id="absent-is-a-zip-file"),
        pytest.param("", {}, ["not applicable"], id="empty"),
    ],
)
def test_judges_functions(findings, image, config, expected):
    assert findings(FUNCTION, {"imageUri": image}, config=config) == expected


API, SIDECAR = {"name": "api", "image": PINNED}, {"name": "proxy", "image": "envoy"}


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        pytest.param(json.dumps([API]), [], id="text"),
        pytest.param([API], [], id="list"),
        pytest.param(
            json.dumps([API, SIDECAR]), [by_digest("containerDefinitions[1].image", "envoy")], id="one-of-two-in-a-text"
        ),
        pytest.param(
            [{"Image": "envoy"}], [by_digest("containerDefinitions[0].image", "envoy")], id="key-in-another-case"
        ),
        pytest.param(
            [{"image": UNKNOWN}, SIDECAR],
            [
                "not evaluated: containerDefinitions[0].image: known at the update only",
                by_digest("containerDefinitions[1].image", "envoy"),
            ],
            id="unknown-beside-a-tag",
        ),
        pytest.param([{"name": "api"}], ["containerDefinitions[0].image: must be given"], id="without-an-image"),
        pytest.param(
            [7], ["containerDefinitions[0].image: must be a text, got 7; put it in quotes"], id="malformed-container"
        ),
        pytest.param(UNKNOWN, ["not evaluated: containerDefinitions: known at the update only"], id="unknown"),
        pytest.param("{", ["containerDefinitions: must be a JSON list of containers, got '{'"], id="no-json"),
        pytest.param({}, ["containerDefinitions: must be a JSON list of containers, got a dict"], id="object"),
        pytest.param(None, ["containerDefinitions: must be a JSON list of containers, got null"], id="absent"),
        pytest.param("[]", ["not applicable"], id="no-containers"),
    ],
)
def test_judges_task_definitions(findings, definitions, expected):
    assert findings(TASK, {"containerDefinitions": definitions}) == expected


def pods(**spec):
    return {"template": {"metadata": {"labels": {}}, "spec": spec}}


@pytest.mark.parametrize(
    ("type_", "props", "path"),
    [
        *(
            pytest.param(
                f"kubernetes:{version}:{kind}",
                {"spec": pods(containers=[SIDECAR])},
                "spec.template.spec.containers[0].image",
                id=f"{kind}-{version.replace('/', '-')}",
            )
            for kind, version in [
                ("Deployment", "apps/v1"),
                ("Deployment", "extensions/v1beta1"),
                ("StatefulSet", "apps/v1"),
                ("StatefulSet", "apps/v1beta2"),
                ("DaemonSet", "apps/v1"),
                ("DaemonSet", "apps/v1beta2"),
                ("ReplicaSet", "apps/v1"),
                ("ReplicationController", "core/v1"),
                ("DeploymentPatch", "apps/v1"),
                ("Job", "batch/v1"),
            ]
        ),
        pytest.param(
            "kubernetes:apps/v1:Deployment",
            {"spec": pods(init_containers=[SIDECAR])},
            "spec.template.spec.initContainers[0].image",
            id="init-container",
        ),
        pytest.param(POD, {"spec": {"containers": [API, SIDECAR]}}, "spec.containers[1].image", id="pod"),
        pytest.param(
            POD, {"spec": {"ephemeralContainers": [SIDECAR]}}, "spec.ephemeralContainers[0].image", id="ephemeral"
        ),
        pytest.param(
            "kubernetes:core/v1:PodTemplate",
            pods(containers=[SIDECAR]),
            "template.spec.containers[0].image",
            id="template",
        ),
        pytest.param(
            CRON_JOB,
            {"spec": {"jobTemplate": {"spec": pods(containers=[SIDECAR])}}},
            "spec.jobTemplate.spec.template.spec.containers[0].image",
            id="cron-job",
        ),
    ],
)
def test_finds_images_of_kubernetes(findings, type_, props, path):
    assert findings(type_, props) == [by_digest(path, "envoy")]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({"containers": [API], "initContainers": []}, [], id="digest"),
        pytest.param(UNKNOWN, ["not evaluated: spec: known at the update only"], id="unknown"),
        pytest.param(
            {"containers": UNKNOWN, "initContainers": [SIDECAR]},
            [
                by_digest("spec.initContainers[0].image", "envoy"),
                "not evaluated: spec.containers: known at the update only",
            ],
            id="unknown-containers",
        ),
        pytest.param({"volumes": [{"image": {"reference": PINNED}}]}, [], id="volume-by-digest"),
        pytest.param(
            {"containers": [API], "volumes": [{"emptyDir": {}}, {"image": {"reference": "envoy"}}, "volume"]},
            [by_digest("spec.volumes[1].image.reference", "envoy")],
            id="volume",
        ),
        pytest.param(
            {"volumes": [{"image": {"reference": UNKNOWN}}, {"image": UNKNOWN}, UNKNOWN]},
            [
                "not evaluated: spec.volumes[0].image.reference: known at the update only",
                "not evaluated: spec.volumes[1].image: known at the update only",
                "not evaluated: spec.volumes[2].image: known at the update only",
            ],
            id="volume-unknown",
        ),
        pytest.param(
            {"volumes": UNKNOWN}, ["not evaluated: spec.volumes: known at the update only"], id="volumes-unknown"
        ),
        pytest.param({"volumes": [{"image": {"pullPolicy": "Always"}}]}, ["not applicable"], id="volume-without-image"),
        pytest.param(None, ["not applicable"], id="absent"),
        pytest.param("pod", ["not applicable"], id="malformed"),
        pytest.param({"containers": "api"}, ["not applicable"], id="malformed-containers"),
    ],
)
def test_judges_pods(findings, spec, expected):
    assert findings(POD, {"spec": spec}) == expected


def test_a_patch_may_leave_the_image_to_the_object(findings):
    assert findings("kubernetes:core/v1:PodPatch", {"spec": {"containers": [{"name": "api"}, SIDECAR]}}) == [
        by_digest("spec.containers[1].image", "envoy")
    ]


def test_an_unknown_template_is_named_where_it_stands(findings):
    assert findings("kubernetes:apps/v1:Deployment", {"spec": {"template": UNKNOWN}}) == [
        "not evaluated: spec.template: known at the update only"
    ]


def test_looks_at_workloads_alone(findings):
    assert findings(REPOSITORY, {"imageUri": "nginx"}) == ["not applicable"]
