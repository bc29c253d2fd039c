"""Choose the `aws` provider plugin: the official one where it can be downloaded, else the stand-in."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from sandbox import layout
from sandbox.choices import OFFLINE_SECONDS, Choice, SetUpError, Unavailable, first_available

SITE: Final = "https://get.pulumi.com"


def plugin_folder() -> Path:
    """Return where the engine keeps the plugin of the installed SDK's version."""
    return layout.PULUMI_HOME / "plugins" / f"resource-aws-v{sdk_version()}"


def sdk_version() -> str:
    """Return the version of the installed `pulumi_aws`, which decides the plugin's."""
    return importlib.metadata.version("pulumi-aws")


def install(*source: str) -> subprocess.CompletedProcess[str]:
    """Install the plugin by the engine, from its download site or from `--file DIR`."""
    command = ["pulumi", "plugin", "install", "resource", "aws", sdk_version(), "--reinstall", *source]
    environment = layout.environment(endpoint="")
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def official() -> Choice:
    """Take the official plugin when its download site answers."""
    try:
        with urllib.request.urlopen(SITE, timeout=OFFLINE_SECONDS):
            pass
    except urllib.error.HTTPError:
        pass  # it answers
    except OSError as error:
        raise Unavailable(f"{SITE} cannot be reached") from error
    if install().returncode:
        raise Unavailable(f"the official plugin {sdk_version()} cannot be installed")
    return Choice("official plugin", sdk_version())


def stand_in() -> Choice:
    """
    Take the stand-in: its launcher is installed, its source stays in this folder.

    Raises:
        SetUpError: The engine does not install it.
    """
    from sandbox.provider.launcher import write_launcher  # noqa: PLC0415  # not needed with the official plugin

    source = layout.HOME / "provider"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    write_launcher(source)
    done = install("--file", str(source))
    if done.returncode:
        raise SetUpError(f"provider: the stand-in plugin cannot be installed: {done.stderr.strip()[-300:]}")
    return Choice("stand-in plugin", sdk_version())


def choose() -> Choice:
    """Return the provider plugin that can be had here, installed; see `first_available` for errors."""
    return first_available("aws provider", (official, stand_in))


def still_valid(choice: Choice) -> bool:
    """Return whether the plugin that *choice* recorded is installed, in the version of today's SDK."""
    return choice.version == sdk_version() and plugin_folder().is_dir()
