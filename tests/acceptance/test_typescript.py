"""
The components in TypeScript: the SDK that the engine generates, and programs that compile against it.

The programs run inline, in the Automation API's own process: an engine that was built from Go modules has no host for
Node.js, and the official one runs them in the same way.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from unittest.mock import ANY

import pytest
from secure_ecr.plugin import COMPONENTS

from sandbox import layout
from sandbox.guides import blocks
from tests.acceptance.every_component import (
    CACHES,
    PROGRAMS,
    PYTHON,
    YAML,
    configure_network,
    declare,
    declare_python,
    plugin,
    resources,
)
from tests.acceptance.repositories import aws, pulumi_home, stacks
from tests.sandbox.provider.conftest import Stack, folder_of_engine

pytestmark = pytest.mark.acceptance

__all__ = ["aws", "plugin", "pulumi_home", "stacks"]  # the fixtures of these tests

EXAMPLE = layout.ROOT / "examples" / "typescript"
NODE = {"name": "t", "runtime": "nodejs"}
PACK = str(layout.ROOT / "policies")
REPOSITORY = f"123456789012.dkr.ecr.{layout.REGION}.amazonaws.com/payments/api"


def run(stack, *command, fails=False):
    """Run *command* in the folder of a stack and return what it said; it must succeed, or fail when told so."""
    done = subprocess.run(
        command,
        cwd=stack.folder,
        env=stack.environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert (done.returncode != 0) is fails, done.stdout
    return done.stdout


def compile_strictly(stack):
    """Compile the program of a stack."""
    run(stack, "npx", "tsc", "--strict")


def inline(stack, *arguments, fails=False):
    """Run the compiled program of a stack inline and return what the engine said."""
    return run(stack, "node", "bin/automation.js", *arguments, fails=fails)


def changes(said):
    """Return the numbers of resources at the end of what the engine *said*, by operation."""
    counted = re.findall(r"^ +(?:[^\w\s]+ )?(\d+) (.+)$", said.partition("Resources:\n")[2], re.MULTILINE)
    return {operation: int(number) for number, operation in counted}


@pytest.fixture(scope="module")
def example(aws, pulumi_home, plugin, tmp_path_factory):
    """Return the example's stack, with the package added as its README says."""
    folder = Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("example") / "typescript"))
    environment = layout.environment(aws, home=pulumi_home, state=tmp_path_factory.mktemp("state"))
    path = f"{folder_of_engine()}{os.pathsep}{environment['PATH']}"
    stack = Stack(folder, environment | CACHES | {"PATH": path, "PULUMI_STACK": "sandbox", "NO_COLOR": "1"})
    run(stack, "pulumi", "package", "add", str(plugin), "--non-interactive")
    stack.pulumi("stack", "init", "sandbox")
    return stack


@pytest.fixture(scope="module")
def stack(stacks, example, plugin):
    """Return a stack of other programs with the example's installed packages."""
    made = stacks("ts", region=layout.REGION)
    made.environment = dict(made.environment) | CACHES
    (made.folder / "__main__.py").unlink()
    (made.folder / "node_modules").symlink_to(example.folder / "node_modules")
    for name in ("automation.ts", "tsconfig.json"):
        shutil.copy(EXAMPLE / name, made.folder)
    declare(made, plugin, NODE)
    return made


def sources(folder):
    """Return the files of an SDK by their paths, without what its installation has added."""
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in {"bin", "node_modules"}
    }


def test_the_sdk_is_that_of_the_committed_schema(example, tmp_path):
    schema = layout.ROOT / "components" / "schema.json"
    run(example, "pulumi", "package", "gen-sdk", schema, "--language", "nodejs", "--local", "--out", tmp_path)

    generated = sources(tmp_path / "nodejs")

    assert generated == sources(example.folder / "sdks" / "secure-ecr")
    assert {f"{component.__name__[0].lower()}{component.__name__[1:]}.ts" for component in COMPONENTS} <= set(generated)


def test_adding_the_package_leaves_the_manifests_as_they_are_committed(example):
    """What the SDK depends on is in the lock, so that nothing is resolved anew."""
    for name in ("package.json", "package-lock.json"):
        assert json.loads((example.folder / name).read_bytes()) == json.loads((EXAMPLE / name).read_bytes())


