"""
The example `many-accounts` with its twenty stacks: states in S3, secrets under a KMS key, one account that fails, runs
that are cut off, and the end of all.

One embedded AWS has the stacks from the first test to the last, which takes them away: twenty of them cannot be made
anew for each.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import layout
from sandbox.guides import blocks
from sandbox.stack import pending_create_arguments
from tests.acceptance.repositories import aws, pulumi_home
from tests.sandbox.embedded_aws import client
from tests.sandbox.provider.conftest import folder_of_engine

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "pulumi_home"]  # the fixtures of these tests

EXAMPLE = layout.ROOT / "examples" / "many-accounts"
GUIDE = layout.ROOT / "docs" / "how-to" / "many-accounts.md"
BUCKET, STATES = "registry-state", ".pulumi/stacks/many-accounts/"
SECRET = "correct horse battery staple"
REGIONS = ["ap-southeast-1", "eu-central-1", "eu-west-1", "us-east-1"]
ACCOUNTS = {
    "games-dev": "123456789012",
    "games-prod": "210987654321",
    "shop-dev": "111122223333",
    "shop-prod": "777788889999",
    "shop-staging": "444455556666",
}
STACKS = {f"{account}.{region}" for account in ACCOUNTS for region in REGIONS}
BROKEN = "games-prod.us-east-1"
ALREADY_THERE = (
    "CreateRepository of games--lobby: RepositoryAlreadyExistsException: The repository with name 'games/lobby' "
    "already exists in the registry with id '210987654321'; import it, or choose another name"
)
ALIAS = (
    "estate.key.alias: must be 'alias/' and letters, digits, '/', '_' and '-', and not begin with 'alias/aws/', "
    "got 'registry'"
)
FROM_STATE = {"PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true"}
PARALLEL = "3"


@dataclass(frozen=True)
class Run:
    """What a run of the driver has said: the state and the note of each stack, the lines after the table, its end."""

    said: str
    status: int
    rows: Mapping[str, tuple[str, str]]
    summary: list[str]
    seconds: float

    @property
    def states(self) -> dict[str, set[str]]:
        """From each state to the stacks that are in it."""
        found: dict[str, set[str]] = {}
        for stack, (state, _) in self.rows.items():
            found.setdefault(state, set()).add(stack)
        return found


COLUMNS = (slice(20), slice(22, 36), slice(38, 48), slice(50, 59), slice(61, 68), slice(70, None))


def read(said: str, status: int, seconds: float) -> Run:
    """Take what the driver has *said* apart."""
    header, *lines = said.splitlines()
    assert header.split() == ["account", "Region", "state", "resources", "seconds"], said
    rows, summary = {}, []
    for line in lines:
        account, region, state, _, _, note = (line[column].strip() for column in COLUMNS)
        if account in ACCOUNTS and region in REGIONS:
            rows[f"{account}.{region}"] = (state, note)
        else:
            summary.append(line)
    return Run(said, status, rows, summary, seconds)


@dataclass(frozen=True)
class Fleet:
    """A copy of the example, whose declaration may change, against an embedded AWS."""

    folder: Path
    environment: Mapping[str, str]
    endpoint: str

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the driver in a process group of its own, as a terminal does."""
        return subprocess.Popen(
            ["python", "fleet.py", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> Run:
        """Run the driver to its end."""
        begun = time.monotonic()
        process = self.start(*arguments)
        said, _ = process.communicate()
        return read(said, process.returncode, time.monotonic() - begun)

    def cut_off(self, signal_: signal.Signals, *arguments: str) -> subprocess.Popen[str]:
        """Start the driver, and send a signal to its process group as soon as AWS makes something."""
        shutil.rmtree(self.folder / "logs", ignore_errors=True)
        process = self.start(*arguments)
        while not any(" creating (" in log.read_text("utf-8") for log in self.folder.glob("logs/*.log")):
            assert process.poll() is None, process.stdout and process.stdout.read()
            time.sleep(0.02)
        os.killpg(process.pid, signal_)
        return process

    def pulumi(self, *arguments: str) -> str:
        """Run the engine, which must succeed, and return what it printed."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env={**self.environment, **FROM_STATE},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def declare(self, change: Callable[[Any], object]) -> None:
        """Write the declaration anew after *change* to it."""
        file = self.folder / "registries.yaml"
        declaration = yaml.safe_load(file.read_text(encoding="utf-8"))
        change(declaration)
        file.write_text(yaml.safe_dump(declaration), encoding="utf-8")

    def restore(self) -> None:
        """Take the declaration of the example again."""
        shutil.copy(EXAMPLE / "registries.yaml", self.folder)

    def objects(self, prefix: str) -> dict[str, str]:
        """Return what is in the bucket below *prefix*, by name."""
        s3 = client(self.endpoint, "s3")
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]
        return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode() for key in keys}

    def ecr(self, stack: str) -> Any:
        """Return a client of Amazon ECR in the account and Region of a *stack*."""
        account, region = stack.split(".")
        role = f"arn:aws:iam::{ACCOUNTS[account]}:role/test"
        keys = client(self.endpoint, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        given = {"aws_access_key_id": keys["AccessKeyId"], "aws_secret_access_key": keys["SecretAccessKey"]}
        return client(self.endpoint, "ecr", region, **given, aws_session_token=keys["SessionToken"])

    def repositories(self, stack: str) -> set[str]:
        """Return the repositories in the registry of a *stack*."""
        return {each["repositoryName"] for each in self.ecr(stack).describe_repositories()["repositories"]}


@pytest.fixture(scope="module")
def fleet(aws: str, pulumi_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """Return the example with bucket and key made of its template, and a secret among the outputs of each stack."""
    folder = Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("fleet") / "many-accounts"))
    with (folder / "__main__.py").open("a", encoding="utf-8") as program:
        program.write(f"\npulumi.export('token', pulumi.Output.secret({SECRET!r}))\n")
    made = client(aws, "cloudformation")
    parameters = [{"ParameterKey": "BucketName", "ParameterValue": BUCKET}]
    template = (folder / "state.yaml").read_text(encoding="utf-8")
    made.create_stack(StackName="state", TemplateBody=template, Parameters=parameters)
    (stack,) = made.describe_stacks(StackName="state")["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    declared = yaml.safe_load((folder / "registries.yaml").read_text(encoding="utf-8"))
    assert outputs["SecretsProvider"] == declared["secrets_provider"]

    environment = layout.environment(aws, home=pulumi_home, state=folder)
    del environment["PULUMI_CONFIG_PASSPHRASE"]
    own = {
        "PATH": f"{folder_of_engine()}{os.pathsep}{environment['PATH']}",
        # The names of buckets are no hosts on loopback
        "PULUMI_BACKEND_URL": f"{outputs['BackendUrl']}&s3ForcePathStyle=true",
        "NO_COLOR": "1",
    }
    return Fleet(folder, environment | own, aws)


@pytest.fixture(scope="module")
def first(fleet: Fleet) -> Run:
    """Deploy all stacks where somebody has made one repository by hand."""
    fleet.ecr(BROKEN).create_repository(repositoryName="games/lobby")
    return fleet.run("up", "--parallel", PARALLEL)


@pytest.fixture(scope="module")
def second(fleet: Fleet, first: Run) -> Run:
    """Take that repository away, and deploy again from a checkout without the files that the engine has written."""
    fleet.ecr(BROKEN).delete_repository(repositoryName="games/lobby")
    shutil.rmtree(fleet.folder / "stacks")
    return fleet.run("up", "--parallel", PARALLEL)


def test_deploys_all_but_the_one_that_fails_and_says_why(fleet, first):
    assert first.status == 1
    assert first.states == {"done": STACKS - {BROKEN}, "failed": {BROKEN}}
    assert {note for stack, (_, note) in first.rows.items() if stack != BROKEN} == {"15 create", "18 create"}
    assert first.summary[:-1] == [
        f"{BROKEN}: failed",
        f"    {ALREADY_THERE}",
        f"    see logs/{BROKEN}.log",
    ]
    assert re.fullmatch(r"19 done, 1 failed; \d+ s", first.summary[-1])
    assert fleet.repositories("shop-prod.eu-central-1") == {"payments/api", "storefront/web", "platform/base-images"}
    assert fleet.repositories("shop-prod.us-east-1") == {"payments/api", "storefront/web"}
    assert fleet.repositories("games-dev.ap-southeast-1") == {"payments/api", "storefront/web", "games/lobby"}


def lasting(said: str) -> list[list[str]]:
    """Return the words of each line, without what differs from run to run: seconds, and how far the failure came."""
    lines = []
    for line in said.splitlines():
        words = re.sub(r"\b\d+ s$", "", line).split()
        if len(words) > 1 and words[1] in REGIONS:
            words = words[:3] if ".".join(words[:2]) == BROKEN else [*words[:4], *words[5:]]
        if line[:1] not in {"$", "…"}:
            lines.append(words)
    return lines


def test_says_what_the_guide_shows(first, second):
    texts = [
        block.text for block in blocks(GUIDE.read_text(encoding="utf-8")) if block.text.startswith("$ python fleet")
    ]

    assert len(texts) == 2
    for text, run in zip(texts, (first, second), strict=True):
        assert [line for line in lasting(text) if line not in lasting(run.said)] == []


def test_keeps_states_in_the_bucket_with_nothing_but_the_secrets_encrypted(fleet, first):
    states = {key.removeprefix(STATES): text for key, text in fleet.objects(STATES).items() if key.endswith(".json")}

    assert set(states) == {f"{stack}.json" for stack in STACKS}
    for stack in STACKS - {BROKEN}:
        latest = json.loads(states[f"{stack}.json"])["checkpoint"]["latest"]
        outputs = next(each for each in latest["resources"] if each["type"] == "pulumi:pulumi:Stack")["outputs"]
        assert SECRET not in states[f"{stack}.json"]
        assert latest["secrets_providers"]["type"] == "cloud"
        assert latest["secrets_providers"]["state"]["url"] == "awskms://alias/registry-state?region=eu-central-1"
        assert set(outputs["token"]) == {"4dabf18193072939515e22adb298388d", "ciphertext"}
        assert states[f"{stack}.json"].count('"ciphertext"') == 1
        assert outputs["repositories"]["payments/api"]["url"].endswith("amazonaws.com/payments/api")
    assert all(SECRET not in text for text in fleet.objects("").values())


def test_does_in_a_second_run_what_is_left(fleet, first, second):
    assert (second.status, second.states) == (0, {"up to date": STACKS - {BROKEN}, "done": {BROKEN}})
    assert second.seconds < first.seconds
    assert json.loads(fleet.pulumi("stack", "output", "--json", "--show-secrets", "--stack", BROKEN))["token"] == SECRET


def test_says_how_each_stack_stands(fleet, second):
    fleet.declare(lambda declared: declared["accounts"].pop("shop-staging"))
    try:
        told = fleet.run("status", "--only", "games-*/eu-*", "--parallel", PARALLEL)
    finally:
        fleet.restore()

    seen = {f"games-{kind}.eu-{side}-1" for kind in ("dev", "prod") for side in ("central", "west")}
    assert (told.status, told.states) == (0, {"up to date": seen})
    assert [line.partition(":")[0] for line in told.summary[:-1]] == [f"shop-staging.{region}" for region in REGIONS]
    assert told.summary[0] == (
        "shop-staging.ap-southeast-1: not declared; to remove it: PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER=true "
        "pulumi destroy --remove --stack shop-staging.ap-southeast-1"
    )


def test_previews_what_would_change_and_what_the_pack_refuses(fleet, second):
    fleet.declare(lambda declared: declared["estate"]["defaults"].update(mutable_tag_patterns=["branch-*"]))
    try:
        told = fleet.run("preview", "--only", "*-dev/eu-west-1", "--only", f"{ACCOUNTS['shop-prod']}/us-*")
    finally:
        fleet.restore()

    assert told.status == 1
    assert told.states == {"done": {"games-dev.eu-west-1", "shop-dev.eu-west-1"}, "failed": {"shop-prod.us-east-1"}}
    findings = [line.split(": ")[:2] for line in told.summary if line.startswith("    ecr-")]
    assert sorted(findings) == [
        ["    ecr-repository-tag-immutability", "payments--api"],
        ["    ecr-repository-tag-immutability", "storefront--web"],
    ]


def test_refuses_a_wrong_declaration_before_anything_runs(fleet, second):
    def spoil(declared):
        declared["estate"]["key"]["alias"] = "registry"
        declared["accounts"]["shop-dev"]["account_id"] = 111122223333

    fleet.declare(spoil)
    try:
        process = fleet.start("up")
        said, _ = process.communicate()
    finally:
        fleet.restore()

    assert process.returncode == 2
    assert said.splitlines() == [
        "accounts.shop-dev.account_id: must be a text, got 111122223333; put it in quotes",
        ALIAS,
    ]


def three_of(account: str) -> tuple[list[str], list[str]]:
    """Return three stacks of *account* in the order of their declaration, and the options that select them."""
    return [f"{account}.{region}" for region in ("eu-central-1", "eu-west-1", "us-east-1")], [
        *("--only", f"{account}/eu-*", "--only", f"{account}/us-*"),
    ]


def declare_more(fleet: Fleet, account: str) -> None:
    """Declare two repositories more for each Region of *account*."""
    more = {f"tools/{name}": {} for name in ("build", "lint")}

    def change(declared: Any) -> None:
        estate = declared["accounts"][account]["estate"]
        estate["repositories"] = {**estate.get("repositories", {}), **more}

    fleet.declare(change)


def mend(fleet: Fleet, stack: str) -> None:
    """Do what the summary asks for: take the lock away, and where AWS may have made something ask what became of it."""
    fleet.pulumi("cancel", "--yes", "--stack", stack)
    pending = json.loads(fleet.pulumi("stack", "export", "--stack", stack))["deployment"].get("pending_operations")
    if pending:
        fleet.pulumi("refresh", "--yes", "--stack", stack, *pending_create_arguments(pending))


def test_goes_on_after_a_run_that_was_killed(fleet, second):
    """What it leaves is told with the commands that mend it, and nothing is done twice."""
    stacks, selected = three_of("shop-dev")
    declare_more(fleet, "shop-dev")
    try:
        killed = fleet.cut_off(signal.SIGKILL, "up", *selected, "--parallel", "2")
        killed.communicate()
        locked = {Path(key).parent.name for key in fleet.objects(".pulumi/locks/")}
        refused = fleet.run("up", *selected, "--parallel", "2")
        for stack in locked:
            mend(fleet, stack)
        mended = fleet.run("up", *selected, "--parallel", "2")
    finally:
        fleet.restore()

    assert killed.returncode == -signal.SIGKILL
    assert locked
    assert locked < set(stacks)
    assert (refused.status, refused.states) == (1, {"failed": locked, "done": set(stacks) - locked})
    assert {f"    if nobody deploys it now: pulumi cancel --stack {stack}" for stack in locked} <= set(refused.summary)
    assert (mended.status, mended.states) == (0, {"done": locked, "up to date": set(stacks) - locked})
    assert all(fleet.repositories(stack) >= {"tools/build", "tools/lint"} for stack in stacks)


def test_asks_for_a_refresh_where_a_run_was_cut_off_while_aws_made_something(fleet, second):
    """The state is what a run leaves that ends between the call of AWS and its answer."""
    stack = "shop-staging.eu-west-1"
    (state,) = (text for key, text in fleet.objects(f"{STATES}{stack}.json").items() if key.endswith(".json"))
    checkpoint = json.loads(state)
    latest = checkpoint["checkpoint"]["latest"]
    made = next(each for each in latest["resources"] if each["urn"].endswith("::storefront--web-lifecycle"))
    latest["pending_operations"] = [{"resource": made, "type": "creating"}]
    body = json.dumps(checkpoint).encode()
    client(fleet.endpoint, "s3").put_object(Bucket=BUCKET, Key=f"{STATES}{stack}.json", Body=body)

    refused = fleet.run("up", "--only", "shop-staging/eu-west-1")
    fleet.pulumi("refresh", "--stack", stack, "--yes", "--clear-pending-creates")
    mended = fleet.run("up", "--only", "shop-staging/eu-west-1")

    assert (refused.status, refused.states) == (1, {"failed": {stack}})
    assert refused.summary[:-1] == [
        f"{stack}: failed",
        "    a run was cut off while AWS made storefront--web-lifecycle",
        f"    if nobody deploys it now: pulumi cancel --stack {stack}",
        f"    then ask AWS what became of it: {next(iter(FROM_STATE))}=true pulumi refresh --stack {stack}",
    ]
    assert (mended.status, mended.rows) == (0, {stack: ("done", "")})


def test_ends_in_good_order_when_it_is_interrupted(fleet, second):
    stacks, selected = three_of("games-prod")
    declare_more(fleet, "games-prod")
    try:
        interrupted = fleet.cut_off(signal.SIGINT, "up", *selected, "--parallel", "2")
        said, _ = interrupted.communicate()
        told = read(said, interrupted.returncode, 0)
        locks = fleet.objects(".pulumi/locks/")
        after = fleet.run("up", *selected, "--parallel", "2")
    finally:
        fleet.restore()

    assert (told.status, set(told.rows)) == (130, set(stacks[:2]))
    assert "stopped" in told.states
    assert told.states.keys() <= {"stopped", "done"}
    assert f"not begun: {stacks[2]}" in told.summary
    assert locks == {}
    assert (after.status, set(after.rows)) == (0, set(stacks))
    assert {stacks[2]} <= after.states["done"]
    assert all(fleet.repositories(stack) >= {"tools/build", "tools/lint"} for stack in stacks)


def test_takes_everything_away_in_the_end(fleet, second):
    kept = fleet.run("destroy", "--yes", "--only", "shop-prod/us-east-1")
    gone = fleet.run("destroy", "--yes", "--unprotect", "--parallel", PARALLEL)

    assert (kept.status, kept.states) == (1, {"failed": {"shop-prod.us-east-1"}})
    assert (
        kept.summary[1]
        == "    nothing is removed, as these are protected: payments--api, storefront--web; see --unprotect"
    )
    assert (gone.status, gone.states) == (0, {"done": STACKS})
    assert {stack: fleet.repositories(stack) for stack in STACKS} == {stack: set() for stack in STACKS}
    assert [key for key in fleet.objects(STATES) if not key.endswith(".bak")] == []
