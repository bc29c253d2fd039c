"""The blocks of the guides: what they show is what a person gets."""

from __future__ import annotations

import ast
import json
import re
import runpy
import shlex
import shutil
import subprocess

import boto3
import pytest
import yaml
from botocore import xform_name
from ecr_model.actions import ADMINISTRATION_ACTIONS, LOGIN_ACTIONS, PULL_ACTIONS, PUSH_ACTIONS
from ecr_model.lifecycle import check_lifecycle_document
from ecr_model.policy.document import read_policy
from ecr_model.policy.kinds import REPOSITORY_POLICY
from secure_ecr.arguments import hints, read
from secure_ecr.deployment import deploy as deploy_estate
from secure_ecr.estate import Estate, load_estate
from secure_ecr.plugin import COMPONENTS, args_type
from secure_ecr.wire import unwire
from secure_ecr_ops.cli import main
from secure_ecr_policies.pack.configuration import check_configuration

from sandbox import layout
from sandbox.guides import GUIDES, TUTORIAL, blocks, commands, here, pictures, shown

READ = (layout.ROOT / "README.md", TUTORIAL, *GUIDES)
REPOSITORY_ARN = "arn:aws:ecr:eu-central-1:123456789012:repository/payments/api"
SMALL = {"account_id": "123456789012", "region": "eu-central-1", "repositories": {"payments/api": {}}}
"""What the guides leave out of an estate."""

CALLS = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "123456789012"},
    "aws:index/getRegion:getRegion": {"region": "eu-central-1"},
    "aws:ec2/getVpcEndpointService:getVpcEndpointService": {"serviceName": "com.amazonaws.eu-central-1.logs"},
}
MADE_BY_THE_CLI = {"get-login-password", "deploy"}
"""Commands of the AWS CLI that are no operation: it calls GetAuthorizationToken, or CreateChangeSet and more."""

OTHER_PROGRAMS = {"pulumi", "docker", "pip", "eval", "export", "cd", "git", "python", "skopeo", "."}
FLEET = layout.ROOT / "examples" / "many-accounts"


def of_kind(*kinds):
    """Return the blocks of these kinds in all guides, each with a name for the test's report."""
    return [
        pytest.param(block.text, id=f"{path.stem}-{number}")
        for path in READ
        for number, block in enumerate(blocks(path.read_text(encoding="utf-8")))
        if block.kind in kinds
    ]


def test_every_block_is_of_a_kind_that_is_checked():
    """One within a list would not be found. Those in TypeScript are compiled by acceptance/test_typescript.py."""
    texts = [path.read_text(encoding="utf-8") for path in READ]
    kinds = {block.kind for text in texts for block in blocks(text)}

    assert kinds <= {"console", "sh", "diff", "yaml", "python", "typescript", "json", "text", "mermaid"}
    assert [
        line for text in texts for line in text.splitlines() if line.lstrip().startswith("```") and line[0] == " "
    ] == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_shows_what_the_commands_say(path):
    """`python -m sandbox.guides NAME` writes it anew."""
    guide = path.read_text(encoding="utf-8")

    assert shown(guide, here()) == guide


def is_program(text):
    return "resources" in yaml.safe_load(text)


def is_fleet(text):
    return "accounts" in yaml.safe_load(text)


@pytest.mark.parametrize("text", [each for each in of_kind("yaml") if is_fleet(each.values[0])])
def test_declares_registries_of_accounts(tmp_path, text):
    """By the reader of the example."""
    shutil.copytree(FLEET / "policies", tmp_path / "policies")
    file = tmp_path / "registries.yaml"
    file.write_text(text, encoding="utf-8")

    loaded = runpy.run_path(str(FLEET / "declaration.py"))["load"](file)

    assert len(loaded.registries) == sum(len(each["regions"]) for each in yaml.safe_load(text)["accounts"].values())


def is_estate(text):
    return not is_program(text) and not is_fleet(text)


@pytest.mark.parametrize("text", [each for each in of_kind("yaml") if is_estate(each.values[0])])
def test_declares_a_part_of_an_estate_that_can_be_deployed(deploy, text):
    written = yaml.safe_load(text)
    estate = {**SMALL, **written}
    if (roles := {**estate.get("push_roles", {}), **estate.get("pull_roles", {})}) and "repositories" not in written:
        estate["repositories"] = {name: {} for role in roles.values() for name in role["repositories"]}
    configuration = {"secure-ecr:estate": json.dumps(estate)}

    deployed = deploy(lambda: deploy_estate(load_estate()), configuration=configuration, calls=CALLS)

    assert set(written) <= set(hints(Estate))
    assert deployed.outputs["repositories"].keys() == estate["repositories"].keys()
    assert [line for line in deployed.log if line.startswith("error")] == []


@pytest.mark.parametrize("text", [each for each in of_kind("yaml") if is_program(each.values[0])])
def test_uses_components_as_other_languages_do(text):
    """A reference to another resource becomes an output before the component sees it."""
    types = {f"secure-ecr:index:{component.__name__}": args_type(component) for component in COMPONENTS}

    for resource in yaml.safe_load(re.sub(r'"\$\{.*?\.repositoryArn\}"', REPOSITORY_ARN, text))["resources"].values():
        schema = types[resource["type"]]
        assert read(schema, unwire(schema, resource["properties"]))[1] == ()


