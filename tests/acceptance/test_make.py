"""The two commands of the README and the others of `make`, in a fresh clone, with accidents."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time

import psutil
import pytest

pytestmark = pytest.mark.acceptance

ESTATE = ["payments/api", "payments/worker", "platform/base-images", "storefront/web"]
NOTHING_CHANGED = "• nothing changed: the stack is as declared"


def processes_of(checkout):
    """Return the command lines of processes that run out of the checkout, the embedded AWS aside."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        line = " ".join(process.info["cmdline"] or ())
        if str(checkout.path) in line and "sandbox.aws.process" not in line and process.pid != os.getpid():
            found.append(line)
    return found


def test_first_up_says_what_it_took_and_prints_each_repository(checkout, first_up):
    assert first_up.returncode == 0, first_up.stdout
    lines = [line.strip() for line in first_up.stdout.splitlines()]

    assert any(line.startswith("• engine: ") and ", " in line for line in lines)
    assert any(line.startswith("• aws provider: ") for line in lines)
    for name in ESTATE:
        start = lines.index(name)
        url = f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/{name}"
        assert [line.split(maxsplit=1) for line in lines[start + 1 : start + 4]] == [
            ["arn", f"arn:aws:ecr:eu-central-1:123456789012:repository/{name}"],
            ["pull_by_digest", f"{url}@sha256:<digest>"],
            ["url", url],
        ]


def test_aws_has_what_the_stack_declares(deployed):
    repositories = deployed.client("ecr").describe_repositories()["repositories"]

    assert sorted(repository["repositoryName"] for repository in repositories) == ESTATE
    for repository in repositories:
        assert repository["imageTagMutability"] in {"IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"}
        assert repository["encryptionConfiguration"]["encryptionType"] == "KMS"
        assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
        assert deployed.client("ecr").get_lifecycle_policy(repositoryName=repository["repositoryName"])
    replication = deployed.client("ecr").describe_registry()["replicationConfiguration"]
    assert [rule["destinations"] for rule in replication["rules"]] == [
        [
            {"region": "eu-central-1", "registryId": "210987654321"},
            {"region": "eu-west-1", "registryId": "123456789012"},
        ]
    ]


def test_second_up_changes_nothing_and_leaves_git_clean(deployed):
    again = deployed.make("up")

    assert again.returncode == 0
    assert NOTHING_CHANGED in again.stdout
    assert deployed.run("git", "status", "--porcelain").stdout == ""


def test_preview_of_a_wrong_declaration_is_a_line_per_mistake_and_registers_nothing(deployed):
    settings = deployed.path / "stacks" / "Pulumi.local.yaml"
    before = settings.read_text(encoding="utf-8")
    wrong = before.replace("payments/api:", "Payments/API:", 1).replace('"210987654321"', "21098765432", 1)
    wrong = wrong.replace("replication:", "replicaton:", 1)
    try:
        settings.write_text(wrong, encoding="utf-8")
        refused = deployed.make("preview")
    finally:
        settings.write_text(before, encoding="utf-8")

    assert refused.returncode != 0
    assert "Traceback" not in refused.stdout
    for part in ("Payments/API", "21098765432", "replicaton", "replication"):
        assert part in refused.stdout
    assert deployed.repositories() == ESTATE


def test_a_violating_program_is_rejected_at_preview_and_nothing_is_created(deployed):
    example = deployed.path / "examples" / "rejected"
    rejected = deployed.sandboxed(
        "pulumi stack init try --non-interactive && pulumi preview --stack try --policy-pack ../../policies",
        cwd=example,
    )

    assert rejected.returncode != 0
    for control in (
        "ecr-repository-tag-immutability",
        "ecr-repository-encryption",
        "ecr-lifecycle-grammar",
        "ecr-access-public",
    ):
        assert control in rejected.stdout
    assert deployed.repositories() == ESTATE
    assert deployed.sandboxed("pulumi stack rm --yes --stack try", cwd=example).returncode == 0


