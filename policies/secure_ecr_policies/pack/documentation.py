"""
The catalogue of controls as a page, `docs/controls.md`, from the controls' own metadata.

    python -m secure_ecr_policies.pack.documentation > docs/controls.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from secure_ecr_policies.catalogue import CONTROLS
from secure_ecr_policies.pack.control import Control
from secure_ecr_policies.pack.settings import COMMON, Setting

_INTRODUCTION = """\
# The controls of the policy pack

<!-- Generated from the controls' metadata; `make docs` writes it anew. -->

`pulumi preview --policy-pack "$(secure-ecr pack path)"` judges every resource of a program by these controls,
whether or not it uses the components. Without a configuration the levels of the column *prod* hold.

**Kind.** A *resource* control judges one resource before it is registered: a mandatory one prevents it. A *stack*
control joins the resources of a stack and runs after them: at a preview it fails the preview, at an update that
nobody previewed it fails the update when the resources exist already.

**Verdicts.** *Pass*; *fail*; *exempt*: failed, and silenced by an exemption; *not applicable*: not the control's
business; *not evaluated*: it depends on a value that is known at the update only. The last is never a silent pass:
the setting `unknown` makes it an ordinary finding (`block`, the default), an advisory (`warn`), or nothing
(`allow`). Whatever is known of a document is judged all the same, and a key that is unknown counts as set.

**Configuration.** `--policy-pack-config FILE` names a JSON file of the form `{"<control>": {"enforcementLevel":
"mandatory", "<setting>": ...}}`. `secure-ecr pack check FILE` finds what is misspelt in it; the pack itself
reports that too, as a finding of the control on the root of the stack. The files of `policies/config/` are
generated from `source.json` and `exemptions.json` beside them.

**Exemptions.** An entry needs `control`, `resource` (logical name, name of the repository or URN; `*` stands for
anything), `owner`, `reason`, `ticket` and `expires` (its last day). What it silences stays visible as an advisory
of `exemption-listed`. One that is malformed or has expired exempts nothing and is a finding of
`exemption-invalid`, as is one that nothing needs any more.
"""


def render(controls: Iterable[Control] = CONTROLS) -> str:
    """Return the page."""
    listed = tuple(controls)
    rows = (
        f"| [{control.name}](#{control.name}) | {_kind(control)} | {control.severity} "
        f"| {control.levels.dev} | {control.levels.prod} | {control.description} |"
        for control in listed
    )
    table = "\n".join(("| control | kind | severity | dev | prod | what it asks |", "| --- " * 6 + "|", *rows))
    common = f"## Settings of every control\n\n{_settings(COMMON)}\n"
    return "\n".join((_INTRODUCTION, f"## All controls\n\n{table}\n", *map(_section, listed), common))


def _section(control: Control) -> str:
    paragraphs = [
        f"## {control.name}",
        control.description,
        f"*Why:* {control.reason}",
        f"*What to do:* {control.remediation}",
        f"*Looks at:* {', '.join(f'`{token}`' for token in control.types)}",
        f"*AWS:* <{control.url}>",
    ]
    if control.also_known_as:
        paragraphs.append(f"*Also known as:* {', '.join(control.also_known_as)}")
    if control.remedy:
        paragraphs.append("*Remediation:* at the level `remediate` the pack mends it itself.")
    if control.settings:
        paragraphs.append(_settings(control.settings))
    return "\n\n".join(paragraphs) + "\n"


def _settings(settings: Mapping[str, Setting]) -> str:
    rows = (f"| `{name}` | {setting.summary} | {setting.description} |" for name, setting in settings.items())
    return "\n".join(("| setting | type | meaning |", "| --- | --- | --- |", *rows))


def _kind(control: Control) -> str:
    return "resource" if control.judge else "stack"


if __name__ == "__main__":
    sys.stdout.write(render())
