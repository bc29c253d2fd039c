"""The environment of programs in the sandbox: theirs is the embedded AWS, whatever the person has set."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sandbox import layout
from tests.sandbox.embedded_aws import client, embedded_aws

NOWHERE = "http://127.0.0.1:9"
PERSONS = {
    "AWS_PROFILE": "company",
    "AWS_DEFAULT_PROFILE": "company",
    "AWS_SESSION_TOKEN": "token",
    "AWS_ENDPOINT_URL_ECR": NOWHERE,
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "HTTP_PROXY": NOWHERE,
    "http_proxy": NOWHERE,
}
NAMES = "import boto3; print(boto3.client('ecr').describe_repositories()['repositories'][0]['repositoryName'])"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    with embedded_aws(tmp_path_factory.mktemp("aws")) as running:
        client(running, "ecr").create_repository(repositoryName="team/app")
        yield running


@pytest.fixture
def person(monkeypatch):
    """Take out of the environment what a person, or the sandbox around the tests, has set of proxies."""
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("name", PERSONS)
def test_a_program_finds_the_embedded_aws_and_nothing_of_the_person_s(endpoint, person, name):
    person.setenv(name, PERSONS[name])

    done = subprocess.run(
        [sys.executable, "-c", NAMES], env=layout.environment(endpoint), capture_output=True, text=True, check=False
    )

    assert done.stdout == "team/app\n", done.stderr


def test_names_what_is_to_be_forgotten_and_every_endpoint_of_one_service(person):
    person.setenv("AWS_ENDPOINT_URL_STS", NOWHERE)
    person.setenv("AWS_ENDPOINT_URL_ECR", NOWHERE)
    person.setenv("AWS_ENDPOINT_URL", NOWHERE)

    assert [name for name in layout.forgotten() if name.startswith("AWS_ENDPOINT_URL")] == [
        "AWS_ENDPOINT_URL_ECR",
        "AWS_ENDPOINT_URL_STS",
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({}, "127.0.0.1,localhost", id="nothing"),
        pytest.param({"NO_PROXY": "corp.example"}, "corp.example,127.0.0.1,localhost", id="capitals"),
        pytest.param({"NO_PROXY": "a", "no_proxy": "b, c"}, "b,c,127.0.0.1,localhost", id="small-letters-win"),
        pytest.param({"NO_PROXY": "localhost"}, "localhost,127.0.0.1", id="known"),
        pytest.param({"NO_PROXY": "*"}, "*", id="every-host"),
    ],
)
def test_no_proxy_is_asked_for_this_machine(person, said, expected):
    for name, value in said.items():
        person.setenv(name, value)

    assert layout.unproxied() == expected
    assert {layout.variables("")[name] for name in ("NO_PROXY", "no_proxy")} == {expected}


def test_what_leaves_the_sandbox_keeps_the_person_s_own(person, tmp_path):
    person.setenv("NO_PROXY", "corp.example")
    person.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    person.setenv("EDITOR", "ed")
    person.setenv("PATH", os.pathsep.join([str(layout.VENV / "bin"), str(tmp_path)]))

    left = layout.outside()

    assert {name: left.get(name) for name in ("NO_PROXY", "AWS_ENDPOINT_URL", "EDITOR", "PATH")} == {
        "NO_PROXY": "corp.example",
        "AWS_ENDPOINT_URL": None,
        "EDITOR": "ed",
        "PATH": str(tmp_path),
    }
