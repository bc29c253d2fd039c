"""
Every type of the table, through the real engine, from its creation to its end.

Each fixture below is one chapter of one story about one stack that holds all types; a chapter costs a few runs of the
engine, and each test looks at one type in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox.provider.chooser import sdk_version
from sandbox.provider.table import TABLE
from tests.sandbox.embedded_aws import client
from tests.sandbox.provider.cases import ACCOUNT, CASES, Case, name_of
from tests.sandbox.provider.conftest import Stack

pytestmark = pytest.mark.acceptance

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d"

types = pytest.mark.parametrize("type_name", CASES, ids=[name_of(type_name) for type_name in CASES])
LASTING = {
    "aws:ecr/accountSetting:AccountSetting",
    "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
    "aws:ecr/replicationConfiguration:ReplicationConfiguration",
}


@dataclass
class Chapter:
    """What one part of the story left behind: the plan before it, the state after it, the plan after that."""

    plan: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    state: dict[str, dict[str, Any]] = field(default_factory=dict)
    again: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class Story:
    """The stack, what its program says now, and the AWS behind it."""

    def __init__(self, stack: Stack, endpoint: str) -> None:
        self.stack = stack
        self.endpoint = endpoint
        self.inputs = {type_name: dict(case.inputs) for type_name, case in CASES.items()}

    def declare(self, changes: Mapping[str, Mapping[str, Any]], *, later: bool = False) -> None:
        """Make the program say what it says now, with *changes* by type; None takes an input away."""
        source = [{"type": "aws:kms/key:Key", "name": "later", "inputs": {}, "outputs": ["arn"]}] if later else []
        befores = {each[0]: each for case in CASES.values() for each in case.before}
        resources = [
            {"type": type_name, "name": name, "inputs": inputs, "outputs": ["arn", "keyId"]}
            for name, type_name, inputs in befores.values()
        ]
        for type_name, case in CASES.items():
            merged = {**self.inputs[type_name], **changes.get(type_name, {})}
            inputs = {key: value for key, value in merged.items() if value is not None}
            after = [each[0] for each in case.before]
            resources.append({"type": type_name, "name": name_of(type_name), "inputs": inputs, "after": after})
        self.stack.declare([*source, *resources])

    def deploy(self, *, planned: bool = True) -> Chapter:
        plan = self.stack.preview() if planned else {}
        self.stack.up()
        return Chapter(plan, self.stack.state(), self.stack.preview())

    def clients(self, what: str, region: str = "eu-central-1") -> Any:
        """Return a client of a service, or do one of the things that need to know the state."""
        if what.startswith("id of "):
            return self.stack.state()[what.removeprefix("id of ")]["id"]
        if what == "team key":
            return self.stack.state()["Key"]["id"]
        if what == "role pull":
            return self.delete_role()
        return client(self.endpoint, what, region)

    def delete_role(self) -> None:
        iam = self.clients("iam")
        for policy in iam.list_role_policies(RoleName="pull")["PolicyNames"]:
            iam.delete_role_policy(RoleName="pull", PolicyName=policy)
        for policy in iam.list_attached_role_policies(RoleName="pull")["AttachedPolicies"]:
            iam.detach_role_policy(RoleName="pull", PolicyArn=policy["PolicyArn"])
        iam.delete_role(RoleName="pull")


@pytest.fixture(scope="module")
def story(stacks: Any, aws: str) -> Story:
    return Story(stacks("story"), aws)


@pytest.fixture(scope="module")
def created(story: Story) -> Chapter:
    story.declare({})
    return story.deploy()


@pytest.fixture(scope="module")
def unknown(story: Story, created: Chapter) -> Chapter:
    story.declare({type_name: case.unknown[0] for type_name, case in CASES.items()}, later=True)
    return Chapter(plan=story.stack.preview())


@pytest.fixture(scope="module")
def replacing(story: Story, unknown: Chapter) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Plan the change of each input that replaces, one input of every type at a time."""
    plans = {}
    for turn in range(max(len(case.replaces) for case in CASES.values())):
        keys = {type_name: list(case.replaces)[turn : turn + 1] for type_name, case in CASES.items()}
        story.declare({type_name: replacement(CASES[type_name], key) for type_name, [key] in present(keys)})
        plan = story.stack.preview()
        plans |= {(type_name, key): plan.get(name_of(type_name), []) for type_name, [key] in present(keys)}
    return plans


@pytest.fixture(scope="module")
def replaced(story: Story, replacing: object) -> Chapter:
    story.declare({type_name: replacement(case, next(iter(case.replaces))) for type_name, case in CASES.items()})
    chapter = story.deploy(planned=False)
    story.declare({})
    story.stack.up()
    return chapter


