"""Choose the engine: `pulumi` on PATH, else the official installer's, else a build from Go modules."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from sandbox import console, layout
from sandbox.bootstrap import hold
from sandbox.choices import OFFLINE_SECONDS, Choice, Unavailable, first_available, require_version
from sandbox.engine import build

OLDEST: Final = (3, 249, 0)
"""The first engine with `pulumi policy analyze --file`."""

INSTALLER: Final = "https://get.pulumi.com"
OFFICIAL: Final = layout.HOME / "official"


def usable(pulumi: str) -> str:
    """
    Return the version of *pulumi* when it can run this project, with the Python language host that belongs to it.

    Raises:
        Unavailable: It does not run, is too old, or has no Python language host beside it or on PATH.
    """
    own = {"PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": str(layout.PULUMI_HOME)}
    version = require_version(pulumi, OLDEST, **own)
    beside = os.pathsep.join([str(Path(pulumi).resolve().parent), search_path()])
    if not shutil.which("pulumi-language-python", path=beside):
        raise Unavailable(f"pulumi {version} on PATH has no pulumi-language-python")
    return version


def search_path() -> str:
    """Return PATH without the sandbox's own folder, which a shell after `make -s env` has in it."""
    parts = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(part for part in parts if Path(part) != layout.BIN)


def on_path() -> Choice:
    """Take `pulumi` from PATH when it is new enough."""
    pulumi = shutil.which("pulumi", path=search_path())
    if not pulumi:
        raise Unavailable("no pulumi on PATH")
    version = usable(pulumi)
    layout.BIN.unlink(missing_ok=True)  # an engine of an earlier choice would be found first
    return Choice("pulumi on PATH", version)


def installed() -> Choice:
    """Take the official release of the SDK's version, by the official installer, into the sandbox's own folder."""
    if not shutil.which("curl"):
        raise Unavailable("the official installer needs curl")
    version = importlib.metadata.version("pulumi")
    script = OFFICIAL / "install.sh"
    OFFICIAL.mkdir(parents=True, exist_ok=True)
    fetch = ["curl", "-fsSL", "--connect-timeout", str(OFFLINE_SECONDS), "-o", str(script), INSTALLER]
    if subprocess.run(fetch, capture_output=True, check=False).returncode:
        raise Unavailable(f"{INSTALLER} cannot be reached")
    run = ["sh", str(script), "--version", version, "--install-root", str(OFFICIAL), "--no-edit-path"]
    if subprocess.run(run, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode:
        raise Unavailable(f"the official installer did not install {version}")
    version = usable(str(OFFICIAL / "bin" / "pulumi"))
    build.place(OFFICIAL / "bin")
    return Choice("official installer", version)


def built() -> Choice:
    """Take the engine built from Go modules; of checkouts that share a cache one builds, and the others wait for it."""
    if (layout.CACHE / "engine" / build.content_key()).is_dir():
        return build.built()
    with hold(layout.CACHE / "lock", lambda: console.step("engine: another checkout builds it: waiting for it")):
        return build.built()


def choose() -> Choice:
    """Return the engine that can be had here, made ready for use; see `first_available` for errors."""
    return first_available("engine", (on_path, installed, built))


def still_valid(choice: Choice) -> bool:
    """Return whether what *choice* recorded is still there and, when built, built from today's source."""
    path = os.pathsep.join([str(layout.BIN), search_path()])
    return shutil.which("pulumi", path=path) is not None and choice.key in {"", build.content_key()}