def programs(path):
    """Return the Python blocks of a guide; a later one goes on from those before it."""
    return [block.text for block in blocks(path.read_text(encoding="utf-8")) if block.kind == "python"]


@pytest.mark.parametrize("path", [path for path in READ if programs(path)], ids=lambda path: path.stem)
def test_has_programs_that_run(deploy, path):
    names = {}
    for text in programs(path):
        deployed = deploy(lambda text=text: exec(compile(ast.parse(text), path.name, "exec"), names), calls=CALLS)  # noqa: S102 - the guide's own

        assert deployed.components
        assert [line for line in deployed.log if line.startswith(("error", "warning"))] == []


def findings_of(document):
    """Return what the rules for such a *document* find wrong with it."""
    if "rules" in document:
        return check_lifecycle_document(document, "")
    if "Statement" in document:
        return read_policy(json.dumps(document), REPOSITORY_POLICY, field="")[1]
    return check_configuration(document)


@pytest.mark.parametrize("text", of_kind("json"))
def test_has_documents_without_findings(text):
    assert findings_of(json.loads(text)) == ()


def lines():
    """Return every command in the guides, pipes and redirections taken apart."""
    return sorted(
        {
            tuple(words)
            for path in READ
            for block in blocks(path.read_text(encoding="utf-8"))
            if block.kind in {"sh", "console"}
            for command in commands(block)
            for part in [*re.findall(r"\$\((secure-ecr[^)]*)\)", command), *re.split(r" \| | && ", command)]
            if (words := shlex.split(re.sub(r" >.*|^[A-Z_]+=\S+ ", "", part), comments=True))
        }
    )


@pytest.mark.parametrize("words", [words for words in lines() if words[0] == "secure-ecr"], ids=" ".join)
def test_names_commands_and_options_that_exist(words):
    """Parsed as the command does, and not run."""
    command, rest = main, list(words[1:])
    while rest and hasattr(command, "get_command"):
        command = command.get_command(None, rest.pop(0))

    assert command
    command.make_context("secure-ecr", rest, resilient_parsing=False).close()


@pytest.mark.parametrize(
    "words", [words for words in lines() if words[0] == "aws" and words[2] not in MADE_BY_THE_CLI], ids=" ".join
)
def test_names_operations_of_aws_that_exist(words):
    model = boto3.client(words[1], region_name="eu-central-1").meta.service_model
    operations = {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}
    known = {f"--{xform_name(name, '-')}" for name in operations[words[2]].input_shape.members}

    assert {word for word in words if word.startswith("--")} <= known | {"--query", "--region"}


def test_installs_a_checkout_so_that_its_plugin_needs_no_release():
    """A wheel that is built of it would ask the package index for a release of the same version."""
    installed = [words for words in lines() if words[:2] == ("pip", "install")]

    assert installed == [("pip", "install", "--editable", "../secure-ecr")]


def test_names_targets_of_make_and_programs_that_are_known():
    listed = subprocess.run(["make", "help"], cwd=layout.ROOT, capture_output=True, text=True, check=True).stdout
    made = {word for words in lines() if words[0] == "make" for word in words[1:] if word.isalpha()}

    assert {target for target in made if f"make {target} " not in listed} - {"env"} == set()
    assert {words[0] for words in lines()} - {"make", "aws", "secure-ecr"} <= OTHER_PROGRAMS


@pytest.mark.parametrize(
    "path", [path for path in GUIDES if pictures(path.read_text("utf-8"))], ids=lambda path: path.stem
)
def test_shows_the_pictures_that_the_commands_draw(tmp_path, path):
    """`python -m sandbox.guides NAME` draws them anew."""
    guide = path.read_text(encoding="utf-8")

    for command in pictures(guide):
        picture = re.search(r"--svg (\S+)", command)[1]
        here().do(command.replace(picture, str(tmp_path / "drawn.svg")))

        assert f"(../{picture.removeprefix('docs/')})" in guide
        assert (tmp_path / "drawn.svg").read_text(encoding="utf-8") == (layout.ROOT / picture).read_text(
            encoding="utf-8"
        )


def test_lists_the_actions_of_a_pull_of_a_push_and_of_managing_images():
    guide = (layout.ROOT / "docs" / "how-to" / "permissions.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:4] for line in guide.splitlines() if line.startswith(("| pull ", "| push ", "| manage "))]

    assert {
        task.strip(): (set(re.findall("`(.*?)`", own)), set(re.findall("`(.*?)`", all_))) for task, own, all_ in rows
    } == {
        "pull": (set(PULL_ACTIONS), set(LOGIN_ACTIONS)),
        "push": (set(PUSH_ACTIONS), set(LOGIN_ACTIONS)),
        "manage images": (set(ADMINISTRATION_ACTIONS), set()),
    }
