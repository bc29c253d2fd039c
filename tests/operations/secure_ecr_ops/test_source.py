"""Where the images of a command come from."""

import io
import json
import os
import threading
import time

import click
import pytest
from click.testing import CliRunner
from ecr_model.findings import ModelError
from ecr_model.images import Image
from secure_ecr_ops.output import Failure
from secure_ecr_ops.source import Images, Source, read_images, source_options

LISTING = {"imageDetails": [{"imageDigest": "sha256:a", "imagePushedAt": 60}]}
NOTHING = Source(None, None, None, None, None, None)


def test_reads_a_file_as_of_a_time(tmp_path):
    path = tmp_path / "images.json"
    path.write_text(json.dumps(LISTING), encoding="utf-8")

    assert read_images(NOTHING._replace(images_file=str(path), now="1970-01-02T00:00:00Z")) == Images(
        [Image("sha256:a", 60.0)], None, 86_400.0
    )


def test_reads_a_pipe_which_cannot_seek(monkeypatch):
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise io.UnsupportedOperation

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Pipe(json.dumps(LISTING).encode())))

    assert read_images(NOTHING._replace(images_file="-")).images == [Image("sha256:a", 60.0)]


def test_reads_a_named_pipe_which_cannot_seek(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(json.dumps(LISTING),))
    writer.start()
    images = read_images(NOTHING._replace(images_file=str(path))).images
    writer.join()

    assert images == [Image("sha256:a", 60.0)]


@pytest.mark.parametrize(
    "now", ["86400", "86400.0", "1970-01-02t00:00:00z"], ids=["seconds", "fraction", "small-letters"]
)
def test_takes_a_time_as_a_listing_writes_it(now):
    assert read_images(NOTHING._replace(now=now)).now == 86_400.0


def test_without_a_file_or_a_repository_there_are_no_images_and_it_is_now():
    images = read_images(NOTHING)

    assert (images.images, images.children) == ([], None)
    assert abs(images.now - time.time()) < 60


@pytest.mark.parametrize(
    ("source", "error"),
    [
        pytest.param(NOTHING._replace(images_file="a", repository="b"), click.UsageError, id="both"),
        pytest.param(NOTHING._replace(images_file="absent"), Failure, id="no-file"),
        pytest.param(NOTHING._replace(now="today"), ModelError, id="no-time"),
    ],
)
def test_refuses(source, error):
    with pytest.raises(error):
        read_images(source)


def test_every_option_has_its_place():
    @click.command()
    @source_options
    def show(**options):
        click.echo(Source(**options))

    arguments = ["--images", "1", "--repository", "2", "--region", "3", "--profile", "4"]
    output = CliRunner().invoke(show, [*arguments, "--registry-id", "5", "--now", "6"]).output

    assert output == f"{Source('1', '2', '3', '4', '5', '6')}\n"
