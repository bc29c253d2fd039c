"""What registries.yaml declares: an estate for each account and Region, and the stack that has it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

import yaml
from ecr_model.findings import Finding, echo, join, nearest
from ecr_model.names import check_registry_id
from ecr_model.shapes import Text
from secure_ecr.arguments import at, judged, read
from secure_ecr.errors import refuse
from secure_ecr.estate import Estate, read_estate
from secure_ecr.locations import partition_of
from secure_ecr.push_role import ROLE_NAME

FILE = Path(__file__).with_name("registries.yaml")
PROGRAM = ("Pulumi.yaml", "__main__.py", "declaration.py")
PACKAGES = ("secure-ecr", "pulumi", "pulumi-aws")
PLACE = ("account_id", "region", "assume_role_arn")
"""Keys of an estate that say where it is; here `accounts` does."""

ACCOUNT = Text("account-name", "must be lower-case letters, digits and '-'", r"[a-z0-9-]+", 1, 40)
PROVIDER = Text("secrets-provider", "must be a key as awskms://alias/NAME?region=REGION", r"awskms://\S+", 1, 2048)


def check_object(value: object, field: str) -> tuple[Finding, ...]:
    """Return why *value* is no object; what is in it is judged as a part of its estate."""
    return () if isinstance(value, Mapping) else (Finding(field, "declaration", "must be an object", echo(value)),)


def check_regions(value: object, field: str) -> tuple[Finding, ...]:
    """Return why *value* is no object of Regions; `no` is a truth value in YAML, and 1 a number."""
    if found := check_object(value, field):
        return found
    if not value:
        return (Finding(field, "declaration", "must have at least one Region"),)
    strange = [key for key in cast("Mapping[object, object]", value) if not isinstance(key, str)]
    return tuple(Finding(field, "declaration", "must have Regions as keys", echo(key)) for key in strange)


@judged(estate=check_object, regions=check_regions)
class AccountArgs(TypedDict):
    """One account; below `regions` stands what a Region has beside `estate`."""

    account_id: str
    policies: str
    regions: dict[str, Any]
    estate: NotRequired[dict[str, Any]]


@judged(secrets_provider=PROVIDER.check, role_name=ROLE_NAME.check, estate=check_object)
class DeclarationArgs(TypedDict):
    """The keys of registries.yaml; below `estate` stands what every registry has."""

    secrets_provider: str
    role_name: str
    accounts: dict[str, AccountArgs]
    estate: NotRequired[dict[str, Any]]


@dataclass(frozen=True)
class Registry:
    """
    One account in one Region.

    Attributes:
        account: Its name in the declaration.
        region: The Region.
        estate: What its stack deploys.
        policies: The configuration by which the policy pack judges it.
    """

    account: str
    region: str
    estate: Estate
    policies: Path

    @property
    def stack(self) -> str:
        """Name of the stack; the name of an account has no dot in it."""
        return f"{self.account}.{self.region}"

    def fingerprint(self) -> str:
        """Return a text that is another one as soon as a deployment may be: by estate, pack, program or version."""
        texts = [json.dumps(self.estate, sort_keys=True), *(f"{name} {version(name)}" for name in PACKAGES)]
        files = [self.policies, *(FILE.with_name(name) for name in PROGRAM)]
        parts = [*(text.encode() for text in texts), *(file.read_bytes() for file in files)]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


@dataclass(frozen=True)
class Declaration:
    """All registries, and the key that encrypts the secrets in the states of their stacks."""

    secrets_provider: str
    registries: tuple[Registry, ...]


def load(path: Path = FILE, *, stack: str | None = None) -> Declaration:
    """
    Return what *path* declares, or raise DeclarationError with all that is wrong with it.

    Args:
        path: The declaration; configurations of the policy pack lie in `policies` beside it.
        stack: The one stack to judge and return; absent, all of them.
    """
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), OnceLoader)  # noqa: S506  # a SafeLoader
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        why = f"{error.problem} in line {mark.line + 1}" if isinstance(error, yaml.MarkedYAMLError) and mark else error
        refuse([Finding(path.name, "declaration", f"must be a readable YAML file: {why}")])
    declared, findings = read(DeclarationArgs, document)
    policies = path.with_name("policies")
    registries, mistakes = [], [*check_accounts(declared, policies)]
    for name, account in declared.get("accounts", {}).items():
        for region in account.get("regions", {}):
            if stack in {None, f"{name}.{region}"}:
                registry, wrong = registry_of(declared, name, region, policies)
                registries.append(registry)
                mistakes += wrong
    if stack and not registries:
        requirement, fix = "must declare the account and the Region of the stack", "select a stack that it declares"
        mistakes.append(Finding(path.name, "declaration", requirement, echo(stack), fix))
    # Where a part could not be read, what is missing without it is no mistake of its own
    refuse([*findings, *(each for each in mistakes if not (findings and each.requirement == "must be given"))])
    return Declaration(declared["secrets_provider"], tuple(registries))


def check_accounts(declared: Mapping[str, Any], policies: Path) -> Iterator[Finding]:
    """Yield what is wrong with the names of accounts, ids that stand twice, and configurations that are not there."""
    owners: dict[str, str] = {}
    known = sorted(file.stem for file in policies.glob("*.json"))
    if declared.get("accounts") == {}:
        yield Finding("accounts", "declaration", "must have at least one account")
    for name, account in declared.get("accounts", {}).items():
        here, account_id = at("accounts", name), account.get("account_id")
        yield from ACCOUNT.check(name, here)
        if account_id and (owner := owners.setdefault(account_id, name)) != name:
            fix = f"put the Regions of both below {owner!r}"
            yield Finding(join(here, "account_id"), "account", "must be declared once", echo(account_id), fix)
        if (wanted := account.get("policies", known)) not in (known, *known):
            requirement = "must be a configuration of the policy pack in the folder policies"
            fix = f"write {nearest(wanted, known) or ' or '.join(known)}"
            yield Finding(join(here, "policies"), "policies", requirement, echo(wanted), fix)


def registry_of(declared: Mapping[str, Any], name: str, region: str, policies: Path) -> tuple[Registry, list[Finding]]:
    """Return the registry of account *name* in *region*, as far as it could be read, and what is wrong with it."""
    here, account = at("accounts", name), declared["accounts"][name]
    field = at(join(here, "regions"), region)
    layers = {
        "estate": declared.get("estate", {}),
        join(here, "estate"): account.get("estate", {}),
        field: {} if account["regions"][region] is None else account["regions"][region],
    }
    estate, origin = merged(layers)
    estate["region"], origin["region"] = region, field
    if "account_id" in account:
        account_id = estate["account_id"] = account["account_id"]
        origin["account_id"] = join(here, "account_id")
        if "role_name" in declared and not check_registry_id(account_id):
            estate["assume_role_arn"] = f"arn:{partition_of(region)}:iam::{account_id}:role/{declared['role_name']}"
    checked, found = read_estate(estate, "")
    mistakes = [*check_layers(layers), *(written(finding, origin) for finding in found)]
    return Registry(name, region, checked, policies / f"{account.get('policies')}.json"), mistakes


def check_layers(layers: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with parts of an estate, by their paths, that is not seen in the whole of it."""
    for field, layer in layers.items():
        yield from check_object(layer, field)
        for key in PLACE:
            if isinstance(layer, Mapping) and key in layer:
                yield Finding(join(field, key), "estate", "must be absent: accounts says where a registry is")