def test_env_gives_a_shell_the_sandbox(deployed):
    shown = deployed.sandboxed("pulumi stack output --json && command -v secure-ecr && echo $AWS_ENDPOINT_URL")

    assert shown.returncode == 0, shown.stdout
    assert "payments/api" in shown.stdout
    assert str(deployed.path / ".venv" / "bin" / "secure-ecr") in shown.stdout
    assert deployed.server().endpoint in shown.stdout


def test_env_writes_for_the_shell_nothing_but_exports(checkout, first_up):
    """Nor does what makes .venv before it, for which a program stands here that says so."""
    command = ["make", "--silent", "env", "PYTHON=echo installing"]
    written = subprocess.run(
        command, cwd=checkout.path, env=checkout.environment, capture_output=True, text=True, check=True
    )

    assert written.stderr == "installing sandbox/bootstrap.py\n"
    assert {line.split(maxsplit=1)[0] for line in written.stdout.splitlines()} == {"unset", "export"}


def test_env_prints_no_credential_of_the_person(checkout):
    printed = checkout.make("env", AWS_ACCESS_KEY_ID="AKIAPERSON", AWS_SECRET_ACCESS_KEY="secret", AWS_PROFILE="person")

    assert "AKIAPERSON" not in printed.stdout
    assert "unset AWS_PROFILE" in printed.stdout.splitlines()


def test_refresh_of_an_unchanged_stack_finds_nothing(deployed):
    assert deployed.make("refresh").returncode == 0
    assert NOTHING_CHANGED in deployed.make("up").stdout


def test_up_mends_what_somebody_changed_by_hand(deployed):
    deployed.client("ecr").put_image_tag_mutability(repositoryName="payments/worker", imageTagMutability="MUTABLE")
    deployed.make("refresh")

    assert deployed.make("up").returncode == 0
    worker = deployed.client("ecr").describe_repositories(repositoryNames=["payments/worker"])["repositories"][0]
    assert worker["imageTagMutability"] != "MUTABLE"


def test_a_lost_aws_is_noticed_and_built_again(deployed):
    deployed.kill_server()

    again = deployed.make("up")

    assert again.returncode == 0, again.stdout
    assert "the embedded AWS is a new one" in again.stdout
    assert deployed.repositories() == ESTATE
    assert NOTHING_CHANGED in deployed.make("up").stdout


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "killed"])
@pytest.mark.parametrize("seconds", [3, 6, 9], ids="after-{}s".format)
def test_an_up_cut_off_is_repaired_by_the_next(deployed, how, seconds):
    assert deployed.make("down").returncode == 0
    running = deployed.start("up")
    time.sleep(seconds)
    os.killpg(running.pid, how)
    if how == signal.SIGKILL:  # the engine alone can be killed too, and must leave no orphan
        time.sleep(0.1)
    running.communicate()
    deadline = time.monotonic() + 10
    while processes_of(deployed) and time.monotonic() < deadline:
        time.sleep(0.2)

    assert processes_of(deployed) == []
    again = deployed.make("up")
    assert again.returncode == 0, again.stdout
    assert deployed.repositories() == ESTATE
    assert not deployed.state().get("pending_operations")
    assert NOTHING_CHANGED in deployed.make("up").stdout


def test_status_and_logs_speak(deployed):
    status = deployed.make("status")

    assert status.returncode == 0
    assert "process" in status.stdout
    assert "resources in its state" in status.stdout
    assert deployed.make("logs").returncode == 0


def test_a_busy_port_is_one_line(checkout, first_up):
    checkout.make("down")

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = checkout.make("up", SANDBOX_PORT=str(port))

    assert refused.returncode != 0
    assert f"error: SANDBOX_PORT: port {port} is busy; stop what listens there, or unset it to take any free port" in (
        refused.stdout
    )


def test_down_destroys_and_leaves_no_process(deployed):
    assert deployed.make("down").returncode == 0

    assert deployed.server() is None
    assert not deployed.state().get("resources")
    assert deployed.run("git", "status", "--porcelain").stdout == ""
    assert processes_of(deployed) == []