def test_the_lock_names_no_registry_and_holds_the_digest_of_every_package():
    packages = json.loads((EXAMPLE / "package-lock.json").read_bytes())["packages"]
    ours = {"", "sdks/secure-ecr", "node_modules/@pulumi/secure-ecr"}

    assert {name for name, package in packages.items() if "resolved" in package} == {"node_modules/@pulumi/secure-ecr"}
    assert {name for name, package in packages.items() if "integrity" not in package} == ours


@pytest.fixture
def destroyed(example):
    """Destroy in the end what the example has deployed."""
    yield
    example.pulumi("state", "unprotect", "--all", "--yes")
    example.pulumi("destroy", "--yes", "--skip-preview")


def test_the_example_is_deployed_under_the_pack_and_settled(example, destroyed):
    compile_strictly(example)

    said = inline(example, "preview", "sandbox", PACK)

    assert changes(said) == {"to create": 11}
    assert re.findall(r"\[(?:advisory|mandatory)\].*", said) == []

    inline(example, "up", "sandbox", PACK)

    assert json.loads(example.pulumi("stack", "output", "--json")) == {"pushRoleArn": ANY, "url": REPOSITORY}
    assert {
        f"{each['type'].rpartition(':')[2]} {urn.rpartition('::')[2]}" for urn, each in resources(example).items()
    } == {
        "Stack typescript-sandbox",
        "RepositoryKey registry",
        "Key registry",
        "Alias registry-alias",
        "SecureRepository api",
        "Repository api",
        "LifecyclePolicy api-lifecycle",
        "PushRole ci",
        "Role ci",
        "RolePolicy ci-policy",
        "OpenIdConnectProvider ci-provider",
    }
    assert changes(inline(example, "preview", "sandbox", PACK)) == {"unchanged": 11}


def test_typescript_yaml_and_python_get_the_same_resources(stack, plugin, aws):
    configure_network(stack, aws)
    shutil.copy(PROGRAMS / "index.ts", stack.folder)
    compile_strictly(stack)

    inline(stack, "up", "ts")
    deployed = resources(stack)

    declare(stack, plugin, YAML)
    assert set(changes(stack.up())) == {"unchanged"}
    assert resources(stack) == deployed

    declare_python(stack)
    assert set(changes(stack.up())) == {"unchanged"}
    assert resources(stack) == deployed

    declare(stack, plugin, NODE)
    assert set(changes(inline(stack, "up", "ts"))) == {"unchanged"}
    assert resources(stack) == deployed
    assert {each["type"] for each in deployed.values()} >= {
        f"secure-ecr:index:{component.__name__}" for component in COMPONENTS
    }


SECURE_REPOSITORY = 'new ecr.SecureRepository("x", { repositoryName: "app", %s });'
WRONG_TYPES = {
    'new ecr.SecureRepository("x", { repositoryName: 5 });': (
        "TS2322: Type 'number' is not assignable to type 'string'."
    ),
    'new ecr.SecureRepository("x", { repositoryName: pulumi.output("app") });': (
        "TS2322: Type 'Output<string>' is not assignable to type 'string'."
    ),
    'new ecr.SecureRepository("x", { tags: {} });': (
        "TS2345: Argument of type '{ tags: {}; }' is not assignable to parameter of type 'SecureRepositoryArgs'."
    ),
    SECURE_REPOSITORY % "scanOnPsh: true": (
        "TS2561: Object literal may only specify known properties, but 'scanOnPsh' does not exist in type"
        " 'SecureRepositoryArgs'. Did you mean to write 'scanOnPush'?"
    ),
    SECURE_REPOSITORY % 'lifecycle: { untagged: { days: "7" } }': (
        "TS2322: Type 'string' is not assignable to type 'number'."
    ),
    SECURE_REPOSITORY % "lifecycle: { untaged: { days: 7 } }": (
        "TS2561: Object literal may only specify known properties, but 'untaged' does not exist in type"
        " 'LifecycleArgsArgs'. Did you mean to write 'untagged'?"
    ),
    SECURE_REPOSITORY % 'access: { pull: { accountId: "123456789012" } }': (
        "TS2353: Object literal may only specify known properties, and 'accountId' does not exist in type"
        " 'GrantArgsArgs[]'."
    ),
    'new ecr.RepositoryKey("x").keyArm;': (
        "TS2551: Property 'keyArm' does not exist on type 'RepositoryKey'. Did you mean 'keyArn'?"
    ),
}
"""What the compiler says of each line."""