def merged(layers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """
    Return the estate of which *layers* are the parts, and from each path in it to that at which it is written.

    A later layer goes before an earlier one: key by key, and in `repositories`, `defaults` and `tags` entry by entry.
    """
    estate: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for field, layer in layers.items():
        for key, value in layer.items() if isinstance(layer, Mapping) else ():
            origin[at("", key)] = at(field, key)
            if isinstance(value, Mapping):
                origin |= {at(key, name): at(at(field, key), name) for name in value}
                below = estate.get(key)
                value = {**below, **value} if isinstance(below, Mapping) else value  # noqa: PLW2901  # merged, not changed
            estate[key] = value
    return estate, origin


def written(finding: Finding, origin: Mapping[str, str]) -> Finding:
    """Return *finding* with the path at which its value is written, so that what all registries share is told once."""
    for path in sorted(origin, key=len, reverse=True):
        if finding.field == path or finding.field.startswith((f"{path}.", f"{path}[")):
            return replace(finding, field=origin[path] + finding.field.removeprefix(path))
    return finding.at("estate")


class OnceLoader(yaml.SafeLoader):
    """Reads YAML in which no key of an object stands twice: of two accounts with one name the first would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  # yaml's
        """Return the object of *node*, or raise ConstructorError for a key that stands twice."""
        keys: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in keys:
                raise yaml.constructor.ConstructorError(problem=f"{key.value!r} twice", problem_mark=key.start_mark)
            keys.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping
