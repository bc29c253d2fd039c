"""Where a command takes its images from: a listing in a file, or a live repository."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeVar

import click
from ecr_model.images import Image, parse_images, parse_time

from secure_ecr_ops.listing import read_image_details
from secure_ecr_ops.output import open_file

if TYPE_CHECKING:  # boto3 takes 200 ms to import, which a listing in a file does without
    from secure_ecr_ops.live import Repository

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("images_file", "--images", metavar="IMAGES.json", help="What aws ecr describe-images printed."),
    click.option("--repository", metavar="NAME", help="Read a live repository, its indexes too, instead."),
    click.option("--region", metavar="REGION", help="Region of the live repository."),
    click.option("--profile", metavar="PROFILE", help="AWS profile for the live repository."),
    click.option("--registry-id", metavar="ACCOUNT", help="Account of the live repository."),
    click.option("--now", metavar="RFC3339", help="The time by which to judge ages; default: the present."),
)


class Source(NamedTuple):
    """What the options say."""

    images_file: str | None
    repository: str | None
    region: str | None
    profile: str | None
    registry_id: str | None
    now: str | None


class Images(NamedTuple):
    """
    The images of a repository at a time.

    Attributes:
        images: All images.
        children: What each index refers to, None when it is not known.
        now: Seconds since 1970.
    """

    images: list[Image]
    children: Mapping[str, frozenset[str]] | None
    now: float


def source_options(command: F) -> F:
    """Add the options of a Source to a command, each a parameter of its name."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_images(source: Source) -> Images:
    """
    Return the images that the options name; none when they name neither a file nor a repository.

    Raises:
        ModelError: An image, or the time, is not as it should be.
        Failure: The file cannot be read or is no JSON, or ECR refuses.
        click.UsageError: Both are named.
    """
    if source.images_file and source.repository:
        raise click.UsageError("--images and --repository exclude each other")
    now = time.time() if source.now is None else _time(source.now)
    if source.images_file:
        with _open(source.images_file) as stream:
            return Images(parse_images(read_image_details(stream, source.images_file)), None, now)
    if source.repository:
        repository = live_repository(source)
        images = parse_images(repository.image_details())
        return Images(images, repository.children(images), now)
    return Images([], None, now)


def _time(text: str) -> float:
    is_number = text.replace(".", "", 1).isdecimal()  # the AWS CLI writes seconds with their fraction
    return parse_time(float(text) if is_number else text, "--now")


def live_repository(source: Source) -> Repository:
    """Return the live repository that the options name."""
    from secure_ecr_ops.live import Repository  # noqa: PLC0415 -- see above

    return Repository(
        source.repository or "", region=source.region, profile=source.profile, registry_id=source.registry_id
    )


@contextmanager
def _open(path: str) -> Iterator[BinaryIO]:
    with open_file(path) as stream:
        if stream.seekable():
            yield stream
            return
        with TemporaryFile() as copy:  # a listing is read twice, a pipe once
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            yield copy