@pytest.fixture(scope="module")
def compiled(stack):
    """Compile the programs of the guide and a file of wrong lines; return what the compiler says of each line."""
    guide = (layout.ROOT / "docs" / "how-to" / "languages.md").read_text(encoding="utf-8")
    programs = [block.text for block in blocks(guide) if block.kind == "typescript"]
    imports = ['import * as pulumi from "@pulumi/pulumi";', 'import * as ecr from "@pulumi/secure-ecr";']
    files = {f"guide{number}.ts": program.splitlines() for number, program in enumerate(programs)}
    files["wrong.ts"] = [*imports, *WRONG_TYPES]
    for name, lines in files.items():
        (stack.folder / name).write_text("\n".join(lines), encoding="utf-8")

    said = run(stack, "npx", "tsc", "--strict", "--noEmit", "--pretty", "false", *files, fails=True)

    found = re.findall(r"^(\S+)\((\d+),\d+\): error (.*)", said, re.MULTILINE)
    return {name: {files[name][int(line) - 1]: text for file, line, text in found if file == name} for name in files}


def test_the_programs_of_the_guide_compile(compiled):
    assert compiled == {"guide0.ts": {}, "wrong.ts": ANY}


def test_a_wrong_type_does_not_compile(compiled):
    assert compiled["wrong.ts"] == WRONG_TYPES


MISTAKES = {
    ("repository_name", "repositoryName"): (
        "must be lower-case letters and digits, separated by '.', '_', '__', hyphens or '/',"
        " got 'Team/App'; write 'team/app'"
    ),
    ("mutable_tag_patterns[0]", "mutableTagPatterns[0]"): "must have at most 2 '*', got 'a*b*c*'",
    ("lifecycle.untaged", "lifecycle.untaged"): "must be a known key, got 'untaged'; write 'untagged'",
    ("lifecycle.keep[0]", "lifecycle.keep[0]"): "must have one of 'count' or 'days', got none",
    ("access.pull[0].account_id", "access.pull[0].accountId"): (
        "must be an account id of 12 digits, got 11 characters: '12345678901'"
    ),
}
"""What is said of five mistakes that types let through, by their paths in Python and in TypeScript."""

WRONG_IN_TYPESCRIPT = """
import * as ecr from "@pulumi/secure-ecr";

new ecr.SecureRepository("wrong", {
    repositoryName: "Team/App",
    mutableTagPatterns: ["a*b*c*"],
    lifecycle: { keep: [{ tagPatterns: ["v*"] }], ...JSON.parse('{"untaged": {"days": 3}}') },
    access: { pull: [{ accountId: "12345678901" }] },
});
"""

WRONG_IN_PYTHON = """
import secure_ecr

with secure_ecr.reported():
    secure_ecr.SecureRepository(
        "wrong",
        {
            "repository_name": "Team/App",
            "mutable_tag_patterns": ["a*b*c*"],
            "lifecycle": {"keep": [{"tag_patterns": ["v*"]}], "untaged": {"days": 3}},
            "access": {"pull": [{"account_id": "12345678901"}]},
        },
    )
"""


def test_a_wrong_declaration_is_refused_in_the_words_of_its_language(stack, plugin):
    before = resources(stack)
    (stack.folder / "Pulumi.yaml").write_text(json.dumps(PYTHON), encoding="utf-8")
    (stack.folder / "__main__.py").write_text(WRONG_IN_PYTHON, encoding="utf-8")
    in_python = stack.pulumi("up", "--yes", "--skip-preview", fails=True).partition("Diagnostics:")[2]
    declare(stack, plugin, NODE)
    (stack.folder / "index.ts").write_text(WRONG_IN_TYPESCRIPT, encoding="utf-8")
    compile_strictly(stack)
    in_typescript = inline(stack, "up", "ts", fails=True)

    assert dict(re.findall(r"wrong\.(\S+): (.*)", in_python)) == {path: text for (path, _), text in MISTAKES.items()}
    assert dict(re.findall(r"- property (\S+) with value .* has a problem: (.*)", in_typescript)) == {
        path: text for (_, path), text in MISTAKES.items()
    }
    assert "Traceback" not in in_python + in_typescript
    assert resources(stack) == before