@pytest.fixture(scope="module")
def updated(story: Story, replaced: Chapter) -> Chapter:
    for type_name, case in CASES.items():
        story.inputs[type_name] |= case.update
    story.declare({})
    return story.deploy()


@pytest.fixture(scope="module")
def drifted(story: Story, updated: Chapter) -> Chapter:
    for case in CASES.values():
        case.drift(story.clients)
    story.stack.refresh()
    state = story.stack.state()
    plan = story.stack.preview()
    story.stack.up()
    return Chapter(plan, state, story.stack.preview("--refresh"))


@pytest.fixture(scope="module")
def vanished(story: Story, drifted: Chapter) -> Chapter:
    for case in CASES.values():
        if case.vanish:
            case.vanish(story.clients)
    story.stack.refresh()
    state = story.stack.state()
    plan = story.stack.preview()
    story.stack.up()
    return Chapter(plan, state, story.stack.preview())


@pytest.fixture(scope="module")
def imported(story: Story, vanished: Chapter, stacks: Any) -> Chapter:
    live = story.stack.state()
    resources = []
    for type_name, case in CASES.items():
        given = {key: value for key, value in story.inputs[type_name].items() if key not in case.unreadable}
        inputs = resolved(given, live)
        made = live[name_of(type_name)]
        identifier = case.import_from(made) if case.import_from else case.import_id
        resources.append({"type": type_name, "name": name_of(type_name), "inputs": inputs, "import": identifier})
    stack = stacks("imports")
    stack.declare(resources)
    plan = stack.preview()
    stack.up()
    return Chapter(plan, stack.state() | {f"live {name}": each for name, each in live.items()}, stack.preview())


@pytest.fixture(scope="module")
def destroyed(story: Story, imported: Chapter) -> Chapter:
    ecr = story.clients("ecr")
    ecr.delete_lifecycle_policy(repositoryName="before/lifecycle")
    ecr.delete_repository(repositoryName="team/app", force=True)
    story.stack.pulumi("destroy", "--yes", "--skip-preview")
    return Chapter(state=story.stack.state())


@pytest.fixture(scope="module")
def secret(story: Story, destroyed: Chapter) -> Chapter:
    story.inputs = {
        type_name: {name: {"$secret": value} for name, value in case.inputs.items()}
        for type_name, case in CASES.items()
    }
    story.declare({})
    chapter = story.deploy(planned=False)
    story.stack.refresh()
    chapter.state |= {f"refreshed {name}": each for name, each in story.stack.state().items()}
    return chapter


