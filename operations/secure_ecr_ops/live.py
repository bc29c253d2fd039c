"""Read a repository of the account that the credentials of the environment belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from ecr_model.documents import read_document
from ecr_model.images import INDEX_MEDIA_TYPES, Image
from ecr_model.shapes import entries
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from secure_ecr_ops.output import Failure, console

_RETRIES = Config(retries={"mode": "adaptive", "total_max_attempts": 10})
"""botocore's own way to wait when ECR throttles; it slows down the requests that follow, too."""

_PAGE = 1000
"""Images of one answer. Source: ECR API, DescribeImages, maxResults."""

_BATCH = 100
"""Images of one request. Source: ECR API, BatchGetImage, shape ImageIdentifierList."""

_LONGEST_MANIFEST = 4_194_304
"""Characters. Source: ECR API, shape ImageManifest."""


class Repository:
    """
    One private repository, read only; every method raises Failure when AWS refuses.

    Args:
        name: Name of the repository.
        region: Region, None for the one of the environment.
        profile: Profile of the AWS configuration, None for the one of the environment.
        registry_id: Account that owns the registry, None for the caller's own.
    """

    def __init__(
        self, name: str, *, region: str | None = None, profile: str | None = None, registry_id: str | None = None
    ) -> None:
        self._target = {"repositoryName": name} | ({"registryId": registry_id} if registry_id else {})
        self._client: Any = _answer(
            lambda: boto3.Session(profile_name=profile, region_name=region).client("ecr", config=_RETRIES)
        )

    def image_details(self) -> Iterator[Mapping[str, Any]]:
        """
        Yield all images; archived ones are left out by ECR unless it is asked for ANY status.

        Source: ECR API, shape DescribeImagesFilter.
        """
        paginator = self._client.get_paginator("describe_images")
        status = {"imageStatus": "ANY"}
        pages = iter(paginator.paginate(**self._target, filter=status, PaginationConfig={"PageSize": _PAGE}))
        with _progress("images") as progress:
            task = progress.add_task("", total=None)
            while page := _answer(lambda: next(pages, None)):
                yield from page["imageDetails"]
                progress.advance(task, len(page["imageDetails"]))

    def lifecycle_policy(self) -> str:
        """Return the text of the lifecycle policy."""
        text: str = _answer(lambda: self._client.get_lifecycle_policy(**self._target))["lifecyclePolicyText"]
        return text

    def children(self, images: Sequence[Image]) -> Mapping[str, frozenset[str]]:
        """
        Return the digests that each index among *images* refers to; an archived index cannot be read.

        ECR may take the reading for a pull of the index.

        Sources: ECR API, BatchGetImage; ECR user guide, "Pull-time update exclusions"; OCI image specification, "OCI
        Image Index Specification".
        """
        indexes = [image.digest for image in images if image.is_index and image.status == "ACTIVE"]
        waiting = iter(indexes)
        children = {}
        with _progress("indexes") as progress:
            task = progress.add_task("", total=None)
            while batch := [{"imageDigest": digest} for digest in islice(waiting, _BATCH)]:
                request = {"imageIds": batch, "acceptedMediaTypes": list(INDEX_MEDIA_TYPES)}
                for image in self._manifests(request):
                    children[image["imageId"]["imageDigest"]] = _children(image["imageManifest"])
                progress.advance(task, len(batch))
        return children

    def _manifests(self, request: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        images: Sequence[Mapping[str, Any]]
        images = _answer(lambda: self._client.batch_get_image(**self._target, **request))["images"]
        return images


def _children(manifest: str) -> frozenset[str]:
    index, _ = read_document(manifest, field="imageManifest", longest=_LONGEST_MANIFEST)
    children = entries((index or {}).get("manifests"))
    return frozenset(str(child["digest"]) for child in children if isinstance(child, Mapping) and "digest" in child)


def _progress(what: str) -> Progress:
    out = console(stderr=True)
    columns = (SpinnerColumn(), TextColumn(f"{{task.completed}} {what}"), TimeElapsedColumn())
    return Progress(*columns, console=out, transient=True, disable=not out.is_terminal)


def _answer(request: Callable[[], Any]) -> Any:
    """Return what *request* returns, or raise Failure with what AWS says."""
    try:
        return request()
    except ClientError as error:
        answer = error.response.get("Error", {})
        what = f"{error.operation_name}: {answer.get('Code')}: {answer.get('Message')}"
        raise Failure(f"ecr {what}") from error
    except (BotoCoreError, ValueError) as error:  # the latter for AWS_ENDPOINT_URL=localhost, which is no URL
        raise Failure(f"ecr: {error}") from error
