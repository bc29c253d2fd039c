"""
The configuration that the engine reads: checked, and generated for each environment from one short source.

The engine knows settings of one control, not of the pack, so its files repeat every shared setting in each
control's block, and each exemption in the block of its control. `source.json` says every thing once:

    {"all": {"mutable_tags": ["branch-*"]},
     "prod": {"column": "prod", "unknown": "block", "account_id": "111122223333",
              "controls": {"ecr-repository-name": {"enforcementLevel": "advisory"}}}}

A name that is a setting goes to every control that has it; what stands under `controls` goes to one. What an
environment says wins over `all`. `exemptions.json`, beside it, holds {"exemptions": [...]}, each for all
environments or for those that its `environments` lists.

    python -m secure_ecr_policies.pack.configuration [FOLDER]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ecr_model.documents import member, read_document
from ecr_model.findings import Finding, ModelError, echo, join, nearest, refuse
from ecr_model.shapes import alternatives, entries, is_list

from secure_ecr_policies.catalogue import CONTROLS, NAMES
from secure_ecr_policies.pack.control import Control
from secure_ecr_policies.pack.exemptions import check_exemption
from secure_ecr_policies.pack.settings import COMMON, Setting, check_settings

FOLDER = Path(__file__).parents[2] / "config"
"""Where the files of this project's own environments are."""

LEVELS = ("mandatory", "advisory", "remediate", "disabled")
COLUMNS = ("dev", "prod")
MAX_CHARACTERS = 1_000_000
"""Characters of one file: far above what anybody writes, and below what would take long to read."""

_LEVEL = Setting("string", "How strictly the control is enforced.", choices=LEVELS)
_COLUMN = Setting("string", "Whose levels hold where nothing else is said.", choices=COLUMNS)
_BLOCKS = {control.name: {"enforcementLevel": _LEVEL, **COMMON, **control.settings} for control in CONTROLS}
_SHARED = {name: setting for block in _BLOCKS.values() for name, setting in block.items() if name != "enforcementLevel"}


def check_configuration(value: Mapping[str, object]) -> tuple[Finding, ...]:
    """
    Return what is wrong with a configuration as the engine reads it: {control: level or settings}.

    The engine itself refuses wrong types; a misspelt control or setting it passes over.

    Source: Pulumi documentation, "Configuring Policy Packs": the key `all` sets the level of every control.
    """
    return tuple(
        finding
        for name, block in value.items()
        for finding in (
            _LEVEL.check(block, "all") if name == "all" else _check_block(name, block, member("", name) or echo(name))
        )
    )


