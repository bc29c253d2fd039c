"""What runs is decided by whoever can move its tag, or by whoever owns a registry that nobody has looked at."""

import json
from collections.abc import Iterator, Mapping

from ecr_model.findings import Finding, echo, join
from ecr_model.shapes import entries, is_list
from ecr_model.workload_images import REGISTRY_HOST, check_workload_image

from secure_ecr_policies.pack.control import Control, Levels, NotApplicableError, Remarks, Unevaluated
from secure_ecr_policies.pack.resource import Resource
from secure_ecr_policies.pack.settings import Setting, Settings
from secure_ecr_policies.pack.values import UNKNOWN

_TASK = "aws:ecs/taskDefinition:TaskDefinition"
_FUNCTION = "aws:lambda/function:Function"
_DEFINITIONS = "containerDefinitions"

_APPS = ("apps/v1", "apps/v1beta1", "apps/v1beta2", "extensions/v1beta1")
_BATCH = ("batch/v1", "batch/v1beta1", "batch/v2alpha1")
_VERSIONS = {
    "Deployment": _APPS,
    "StatefulSet": _APPS[:3],
    "DaemonSet": _APPS,
    "ReplicaSet": _APPS,
    "Job": _BATCH[:1],
    "CronJob": _BATCH,
    "Pod": ("core/v1",),
    "PodTemplate": ("core/v1",),
    "ReplicationController": ("core/v1",),
}
"""Source: Pulumi registry, Kubernetes, API docs: the versions that each kind has had."""

_POD_SPECS = {"Pod": "spec", "PodTemplate": "template.spec", "CronJob": "spec.jobTemplate.spec.template.spec"}
"""Where the specification of the pods stands, when it is not below `spec.template`."""

_PATCH = "Patch"
"""Ends the kind of what changes an object by server-side apply: what it leaves out, the object keeps."""

_WORKLOADS = {
    f"kubernetes:{version}:{kind}{patch}": _POD_SPECS.get(kind, "spec.template.spec")
    for kind, versions in _VERSIONS.items()
    for version in versions
    for patch in ("", _PATCH)
}
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


def _judge(workload: Resource, settings: Settings) -> Remarks:
    images = list(_images(workload))
    if not images:
        raise NotApplicableError
    for path, image in images:
        if image is UNKNOWN:
            yield Unevaluated(path)
        elif path == _DEFINITIONS:
            yield Finding(path, "task-containers", "must be a JSON list of containers", echo(image))
        else:
            yield from check_workload_image(
                image,
                path,
                registries=settings.texts("image_registries"),
                needs_digest=settings.flag("image_digests"),
            )


def _images(workload: Resource) -> Iterator[tuple[str, object]]:
    """Yield the images of *workload*, each with its path; in place of an image what holds it, where that is unread."""
    if workload.type == _FUNCTION:
        if (image := workload.props.get("imageUri")) not in (None, ""):
            yield "imageUri", image
    elif workload.type == _TASK:
        definitions = _parse(workload.props.get(_DEFINITIONS))
        yield from (
            _container_images(definitions, _DEFINITIONS) if is_list(definitions) else [(_DEFINITIONS, definitions)]
        )
    else:
        is_patch = workload.type.endswith(_PATCH)
        yield from (found for found in _pod_images(workload) if not (is_patch and found[1] is None))


def _parse(definitions: object) -> object:
    if not isinstance(definitions, str):
        return definitions
    try:
        return json.loads(definitions)
    except (ValueError, RecursionError):
        return definitions


def _pod_images(workload: Resource) -> Iterator[tuple[str, object]]:
    first, *steps = _WORKLOADS[workload.type].split(".")
    path, node = first, workload.typed(first)
    for step in steps:
        if not isinstance(node, Mapping):
            break
        path, node = join(path, step), node.get(step)
    if node is UNKNOWN:
        yield path, node
    elif isinstance(node, Mapping):
        for name in _CONTAINERS:
            yield from _container_images(node.get(name), join(path, name))
        yield from _volume_images(node.get("volumes"), join(path, "volumes"))


def _container_images(containers: object, path: str) -> Iterator[tuple[str, object]]:
    if containers is UNKNOWN:
        yield path, containers
    for index, container in enumerate(entries(containers)):
        # ECS's API is read in whatever case the keys have
        image = (
            next((value for key, value in container.items() if str(key).lower() == "image"), None)
            if isinstance(container, Mapping)
            else container
        )
        yield join(path, f"[{index}].image"), image


def _volume_images(volumes: object, path: str) -> Iterator[tuple[str, object]]:
    """
    Yield the images that are mounted; a volume may leave its reference to whoever manages the workload.

    Source: Kubernetes API reference, `ImageVolumeSource`, `reference`.
    """
    if volumes is UNKNOWN:
        yield path, volumes
    for index, volume in enumerate(entries(volumes)):
        place, source = join(path, f"[{index}].image"), volume.get("image") if isinstance(volume, Mapping) else volume
        if source is UNKNOWN:
            yield place, source
        elif isinstance(source, Mapping) and (reference := source.get("reference")) not in (None, ""):
            yield join(place, "reference"), reference


CONTROL = Control(
    name="image-reference",
    description="A workload must name its images by their digest, and take them from registries on the list.",
    severity="medium",
    levels=Levels(dev="advisory", prod="mandatory"),
    reason=__doc__,
    remediation="Write the image as <registry>/<repository>@sha256:<digest>, from one of image_registries.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-pull-ecr-image.html",
    also_known_as=("CIS Amazon EKS Benchmark 5.1.4",),
    settings={
        "image_registries": Setting(
            "strings",
            "Hosts of the registries that images may come from, as 111122223333.dkr.ecr.eu-west-1.amazonaws.com, whose"
            " other names count as well; absent or empty, any may be used.",
            default=(),
            grammar=REGISTRY_HOST.check,
        ),
        "image_digests": Setting(
            "boolean",
            "Whether an image must be named by its digest; if not, by a tag other than 'latest'.",
            default=True,
        ),
    },
    types=(_TASK, _FUNCTION, *_WORKLOADS),
    judge=_judge,
)
