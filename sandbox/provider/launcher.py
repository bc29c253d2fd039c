"""Write the executable by which the engine starts the stand-in from its plugin folder."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from string import Template
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATE: Final = Path(__file__).with_name("pulumi-resource-aws.in")
NAME: Final = "pulumi-resource-aws"


def write_launcher(folder: Path, python: Path = Path(sys.executable)) -> Path:
    """
    Write the launcher into *folder*, which `pulumi plugin install resource aws VERSION --file` then takes.

    An executable, not a PulumiPlugin.yaml: with that the engine would start the Python language host first, and
    that one another Python, at each deployment. It is written and not committed because it names this checkout.
    """
    text = Template(TEMPLATE.read_text(encoding="utf-8"))
    launcher = folder / NAME
    # The path as it is: resolved, a virtual environment's interpreter would be the one it was made from.
    paths = {"python": shlex.quote(str(python.absolute())), "root": shlex.quote(str(ROOT))}
    launcher.write_text(text.substitute(paths), encoding="utf-8")
    launcher.chmod(0o755)
    return launcher