def resolved(given: Any, state: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return *given* with what another resource of *state* says in the place of each reference."""
    if isinstance(given, list):
        return [resolved(each, state) for each in given]
    if not isinstance(given, dict):
        return given
    if "$ref" in given:
        name, _, output = given["$ref"].partition(".")
        return state[name]["id"] if output == "id" else state[name]["outputs"][output]
    return {key: resolved(each, state) for key, each in given.items()}


def present(keys: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    return [(type_name, names) for type_name, names in keys.items() if names]


def replacement(case: Case, key: str) -> dict[str, Any]:
    return {key: case.replaces[key], **case.forced.get(key, {})}


def operations(steps: list[dict[str, Any]]) -> list[str]:
    return [step["op"] for step in steps]


def test_every_type_of_the_table_has_a_case():
    assert set(CASES) == set(TABLE)


@types
def test_plans_a_creation_with_what_it_cannot_know_unknown(type_name, created):
    [step] = created.plan[name_of(type_name)]
    outputs = step["new"]["outputs"]

    assert step["op"] == "create"
    assert {name for name, value in outputs.items() if value == UNKNOWN} == CASES[type_name].planned | {"id"}


@types
def test_creates_with_the_outputs_of_the_official_plugin(type_name, created):
    state = created.state[name_of(type_name)]
    assert state["outputs"] == {**CASES[type_name].outputs, "id": state["id"]}  # the bridge has the id there as well


@types
def test_plans_with_an_input_that_only_the_deployment_will_tell(type_name, unknown):
    inputs, operation = CASES[type_name].unknown
    steps = unknown.plan[name_of(type_name)]

    assert operation in operations(steps)
    assert ("replace" in operations(steps)) is (operation == "replace")
    [after] = [step["new"]["outputs"] for step in steps if step["op"] in {"update", "create-replacement"}]
    assert UNKNOWN in str({name: after[name] for name in inputs})


@pytest.mark.parametrize(
    ("type_name", "key"),
    [pytest.param(name, key, id=f"{name_of(name)}-{key}") for name, case in CASES.items() for key in case.replaces],
)
def test_plans_a_replacement_in_the_right_order(type_name, key, replacing):
    steps = replacing[type_name, key]
    case = CASES[type_name]
    keeps_its_name = key != "namePrefix" or name_of(type_name) == "LifecyclePolicy"

    assert sorted(operations(steps)) == ["create-replacement", "delete-replaced", "replace"]
    assert key in next(step for step in steps if step["op"] == "replace")["keys"]
    deletes_first = operations(steps).index("delete-replaced") < operations(steps).index("create-replacement")
    assert deletes_first is (case.deletes_first and keeps_its_name)


@types
def test_replaces(type_name, replaced):
    case = CASES[type_name]
    key = next(iter(case.replaces))

    wanted = resolved(case.replaces[key], replaced.state)
    if key == "url":
        wanted = wanted.removeprefix("https://")  # as IAM answers
    assert replaced.state[name_of(type_name)]["outputs"][key] == wanted


@types
def test_updates_in_place(type_name, updated):
    case = CASES[type_name]
    wanted = case.update | ({"tagsAll": case.update["tags"]} if "tags" in case.update else {})
    outputs = updated.state[name_of(type_name)]["outputs"]

    assert operations(updated.plan.get(name_of(type_name), [])) == (["update"] if case.update else [])
    assert {name: outputs.get(name, []) for name in wanted} == resolved(wanted, updated.state)


@types
def test_refresh_finds_what_was_changed_by_hand_and_the_next_deployment_puts_it_back(type_name, drifted):
    case = CASES[type_name]
    name = name_of(type_name)
    outputs = drifted.state[name]["outputs"]

    assert {key: outputs.get(key) for key in case.drifted} == case.drifted
    rewritten = type_name == "aws:ecr/lifecyclePolicy:LifecyclePolicy"
    repairs = ["create-replacement", "delete-replaced", "replace"] if rewritten else ["update"]
    assert sorted(operations(drifted.plan.get(name, []))) == (repairs if case.drifted else [])
    assert drifted.again.get(name) is None


@types
def test_refresh_finds_what_was_deleted_by_hand_and_the_next_deployment_makes_it_again(type_name, vanished):
    name = name_of(type_name)

    assert (name in vanished.state) is (type_name in LASTING)
    assert operations(vanished.plan.get(name, [])) == ([] if type_name in LASTING else ["create"])


@types
def test_plans_nothing_when_nothing_changed(type_name, created, replaced, updated, vanished):
    chapters = {"created": created, "replaced": replaced, "updated": updated, "vanished": vanished}

    assert {name: each.again.get(name_of(type_name)) for name, each in chapters.items() if each.again} == {}


@types
def test_imports_by_the_documented_id(type_name, imported):
    name = name_of(type_name)

    assert operations(imported.plan[name]) == ["import"]
    assert imported.state[name]["id"] == imported.state[f"live {name}"]["id"]
    assert imported.again.get(name) is None


def test_destroys_everything_and_what_is_gone_already_is_fine(destroyed, story):
    ecr, iam, kms = (story.clients(service) for service in ("ecr", "iam", "kms"))
    keys = [kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"] for each in kms.list_keys()["Keys"]]

    assert destroyed.state == {}
    assert ecr.describe_repositories()["repositories"] == []
    assert ecr.describe_registry()["replicationConfiguration"] == {"rules": []}
    assert ecr.get_registry_scanning_configuration()["scanningConfiguration"] == {"scanType": "BASIC", "rules": []}
    assert ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"] == []
    assert ecr.describe_repository_creation_templates()["repositoryCreationTemplates"] == []
    assert ecr.list_pull_time_update_exclusions()["pullTimeUpdateExclusions"] == []
    assert ecr.get_account_setting(name="BLOB_MOUNTING")["value"] == "DISABLED"  # left as it was, as AWS does
    assert iam.list_roles()["Roles"] == []
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
    assert {key["KeyState"] for key in keys if key["Description"]} == {"PendingDeletion"}
    assert iam.list_instance_profiles()["InstanceProfiles"] == []
    assert story.clients("secretsmanager").list_secrets()["SecretList"] == []
    assert story.clients("sns").list_topics()["Topics"] == []
    assert story.clients("events").list_rules()["Rules"] == []
    assert story.clients("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert story.clients("cloudwatch").list_dashboards()["DashboardEntries"] == []
    assert story.clients("ecr-public", "us-east-1").describe_repositories()["repositories"] == []
    assert [vpc["IsDefault"] for vpc in story.clients("ec2").describe_vpcs()["Vpcs"]] == [True]


@types
def test_keeps_secret_inputs_secret_in_the_state(type_name, secret):
    case = CASES[type_name]
    names = {*case.inputs, "tagsAll"} if "tags" in case.inputs else set(case.inputs)

    for name in (name_of(type_name), f"refreshed {name_of(type_name)}"):
        resource = secret.state[name]
        assert {name for name in names if SECRET_SIGNATURE in resource["inputs"][name]} == names
        assert {name for name in names if SECRET_SIGNATURE in resource["outputs"][name]} == names
    assert secret.again == {}


def test_imports_from_another_region_by_the_suffix_of_the_id(stacks, aws):
    client(aws, "ecr", "eu-west-1").create_repository(repositoryName="abroad/app")
    stack = stacks("abroad")
    stack.declare(
        [
            {
                "type": "aws:ecr/repository:Repository",
                "name": "app",
                "inputs": {"name": "abroad/app", "region": "eu-west-1"},
                "import": "abroad/app@eu-west-1",
            }
        ]
    )
    stack.up()

    state = stack.state()["app"]
    assert state["outputs"]["arn"] == f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/abroad/app"
    assert state["id"] == "abroad/app"
    assert stack.preview() == {}


def repository(name, inputs, **more):
    return {"type": "aws:ecr/repository:Repository", "name": name, "inputs": inputs, **more}


@pytest.fixture(scope="module")
def scratch(stacks):
    return stacks("scratch")


def test_says_on_one_line_what_was_refused_and_what_to_do(scratch):
    scratch.declare(
        [repository("once", {"name": "refused/app"}), repository("again", {"name": "refused/app"}, after=["once"])]
    )

    assert (
        "error: CreateRepository of again: RepositoryAlreadyExistsException: The repository with name 'refused/app' "
        "already exists in the registry with id '123456789012'; import it, or choose another name"
    ) in scratch.pulumi("up", "--yes", "--skip-preview", fails=True)


def test_refuses_at_the_preview_what_the_type_does_not_have(scratch):
    scratch.declare([repository("app", {"imageTagMutability": "NEVER", "colour": "red"})])
    said = scratch.pulumi("preview", fails=True)

    assert "property imageTagMutability value {NEVER} has a problem: must be one of MUTABLE, IMMUTABLE" in said
    assert "has a problem: must be a property of this type, got a stranger; remove it" in said


def test_names_a_type_that_it_does_not_know_and_where_one_is_added(scratch):
    scratch.declare([{"type": "aws:s3/bucket:Bucket", "name": "bucket", "inputs": {}}])

    assert (
        "aws:s3/bucket:Bucket: must be a type that the sandbox's stand-in for the aws provider knows, got a stranger; "
        "add an entry to sandbox/provider/table/__init__.py, or use the official plugin"
    ) in scratch.pulumi("preview", fails=True)


def test_refuses_an_endpoint_that_is_not_on_this_machine(scratch):
    away = Stack(scratch.folder, {**scratch.environment, "AWS_ENDPOINT_URL": "https://sts.amazonaws.com"})
    away.declare([repository("app", {"name": "away/app"})])

    assert "must be an http URL of a loopback address, got 'https://sts.amazonaws.com'; set AWS_ENDPOINT_URL" in (
        away.pulumi("preview", fails=True)
    )


def test_describes_itself_to_the_engine(scratch):
    described = json.loads(scratch.pulumi("package", "get-schema", f"aws@{sdk_version()}"))

    assert set(described["resources"]) == set(TABLE)


def test_works_in_the_account_of_the_role_and_the_region_of_the_provider(stacks):
    role = {"assumeRoles[0].roleArn": "arn:aws:iam::210987654321:role/deploy"}
    stack = stacks("abroad-account", region="eu-west-2", **{"allowedAccountIds[0]": "210987654321"}, **role)
    stack.declare([repository("app", {"name": "abroad/app"})])
    stack.up()

    assert stack.state()["app"]["outputs"]["arn"] == "arn:aws:ecr:eu-west-2:210987654321:repository/abroad/app"


ACCOUNTS = """
import json
import pulumi
from pulumi_aws import Provider, get_caller_identity_output
from pulumi_aws.ecr import RegistryPolicy

for place, account in {"source": "111111111111", "destination": "222222222222"}.items():
    role = {"role_arn": f"arn:aws:iam::{account}:role/registry", "external_id": f"external-{place}"}
    provider = Provider(place, region="eu-west-1", assume_roles=[role])
    arn = f"arn:aws:ecr:eu-west-1:{account}:repository/*"
    principal = {"AWS": "arn:aws:iam::111111111111:root"}
    statement = {"Effect": "Allow", "Action": "ecr:ReplicateImage", "Principal": principal, "Resource": arn}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    policy = RegistryPolicy(f"{place}-policy", policy=document, opts=pulumi.ResourceOptions(provider=provider))
    pulumi.export(f"{place} registry", policy.registry_id)
    caller = get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=provider))
    pulumi.export(f"{place} caller", caller.account_id)
