"""What `import secure_ecr` gives, and what it costs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
import secure_ecr

SOURCES = sorted(Path(secure_ecr.__file__).parent.glob("*.py"))


def loaded_by(statement):
    """Return the modules that a fresh interpreter has loaded after *statement*."""
    script = f"import sys, json\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    return json.loads(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("name", secure_ecr.__all__)
def test_gives_every_public_name(name):
    assert getattr(secure_ecr, name).__name__ == name


def test_has_one_list_of_names():
    tree = ast.parse(Path(secure_ecr.__file__).read_text(encoding="utf-8"))
    typed = [alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]

    assert (
        sorted(secure_ecr.__all__)
        == sorted(secure_ecr._MODULES)
        == sorted({*typed} - {"import_module", "TYPE_CHECKING"})
    )
    assert set(secure_ecr.__all__) <= set(dir(secure_ecr))


def test_knows_no_other_name():
    with pytest.raises(AttributeError, match="has no attribute 'SecureRepositry'"):
        _ = secure_ecr.SecureRepositry


def services(modules):
    """Return the services of the AWS SDK among *modules*."""
    return {module.split(".")[1] for module in modules if module.startswith("pulumi_aws.") and module.count(".") > 1}


def test_loads_no_service_of_the_aws_sdk_before_a_resource_is_made():
    """The SDK loads a service when it is first touched; all of them together cost seconds."""
    assert services(loaded_by("from secure_ecr import *")) == set()


def test_loads_ecr_alone_for_a_repository():
    touched = "import secure_ecr.secure_repository as module; module.ecr.Repository"

    assert services(loaded_by(touched)) == {"ecr"}


def test_loads_what_is_known_of_policies_for_those_who_grant_something():
    assert "ecr_model.access" not in loaded_by("import secure_ecr.secure_repository")


def constructions(path):
    """Return the calls in *path* that make a resource of a provider or a component."""
    services = ("ecr", "iam", "kms", "aws", "ec2", "vpc", "ecrpublic", "cloudwatch", "sns")
    components = {"SecureRepository", "RepositoryKey", "PushRole", "ReplicationTopology"}
    return [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (
            (
                isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in services
                and node.func.attr[0].isupper()
            )
            or (isinstance(node.func, ast.Name) and node.func.id in components)
        )
    ]


COMPONENTS = [path for path in SOURCES if "ComponentResource)" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_every_child_has_its_component_as_parent(path):
    """Mocks show parents only of what a test registers; this reads every line that could."""
    made = constructions(path)

    assert made
    for call in made:
        given = [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "opts"]
        given += [ast.unparse(argument) for argument in call.args[2:3]]
        assert len(given) == 1, f"line {call.lineno} passes no opts"
        assert given[0] == "child" or "parent=self" in given[0], f"line {call.lineno}: {given[0]}"


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_components_postpone_no_annotation(path):
    """The SDK's schema reads annotations as objects; a postponed one is a text, on which it fails."""
    assert "from __future__ import annotations" not in path.read_text(encoding="utf-8")
