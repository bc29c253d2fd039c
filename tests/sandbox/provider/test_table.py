"""Hold the table to the installed SDK, which is generated from the official plugin's own schema."""

from __future__ import annotations

import importlib
import inspect
import keyword
import re
import subprocess
import sys

import pytest

from sandbox import layout
from sandbox.provider.errors import ProviderError
from sandbox.provider.identifiers import predicted_id
from sandbox.provider.table import SERVICES, TABLE, iam, kms, lookup
from tests.sandbox.provider.cases import CASES, name_of

# The SDK's modules of EC2 and Lambda define deprecated classes, and say so to whoever loads them.
pytestmark = [
    pytest.mark.filterwarnings("ignore:aws.ec2/encryptioncontrol:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:aws.lambda/microvmsimage:DeprecationWarning"),
]

types = pytest.mark.parametrize("type_name", TABLE, ids=[name_of(type_name) for type_name in TABLE])


def sdk(type_name):
    """Return the SDK's module of *type_name* and the class in it."""
    module, _, name = type_name.removeprefix("aws:").partition("/")[0], *type_name.rpartition(":")[1:]
    module = f"{module}_" if keyword.iskeyword(module) else module
    file = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    # The SDK loads its modules at the first attribute; a submodule imported before that leaves them half loaded.
    getattr(importlib.import_module(f"pulumi_aws.{module}"), name)
    return importlib.import_module(f"pulumi_aws.{module}.{file}"), name


def wire_name(name):
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)


def parameters(function):
    """Return the wire names of the properties that a generated `__init__` takes, with their annotations."""
    found = inspect.signature(function).parameters
    return {wire_name(name): str(each.annotation) for name, each in found.items() if not name.startswith("__")}


def members(module, annotation):
    """Return the properties of the object that *annotation* speaks of, and which of them it requires."""
    name = re.search(r"'(\w+Args)'", annotation)[1]
    class_ = getattr(importlib.import_module(f"{module.__package__}._inputs"), name)
    found = inspect.signature(class_.__init__).parameters
    required = {wire_name(key) for key, each in found.items() if each.default is inspect.Parameter.empty} - {"Self"}
    return parameters(class_.__init__), {key for key in required if not key.startswith("_")}


@types
def test_has_the_inputs_of_the_sdk(type_name):
    module, name = sdk(type_name)
    entry = TABLE[type_name]

    assert set(entry.properties) - {"tagsAll"} == set(parameters(getattr(module, f"{name}Args").__init__))
    missing = set(re.findall(r"Missing required property '(\w+)'", inspect.getsource(module)))
    assert {key for key, rule in entry.inputs.items() if rule.required} == {wire_name(key) for key in missing}


@types
def test_has_the_outputs_of_the_sdk(type_name):
    module, name = sdk(type_name)
    entry = TABLE[type_name]

    assert {*entry.properties, *entry.outputs} == set(parameters(getattr(module, f"_{name}State").__init__))
    assert not {*entry.properties} & {*entry.outputs}


@types
def test_has_the_members_of_the_sdk(type_name):
    module, name = sdk(type_name)
    annotations = parameters(getattr(module, f"{name}Args").__init__)
    pending = [(rule, annotations[key]) for key, rule in TABLE[type_name].inputs.items() if rule.fields]

    while pending:
        rule, annotation = pending.pop()
        found, required = members(module, annotation)
        assert set(rule.fields) == set(found)
        assert {key for key, member in rule.fields.items() if member.required} == required
        pending += [(member, found[key]) for key, member in rule.fields.items() if member.fields]


@types
def test_imports_by_an_id_of_the_form_that_the_sdk_documents(type_name):
    module, _ = sdk(type_name)
    documented = re.search(rf"pulumi import {type_name} \S+ (\S+)", inspect.getsource(module))[1]

    words = re.compile(r"[0-9a-zA-Z_./-]+")
    assert words.sub("x", documented) == words.sub("x", CASES[type_name].import_id)


@types
def test_replaces_for_the_inputs_that_the_cases_name(type_name):
    entry = TABLE[type_name]

    replacing = {key for key, rule in entry.properties.items() if rule.replaces or rule.switches}
    assert replacing == set(CASES[type_name].replaces)


@types
def test_says_where_its_facts_come_from(type_name):
    module, name = sdk(type_name)

    assert f"{module.__package__}.{name}" in TABLE[type_name].sources
    assert any(source.startswith("Terraform AWS provider") for source in TABLE[type_name].sources)


def test_calls_the_services_of_its_types():
    assert {entry.service for entry in TABLE.values()} | {"sts"} == SERVICES


def test_loads_what_a_deployment_needs_and_no_more():
    program = """
import sys
from sandbox.provider import servicer
from sandbox.provider.table import lookup
lookup("aws:ecr/repository:Repository")
print([name.rpartition(".")[2] for name in sorted(sys.modules) if name.startswith("sandbox.provider.table.")])
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=layout.ROOT)

    assert done.stdout.strip() == "['ecr_creation', 'ecr_registry', 'ecr_repository']"


def test_names_the_type_it_does_not_know_and_where_one_is_added():
    with pytest.raises(ProviderError) as error:
        lookup("aws:ecr/repositry:Repositry")

    assert str(error.value) == (
        "aws:ecr/repositry:Repositry: must be a type that the sandbox's stand-in for the aws provider knows, "
        "got a stranger; did you mean aws:ecr/repository:Repository; "
        "add an entry to sandbox/provider/table/__init__.py, or use the official plugin"
    )


@pytest.mark.parametrize(
    ("type_name", "inputs", "expected"),
    [
        pytest.param("aws:ecr/repository:Repository", {"name": "team/app"}, "team/app", id="one-input"),
        pytest.param("aws:iam/rolePolicy:RolePolicy", {"role": "r", "name": "p"}, "r:p", id="two-inputs"),
        pytest.param(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": "r", "policyArn": "p"}, "r/p", id="separator"
        ),
        pytest.param("aws:iam/rolePolicy:RolePolicy", {"role": "r", "namePrefix": "p"}, None, id="one-is-missing"),
        pytest.param("aws:kms/key:Key", {"description": "d"}, None, id="decided-by-aws"),
        pytest.param("aws:s3/bucket:Bucket", {"name": "b"}, None, id="unknown-type"),
    ],
)
def test_predicts_an_id_where_the_inputs_decide_it(type_name, inputs, expected):
    assert predicted_id(type_name, inputs) == expected


@pytest.mark.parametrize(
    ("same", "one", "other", "expected"),
    [
        pytest.param(kms.same_key, "arn:aws:kms:eu-west-1:1:key/k", "k", True, id="key-and-its-arn"),
        pytest.param(kms.same_key, "k", "l", False, id="two-keys"),
        pytest.param(iam.same_url, "https://gitlab.com/", "gitlab.com", True, id="url-without-scheme"),
        pytest.param(iam.same_url, "https://gitlab.com", "github.com", False, id="two-urls"),
    ],
)
def test_knows_what_is_the_same(same, one, other, expected):
    assert same(one, other) is expected