def build_configurations(
    source: Mapping[str, object], exemptions: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    """
    Return the configuration of each environment of *source*, for the engine.

    Raises:
        ModelError: With everything that is wrong in both files.
    """
    refuse((*_check_source(source), *_check_exemptions(exemptions, [name for name in source if name != "all"])))
    shared = _object(source.get("all"))
    return {
        environment: _build(shared, _object(said), _of_environment(exemptions, environment))
        for environment, said in source.items()
        if environment != "all"
    }


def read_file(path: Path) -> Mapping[str, object]:
    """
    Return the JSON object in *path*.

    Raises:
        OSError: It cannot be read.
        ModelError: It is no JSON object.
    """
    value, findings = read_document(path.read_bytes(), field=path.name, longest=MAX_CHARACTERS)
    refuse(findings)
    return value or {}


def write_configurations(folder: Path = FOLDER) -> None:
    """Write `<environment>.json` into *folder* for each environment of its source."""
    exemptions = folder / "exemptions.json"
    built = build_configurations(
        read_file(folder / "source.json"), read_file(exemptions) if exemptions.exists() else {}
    )
    for environment, configuration in built.items():
        (folder / f"{environment}.json").write_text(render(configuration), encoding="utf-8")


def render(configuration: Mapping[str, object]) -> str:
    """Return the text of a configuration's file."""
    return json.dumps(configuration, indent=2, ensure_ascii=False) + "\n"


def _check_block(name: str, block: object, path: str) -> Iterator[Finding]:
    if name not in _BLOCKS:
        near = nearest(name, NAMES)
        fix = f"write {near!r}" if near else "docs/controls.md lists them"
        yield Finding(path, "configuration-control", "is not a control of the pack", fix=fix)
    elif isinstance(block, Mapping):
        yield from (finding.at(path) for finding in check_settings(_BLOCKS[name], block))
        for index, entry in enumerate(entries(block.get("exemptions"))):
            where = join(path, f"exemptions[{index}]")
            yield from check_exemption(entry, where, NAMES)
            yield from _check_place(entry, name, where)
    else:
        yield from _LEVEL.check(block, path)


def _check_place(exemption: object, name: str, path: str) -> Iterator[Finding]:
    """Yield that an exemption in the block of the control *name* is of another control, which does not see it."""
    control = _object(exemption).get("control")
    if control in NAMES and name not in (control, "exemption-invalid"):
        requirement, fix = "must be the control in whose block it stands", f"move it to the block of {control!r}"
        yield Finding(join(path, "control"), "exemption-control", requirement, echo(control), fix)


def _check_source(source: Mapping[str, object]) -> Iterator[Finding]:
    for environment, said in source.items():
        if not isinstance(said, Mapping):
            yield Finding(environment, "configuration-environment", "must be an object", echo(said))
            continue
        known = {**_SHARED, "controls": Setting("object", "What one control alone is told.")}
        if environment != "all":
            known["column"] = _COLUMN
            if "column" not in said:
                path = join(environment, "column")
                yield Finding(path, "configuration-column", f"must be given: {alternatives(COLUMNS)}")
        yield from (finding.at(environment) for finding in check_settings(known, said))
        for name, block in _object(said.get("controls")).items():
            yield from _check_block(name, block, join(environment, f"controls.{name}"))


def _check_exemptions(exemptions: Mapping[str, object], environments: Sequence[str]) -> Iterator[Finding]:
    listed = exemptions.get("exemptions", [])
    if not is_list(listed):
        yield Finding("exemptions", "exemption", "must be a list", echo(listed))
    for index, entry in enumerate(entries(listed)):
        path = f"exemptions[{index}]"
        yield from check_exemption(_without_environments(entry), path, NAMES)
        for name in entries(_object(entry).get("environments")):
            if name not in environments:
                where = join(path, "environments")
                yield Finding(where, "exemption-environment", f"must be {alternatives(environments)}", echo(name))


def _build(
    shared: Mapping[str, object], said: Mapping[str, object], exemptions: list[Mapping[str, object]]
) -> dict[str, object]:
    return {control.name: _build_block(control, shared, said, exemptions) for control in CONTROLS}


def _build_block(
    control: Control,
    shared: Mapping[str, object],
    said: Mapping[str, object],
    exemptions: list[Mapping[str, object]],
) -> object:
    level = control.levels.prod if said["column"] == "prod" else control.levels.dev
    block: dict[str, object] = {"enforcementLevel": level}
    for words in (shared, said):
        block |= {name: words[name] for name in _BLOCKS[control.name] if name in words}
        own = _object(words.get("controls")).get(control.name, {})
        block |= own if isinstance(own, Mapping) else {"enforcementLevel": own}
    # exemption-invalid sees them all, also those of controls that judge nothing here
    if mine := [e for e in exemptions if control.name in (e["control"], "exemption-invalid")]:
        block["exemptions"] = mine
    return "disabled" if block["enforcementLevel"] == "disabled" else block


def _of_environment(exemptions: Mapping[str, object], environment: str) -> list[Mapping[str, object]]:
    listed = [_object(entry) for entry in entries(exemptions.get("exemptions"))]
    return [
        _object(_without_environments(entry))
        for entry in listed
        if environment in entries(entry.get("environments", [environment]))
    ]


def _without_environments(entry: object) -> object:
    if not isinstance(entry, Mapping):
        return entry
    return {key: value for key, value in entry.items() if key != "environments"}


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def main(arguments: list[str]) -> int:
    """Generate the files of the folder named by *arguments*, this project's own without one."""
    try:
        write_configurations(Path(arguments[0]) if arguments else FOLDER)
    except (ModelError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