"""


def test_works_in_several_accounts_at_once(stacks, aws):
    stack = stacks("accounts")
    (stack.folder / "__main__.py").write_text(ACCOUNTS, encoding="utf-8")
    stack.up()
    outputs = json.loads(stack.pulumi("stack", "output", "--json"))

    assert outputs == {
        "source caller": "111111111111",
        "source registry": "111111111111",
        "destination caller": "222222222222",
        "destination registry": "222222222222",
    }
    for account in ("111111111111", "222222222222"):
        ecr = client(aws, "ecr", "eu-west-1", **keys_of(aws, account))
        policy = json.loads(ecr.get_registry_policy()["policyText"])
        assert [each["Resource"] for each in policy["Statement"]] == [f"arn:aws:ecr:eu-west-1:{account}:repository/*"]
    assert stack.preview("--refresh") == {}

    client(aws, "ecr", "eu-west-1", **keys_of(aws, "222222222222")).delete_registry_policy()
    assert operations(stack.preview("--refresh")["destination-policy"]) == ["create"]
    stack.pulumi("destroy", "--yes", "--skip-preview")
    assert stack.state() == {}


def keys_of(aws, account):
    """Return the keys that the embedded AWS gives for a role of *account*."""
    arn = f"arn:aws:iam::{account}:role/anyone"
    given = client(aws, "sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


def test_default_tags_own_names_and_ignored_drift(stacks, aws):
    ecr = client(aws, "ecr")
    stack = stacks("estate", **{"defaultTags.tags.stage": "dev"})
    tagged = repository("tagged", {"name": "estate/tagged", "tags": {"team": "a"}})
    ignoring = repository("ignoring", {"name": "estate/ignoring"}, ignore=["imageTagMutability"])
    stack.declare([tagged, ignoring, repository("unnamed", {})])
    planned = stack.preview()
    stack.up()
    first = stack.state()

    assert first["tagged"]["outputs"]["tags"] == {"team": "a"}
    assert first["tagged"]["outputs"]["tagsAll"] == {"team": "a", "stage": "dev"}
    assert re.fullmatch("unnamed-[0-9a-f]{7}", first["unnamed"]["id"])
    assert re.fullmatch("unnamed-[0-9a-f]{7}", planned["unnamed"][0]["new"]["outputs"]["name"])

    ecr.put_image_tag_mutability(repositoryName="estate/ignoring", imageTagMutability="IMMUTABLE")
    assert stack.preview("--refresh") == {}

    stack.pulumi("config", "set", "--path", "aws:defaultTags.tags.stage", "prod")
    encrypted = repository("unnamed", {"encryptionConfigurations": [{"encryptionType": "KMS"}]})
    stack.declare([tagged, ignoring, encrypted])
    plan = stack.preview()
    stack.up()
    tags = ecr.list_tags_for_resource(resourceArn=first["tagged"]["outputs"]["arn"])["tags"]

    assert {name: operations(steps) for name, steps in plan.items() if name != "unnamed"} == {
        "tagged": ["update"],
        "ignoring": ["update"],
    }
    assert operations(plan["unnamed"]) == ["create-replacement", "replace", "delete-replaced"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "a", "stage": "prod"}
    assert stack.state()["unnamed"]["id"] != first["unnamed"]["id"]


def test_serves_programs_in_yaml(stacks):
    stack = stacks("yaml")
    rule = {
        "rulePriority": 1,
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9},
        "action": {"type": "expire"},
    }
    program = {
        "name": "t",
        "runtime": "yaml",
        "variables": {"me": {"fn::invoke": {"function": "aws:getCallerIdentity", "arguments": {}}}},
        "resources": {
            "app": {"type": "aws:ecr:Repository", "properties": {"name": "yaml/${me.accountId}"}},
            "lifecycle": {
                "type": "aws:ecr:LifecyclePolicy",
                "properties": {"repository": "${app.name}", "policy": {"rules": [rule]}},
            },
        },
    }
    (stack.folder / "Pulumi.yaml").write_text(json.dumps(program), encoding="utf-8")
    stack.up()
    state = stack.state()

    assert state["app"]["id"] == f"yaml/{ACCOUNT}"
    assert json.loads(state["lifecycle"]["outputs"]["policy"]) == {"rules": [rule]}
    assert stack.preview() == {}
