"""The pack as the process that the engine starts."""

import subprocess
import sys
from pathlib import Path

import ecr_model
import grpc
import pytest
import secure_ecr_policies
from google.protobuf import empty_pb2
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc
from secure_ecr_policies.catalogue import CONTROLS, NAMES
from secure_ecr_policies.pack.resource import REPOSITORY

FOLDER = Path(secure_ecr_policies.__file__).parent.parent


@pytest.fixture(scope="module")
def analyzer(tmp_path_factory):
    """A client of the pack's process, started elsewhere than in the checkout."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(FOLDER)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=tmp_path_factory.mktemp("project")
    ) as process:
        try:
            # anything printed before the port would be taken for it
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield analyzer_pb2_grpc.AnalyzerStub(channel)
        finally:
            process.kill()


def test_introduces_itself(analyzer):
    info = analyzer.GetAnalyzerInfo(empty_pb2.Empty())

    assert info.name == "secure-ecr"
    assert [policy.name for policy in info.policies] == list(NAMES)


def test_enforces_the_levels_of_prod_without_a_configuration(analyzer, declared):
    """An empty repository breaks five controls, one of which is disabled there."""
    answer = analyzer.Analyze(proto.AnalyzeRequest(**declared(REPOSITORY, protect=False).message))
    levels = {control.name: control.levels.prod for control in CONTROLS}

    assert {event.policyName for event in answer.diagnostics} == {
        "ecr-repository-name",
        "ecr-repository-tag-immutability",
        "ecr-repository-encryption",
        "ecr-repository-customer-key",
        "ecr-repository-deletion",
    }
    assert {levels[event.policyName] for event in answer.diagnostics} == {"mandatory"}
    assert {event.enforcementLevel for event in answer.diagnostics} == {proto.MANDATORY}


def test_judges_many_resources_at_once(analyzer, declared):
    """The server has four threads, and the pack keeps notes between calls."""
    requests = [
        proto.AnalyzeRequest(**declared(REPOSITORY, {"name": f"Team/{index}"}, name=f"r{index}").message)
        for index in range(200)
    ]
    answers = [future.result() for future in [analyzer.Analyze.future(request) for request in requests]]

    for index, answer in enumerate(answers):
        texts = [event.message for event in answer.diagnostics if event.policyName == "ecr-repository-name"]
        assert len(texts) == 1
        assert f"'Team/{index}'" in texts[0]


def test_has_the_version_of_the_project_and_names_no_virtual_environment():
    """A foreign project runs the pack with its own Python."""
    manifest = (FOLDER / "PulumiPolicy.yaml").read_text(encoding="utf-8").splitlines()

    assert manifest == [
        "description: Rejects insecure Amazon ECR configuration before it is registered.",
        "runtime: python",
        f"version: {ecr_model.__version__}",
    ]
